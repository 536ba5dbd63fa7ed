"""Where OAuth installations are kept: slack-sdk's store interfaces over the gate's own notes, so that SQLite and
PostgreSQL both hold them and every process sees a new one at once."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from slack_sdk.oauth.installation_store import Bot, Installation, InstallationStore
from slack_sdk.oauth.state_store import OAuthStateStore

from review_gate.ports import Clock, Notes

TOPIC = "slack-installation"
STATE_USED = "slack-oauth-state-used"
STATE_SECONDS = 600

log = logging.getLogger(__name__)


class NoteInstallations(InstallationStore):
    """One installation for each workspace, or for a whole Enterprise Grid organisation (then without a team)."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    @property
    def logger(self) -> logging.Logger:
        return log

    def save(self, installation: Installation) -> None:
        team = None if installation.is_enterprise_install else installation.team_id
        fields = {name: _plain(name, value) for name, value in installation.to_dict_for_copying().items()}
        self._put(installation.enterprise_id, team, fields)

    def save_bot(self, bot: Bot) -> None:
        """A token that was rotated: the rest of the installation stays."""
        team = None if bot.is_enterprise_install else bot.team_id
        kept = self._note(bot.enterprise_id, team)
        if kept is not None:
            fresh = {
                "bot_token": bot.bot_token,
                "bot_refresh_token": bot.bot_refresh_token,
                "bot_token_expires_at": bot.bot_token_expires_at,
            }
            self._put(bot.enterprise_id, team, {**kept, **fresh})

    def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The workspace's own, else the whole organisation's."""
        kept = None if is_enterprise_install else self._note(enterprise_id, team_id)
        if kept is None and enterprise_id is not None:
            kept = self._note(enterprise_id, None)
        if kept is None and not is_enterprise_install:  # installed before the workspace joined an organisation
            kept = self._note(None, team_id)
        return None if kept is None else Installation(**kept)

    def find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        found = self.find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return None if found is None or not found.bot_token else found.to_bot()

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        self._put(enterprise_id, team_id, {})

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        self._put(enterprise_id, team_id, {})

    def all(self) -> Sequence[Installation]:
        """Every installation that is there."""
        return [Installation(**kept) for kept in self._notes.notes_about(TOPIC) if kept]

    def _note(self, enterprise_id: str | None, team_id: str | None) -> Mapping[str, Any] | None:
        return self._notes.note(TOPIC, _key(enterprise_id, team_id)) or None

    def _put(self, enterprise_id: str | None, team_id: str | None, value: Mapping[str, Any]) -> None:
        self._notes.put_note(TOPIC, _key(enterprise_id, team_id), value)


class NoteStates(OAuthStateStore):
    """The proof that an installation was begun here: good once, for ten minutes. Anybody may begin one, so nothing is
    kept of it: the state is when it ends, a random part and our signature. Only those that came back are noted, until
    they have ended."""

    def __init__(self, notes: Notes, clock: Clock, secret: str) -> None:
        self._notes = notes
        self._clock = clock
        self._secret = secret.encode()

    @property
    def logger(self) -> logging.Logger:
        return log

    def issue(self, *args: Any, **kwargs: Any) -> str:
        begun = f"{self._now() + STATE_SECONDS:010d}.{secrets.token_hex(16)}"
        return f"{begun}.{self._signature(begun)}"

    def consume(self, state: str) -> bool:
        begun, _, signature = state.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(begun).encode()):
            return False
        now = f"{self._now():010d}"
        if begun < now:
            return False
        self._notes.forget_notes(STATE_USED, now)
        mine = {"by": secrets.token_hex(8)}
        return bool(self._notes.put_note_once(STATE_USED, begun, mine)["by"] == mine["by"])

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _signature(self, begun: str) -> str:
        return hmac.new(self._secret, f"slack-oauth-state:{begun}".encode(), hashlib.sha256).hexdigest()


def _plain(name: str, value: Any) -> Any:
    """Times as slack-sdk reads them back: when a token ends as whole seconds, when it came with a fraction."""
    if not isinstance(value, datetime):
        return value
    return value.timestamp() if name == "installed_at" else int(value.timestamp())


def _key(enterprise_id: str | None, team_id: str | None) -> str:
    return f"{enterprise_id or '-'}:{team_id or '-'}"
