"""Who clicked what, and how they are told something privately. Shared by everything that answers a click."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.domain.message import Message
from review_gate.domain.submission import Person
from review_gate.ports import Notifier, StoreError, Undeliverable
from review_gate.slack.directory import Directory
from review_gate.slack.modals import Clicked
from review_gate.slack.notices import Notices
from review_gate.slack.rooms import Rooms

log = logging.getLogger(__name__)

GARBLED = Message(
    "This button is not one of the gate's present cards: nothing was decided. Use the newest card.",
    "Ce bouton ne vient pas d'une carte actuelle : rien n'a été décidé. Utilisez la carte la plus récente.",
)


class Clicks:
    """Reads Slack's payloads. Who can click in one of the review channels (`rooms`) is a reviewer. `carrier` carries
    what cannot be put into the outbox."""

    def __init__(self, directory: Directory, notices: Notices, rooms: Rooms, carrier: Notifier) -> None:
        self._carrier = carrier
        self._directory = directory
        self._notices = notices
        self._rooms = rooms
        self._language = rooms.home.language

    def language(self, user_id: str) -> str:
        """What this person reads; the channel's language where that is unknown."""
        return self._directory.language(user_id, self._language)

    def read(self, body: Mapping[str, Any], value: str) -> tuple[Clicked, Person]:
        """What a button (its `value`) is about, and who clicked. Raises ValueError for anything garbled."""
        channel = channel_of(body)
        return Clicked.load(value, channel), self.person(body, channel)

    def person(self, body: Mapping[str, Any], channel: str) -> Person:
        """Who acts in `channel`. Raises ValueError when the payload names nobody."""
        user = body.get("user") or {}
        user_id = str(user.get("id") or "")
        if not user_id:
            raise ValueError("a click by nobody")
        name = str(user.get("name") or user.get("username") or "")
        return self._directory.person(user_id, name, reviewing=channel in self._rooms)

    def tell(self, body: Mapping[str, Any], message: Message, submission_id: str | None = None) -> None:
        """Tells only the person who clicked, through the outbox; at once where the store takes nothing."""
        user_id = user_of(body)
        try:
            language = self.language(user_id)
            if body.get("response_url"):
                self._notices.answer(str(body["response_url"]), message, language, submission_id)
            elif user_id:
                self._notices.direct(user_id, message, language, submission_id)
        except StoreError as error:
            log.error("What somebody must be told does not get into the outbox: %s", error)
            self.tell_at_once(body, message)

    def tell_at_once(self, body: Mapping[str, Any], message: Message) -> bool:
        """As `tell`, without the store and with a single try. Whether Slack took it."""
        user_id = user_of(body)
        to = {"response_url": body["response_url"]} if body.get("response_url") else {"user": user_id}
        said = {**to, "text": message.in_(self.language_at_once(user_id))}
        try:
            self._carrier.deliver(Delivery("at-once", DeliveryKind.NOTICE, datetime.now(UTC), payload=said))
        except Undeliverable as error:
            log.warning("Somebody could not be told what became of their click: %s", error)
            return False
        return True

    def language_at_once(self, user_id: str) -> str:
        """As `language`; the channel's language also where the store cannot be read."""
        try:
            return self.language(user_id)
        except StoreError:
            return self._language


def user_of(body: Mapping[str, Any]) -> str:
    return str((body.get("user") or {}).get("id") or "")


def channel_of(body: Mapping[str, Any]) -> str:
    """Where a click happened; empty on the home and in windows."""
    container = body.get("container") or {}
    return str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
