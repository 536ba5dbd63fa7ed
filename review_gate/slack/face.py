"""Puts the Slack face together: the App that takes requests, the carriers and the chore of the courier."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from slack_bolt import App
from slack_sdk import WebClient

from review_gate.domain.change import DeliveryKind
from review_gate.domain.message import Message
from review_gate.domain.submission import Submission
from review_gate.gate import Gate
from review_gate.gate.bots import Bots
from review_gate.gate.comments import Comments
from review_gate.insight.figures import figures
from review_gate.page_ports import PageStore
from review_gate.ports import Clock, NewId, Notifier, Undeliverable
from review_gate.slack import bot_buttons, digest_card, trouble
from review_gate.slack.app import slack_app
from review_gate.slack.authors import Authors
from review_gate.slack.bot_buttons import BotButtons
from review_gate.slack.bot_commands import BotCommands
from review_gate.slack.bulk import Bulk
from review_gate.slack.clicks import Clicks
from review_gate.slack.client import SLACK_API_URL, web_client
from review_gate.slack.digest_card import DigestClicks, DigestNotifier
from review_gate.slack.directory import Directory
from review_gate.slack.home_numbers import DAYS, Numbers
from review_gate.slack.homes import Homes
from review_gate.slack.more import More
from review_gate.slack.notices import NoticeNotifier, Notices
from review_gate.slack.notifier import CardNotifier
from review_gate.slack.pace import Pace
from review_gate.slack.reconciler import Reconciler
from review_gate.slack.reviews import Reviews
from review_gate.slack.rooms import Room, Rooms
from review_gate.slack.setting import Thumbnail
from review_gate.slack.workspaces import OAuth, WithToken, Workspaces


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace: `token` of the bot, `channel` (id) where reviews happen, `leads` by Slack id or e-mail address.

    With `oauth` there are several, each with the token that came when the app was installed there (`token` is empty).
    `rooms` are review channels for some drafts; `channel` (in `language`) is for all others.
    `spacing_seconds` lies between two messages in a channel. `hosts` may receive answers besides Slack's own host.
    """

    token: str
    channel: str
    api_url: str = SLACK_API_URL
    leads: Iterable[str] = ()
    language: str = "en"
    spacing_seconds: float = 1.0
    hosts: frozenset[str] = frozenset()
    page_url: Callable[[str], str] | None = None
    thumbnail: Thumbnail | None = None
    oauth: OAuth | None = None
    rooms: Sequence[Room] = ()
    digest_url: Callable[[date], str] | None = None


