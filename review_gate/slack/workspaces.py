"""Several workspaces: which token speaks where. The review channel is in one of them, people may write from all."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.token_rotation import TokenRotator

from review_gate.domain.change import Change, Delivery, Note
from review_gate.domain.errors import Stale
from review_gate.gate.apart import apart
from review_gate.gate.rhythm import Rhythm
from review_gate.ports import Clock, Notes, Notifier, Submissions, Undeliverable
from review_gate.slack.client import OPERATOR_PAUSE, SLACK_API_URL, web_client
from review_gate.slack.installations import NoteInstallations

HOME_OF = "person-workspace"
"""By Slack user id: {"enterprise", "team"}, for people who write from another workspace than the review channel's."""
ROTATE_MINUTES = 120
"""A token that ends sooner is exchanged for a new one. Slack's last twelve hours."""
EVERY = timedelta(minutes=5)
ROTATING = "slack-rotating"
"""By "enterprise:team": {"until"}, in ISO 8601: one process exchanges that token, the others leave it alone."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OAuth:
    """The app's credentials, and who may install it: ids of workspaces (T…) and organisations (E…). The first one has
    the review channel."""

    client_id: str
    client_secret: str
    teams: Sequence[str]
    url: str = ""


class Kept(Submissions, Notes, Protocol):
    """What installations are kept in: notes, also those that only one of two may write."""


class Workspaces:
    """What was installed where. Nothing here calls Slack but `rotate`."""

    def __init__(self, oauth: OAuth, notes: Kept, clock: Clock, api_url: str = SLACK_API_URL) -> None:
        self.oauth = oauth
        self.installations = NoteInstallations(notes)
        self._notes = notes
        self._api_url = api_url
        self._clock = clock
        self._rhythm = Rhythm(clock, EVERY.total_seconds())

    def may_install(self, installation: Installation) -> bool:
        """Whoever may install the app reads the queue by `/gate who`: only workspaces that the operator named."""
        return bool({installation.team_id, installation.enterprise_id} & set(self.oauth.teams))

    def home(self) -> str:
        """The token of the review channel's workspace. Raises Undeliverable while the app is not installed there."""
        first = self.oauth.teams[0] if self.oauth.teams else ""
        for found in self.installations.all():
            if first in {found.team_id, found.enterprise_id} and found.bot_token:
                return str(found.bot_token)
        raise Undeliverable(
            f"the app is not installed in {first or 'any workspace'}: open {self.oauth.url}/slack/install",
            retry_after=OPERATOR_PAUSE,
        )

    def bot(self, enterprise_id: str | None, team_id: str | None) -> Bot | None:
        """Who speaks in that workspace: its own installation, or its organisation's."""
        if not {enterprise_id, team_id} & set(self.oauth.teams):
            return None
        return self.installations.find_bot(enterprise_id=enterprise_id, team_id=team_id)

    def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """For a request that came in: from the notes, so that no call to Slack keeps a click waiting."""
        bot = self.bot(enterprise_id, team_id)
        if bot is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=bot.bot_token, bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
        )  # fmt: skip

    def seen(self, user_id: str | None, enterprise_id: str | None, team_id: str | None) -> None:
        """Remembers where somebody writes from, where that is not the review channel's workspace."""
        if not user_id or self.oauth.teams[0] in {enterprise_id, team_id}:
            return
        where = {"enterprise": enterprise_id, "team": team_id}
        if self._notes.note(HOME_OF, user_id) != where:
            self._notes.put_note(HOME_OF, user_id, where)

    def client_for(self, user_id: str) -> WebClient | None:
        """Who speaks to this person; None: the review channel's workspace does."""
        where = self._notes.note(HOME_OF, user_id)
        bot = None if where is None else self.bot(where["enterprise"], where["team"])
        return None if bot is None else web_client(bot.bot_token, self._api_url)

    def gone(self, body: Mapping[str, Any]) -> None:
        """The app was uninstalled, or its token revoked."""
        enterprise, team = body.get("enterprise_id"), body.get("team_id")
        found = self.installations.find_installation(enterprise_id=enterprise, team_id=team)
        if found is not None:
            where = None if found.is_enterprise_install else found.team_id
            self.installations.delete_all(enterprise_id=found.enterprise_id, team_id=where)

    def tick(self) -> None:
        """A chore of the courier."""
        if self._rhythm.due():
            self.rotate()

    def rotate(self) -> int:
        """Exchanges the tokens that end soon; answers how many. One that cannot be exchanged is said in the log."""
        rotator = TokenRotator(
            client_id=self.oauth.client_id,
            client_secret=self.oauth.client_secret,
            client=web_client("", self._api_url),
        )
        done = 0
        for found in self.installations.all():
            with apart(f"Renewing the token of {found.team_id or found.enterprise_id}"):
                done += _ends_soon(found) and self._mine(found) and self._exchange(found, rotator)
        return done

    def _mine(self, found: Installation) -> bool:
        """Whether this process exchanges that token. One does, and the others leave it alone for EVERY: what a token is
        exchanged with works once, and who comes second is told that the app has to be installed again."""
        key = f"{found.enterprise_id or '-'}:{found.team_id or '-'}"
        there = self._notes.note(ROTATING, key)
        now = self._clock()
        left = datetime.fromisoformat(there["until"]) - now if there is not None else timedelta()
        if timedelta() < left <= EVERY:  # more than that: a clock that was set back
            return False
        mine = Note(ROTATING, key, {"until": (now + EVERY).isoformat()}, there)
        try:
            self._notes.commit(Change(notes=(mine,)))
        except Stale:
            return False
        return True

    def _exchange(self, found: Installation, rotator: TokenRotator) -> bool:
        present = self.installations.find_installation(
            enterprise_id=found.enterprise_id,
            team_id=found.team_id,
            is_enterprise_install=found.is_enterprise_install,
        )
        if present is None or not _ends_soon(present):  # exchanged, or gone, since it was listed
            return False
        try:
            fresh = rotator.perform_bot_token_rotation(bot=present.to_bot(), minutes_before_expiration=ROTATE_MINUTES)
        except (SlackTokenRotationError, OSError) as error:
            log.error("The token of %s could not be renewed (%s): install the app again", found.team_id, error)
            return False
        if fresh is None:
            return False
        self.installations.save_bot(fresh)
        return True


def _ends_soon(found: Installation) -> bool:
    ends = found.bot_token_expires_at
    return bool(found.bot_token) and ends is not None and ends <= time.time() + ROTATE_MINUTES * 60


class WithToken:
    """Gives the client the token of the day before each delivery: it may have come, or been exchanged, meanwhile."""

    def __init__(self, inner: Notifier, client: WebClient, workspaces: Workspaces) -> None:
        self._inner = inner
        self._client = client
        self._workspaces = workspaces

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        self._client.token = self._workspaces.home()
        return self._inner.deliver(delivery)