class SlackFace:
    """Each part is made when it is first asked for: the web process needs the App, the courier the carriers."""

    def __init__(
        self, workspace: Workspace, gate: Gate, store: PageStore, clock: Clock, new_id: NewId, bots: Bots | None = None
    ) -> None:
        self._workspace = workspace
        self._gate = gate
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._bots = bots
        self.directory = Directory(store, workspace.leads, gate.known, self._elsewhere)
        self.notices = Notices(store, clock, new_id)

    @cached_property
    def workspaces(self) -> Workspaces | None:
        """Where the app was installed by OAuth; None where one token is set."""
        oauth = self._workspace.oauth
        return None if oauth is None else Workspaces(oauth, self._store, self._clock, self._workspace.api_url)

    @cached_property
    def client(self) -> WebClient:
        return web_client(self._workspace.token, self._workspace.api_url)

    @cached_property
    def app(self) -> App:
        """What answers Slack's requests, once they are verified."""
        rooms = self.rooms
        clicks = Clicks(self.directory, self.notices, rooms, self._at_once())
        reviews = Reviews(self._gate, clicks, self._clock)
        comments = Comments(self._store, self._clock, self._new_id)
        bots = BotCommands(self._bots) if self._bots is not None else None
        authors = Authors(self._gate, self._store, self.directory, self.notices, comments, self._clock, rooms, bots)
        more = More(self._gate, self._store, clicks, self.directory, self.notices, comments, self._clock)
        bulk = Bulk(self._gate, clicks, self.notices, rooms.home.channel)
        token, api_url = self._workspace.token, self._workspace.api_url
        app = slack_app(reviews, more, bulk, authors, token, api_url, self.workspaces)
        digest_card.listen(app, DigestClicks(self._gate.digests, clicks))
        bot_buttons.listen(app, BotButtons(self._gate, clicks))
        trouble.listen(app, clicks)
        return app

    @cached_property
    def cards(self) -> CardNotifier:
        return CardNotifier(
            self._store,
            self.client,
            self.directory,
            self.rooms,
            self._clock,
            page_url=self._workspace.page_url,
            thumbnail=self._workspace.thumbnail,
            pace=Pace(self._workspace.spacing_seconds),
            notices=self.notices,
            policy=lambda: self._gate.policy,
            outlet_of=self._gate.outlet_of,
        )

    @cached_property
    def rooms(self) -> Rooms:
        return Rooms(Room(self._workspace.channel, self._workspace.language), self._workspace.rooms)

    @cached_property
    def reconcilers(self) -> Sequence[Reconciler]:
        """One for each review channel."""
        return [
            Reconciler(self._store, self.cards, self.directory, self.client, room.channel, self._clock, self._new_id)
            for room in self.rooms
        ]

    def carriers(self) -> dict[DeliveryKind, Notifier]:
        """Who carries cards and notices."""
        where, language = self._workspace.channel, self._workspace.language
        homes = Homes(self._store, self.client, self.directory, self.rooms, self._clock, self._numbers)
        notices = NoticeNotifier(self.client, self._store, self._workspace.hosts, homes.view, self._elsewhere)
        digests = DigestNotifier(
            notices,
            self._gate.digests,
            self._store,
            self.client,
            self.directory,
            where,
            self._clock,
            language,
            self._workspace.digest_url,
        )
        carriers: dict[DeliveryKind, Notifier] = {DeliveryKind.CARD: self.cards, DeliveryKind.NOTICE: digests}
        places = self.workspaces
        if places is None:
            return carriers
        return {kind: WithToken(carrier, self.client, places) for kind, carrier in carriers.items()}

    def _at_once(self) -> NoticeNotifier:
        """For what is told while a click waits for its answer."""
        client = web_client(self._workspace.token, self._workspace.api_url, timeout=trouble.SECONDS)
        hosts = self._workspace.hosts
        return NoticeNotifier(client, self._store, hosts, elsewhere=self._elsewhere, seconds=trouble.SECONDS)

    def _numbers(self, now: datetime) -> Numbers:
        since, until = now - timedelta(days=DAYS), now + timedelta(seconds=1)
        replies = self._store.replies_by_action(since, until)
        counted = figures(self._store.handed_in(since, until), replies, since, until)
        return Numbers(self._bots.all() if self._bots is not None else (), counted)

    def tell_author(self, submission: Submission, message: Message, key: str) -> None:
        """A direct message to the author, once for the same key, where Slack knows them."""
        user = self.directory.slack_user(submission)
        if user is not None:
            language = self.directory.language(user, self._workspace.language)
            self.notices.direct_once(key, user, message, language, submission.id)

    def chores(self) -> Sequence[Callable[[], object]]:
        """For the courier that carries cards, between its rounds."""
        return (self._look,) if self.workspaces is None else (self._look_with_token,)

    def _look(self) -> None:
        for reconciler in self.reconcilers:
            reconciler.tick()

    def _look_with_token(self) -> None:
        """As long as the app is not installed in the review channel's workspace there is nothing to look at."""
        places = self.workspaces
        assert places is not None
        places.tick()
        with contextlib.suppress(Undeliverable):
            self.client.token = places.home()
            self._look()

    def _elsewhere(self, user: str) -> WebClient | None:
        """Who speaks to somebody in another workspace."""
        return None if self.workspaces is None else self.workspaces.client_for(user)
