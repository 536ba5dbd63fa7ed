"""A draft: what somebody wants to publish."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from review_gate.domain.errors import TimeOver
from review_gate.domain.message import Message
from review_gate.domain.picture import Look

MAX_TEXT = 20_000
"""Longest text of a draft, in characters (Unicode code points)."""
PERSON = re.compile(r"[UW][A-Z0-9]{7,20}|[^@\s]+@[^@\s]+\.[^@\s]+")
"""How people are named: by a Slack user id (U…, W…) or an e-mail address."""
CLOCKS = timedelta(minutes=1)
"""So far the clocks of two machines may be apart."""
OVER = Message(
    "This time is over: choose a later one, or leave the field empty.",
    "Cette heure est passée : choisissez-en une à venir, ou laissez le champ vide.",
)


class Kind(StrEnum):
    """A post is always held for a person; a reply goes by the policy."""

    POST = "post"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or film that goes out with the text: where it is, and what it shows in words. `look` is what the gate
    found on looking at it, None before; it is no part of what the author wrote and of no hash."""

    url: str
    alt: str | None = None
    look: Look | None = None

    @property
    def sha256(self) -> str | None:
        """The hash of the picture's bytes as the gate saw them; None where it has not."""
        return self.look.sha256 if self.look is not None else None


@dataclass(frozen=True, slots=True)
class Draft:
    """Text (and media) offered for publication.

    `text` has 1 to MAX_TEXT characters. `lang` is an ISO 639-1 code given by the author, `market` an ISO 3166-1 code,
    `planned_at` carries its zone. `in_reply_to` is the customer's message, `history` the bot's earlier replies in this
    conversation, newest last (only the `check` command takes them; the service remembers by itself). `account` is the
    account on `channel` that it goes out under, where there are several. `nameless`: see `from_a_caller`.
    """

    text: str
    kind: Kind = Kind.POST
    channel: str | None = None
    market: str | None = None
    lang: str | None = None
    planned_at: datetime | None = None
    media: tuple[Media, ...] = ()
    author: str | None = None
    bot: str | None = None
    conversation: str | None = None
    in_reply_to: str | None = None
    history: tuple[str, ...] = ()
    account: str | None = None
    nameless: bool = False

    @property
    def automated(self) -> bool:
        """Whether perhaps nobody has read it: a bot's, or one that names neither a bot nor a person (`nameless`)."""
        return self.bot is not None or self.nameless

    @property
    def text_sha256(self) -> str:
        """The hash that an approval is bound to."""
        return text_sha256(self.text, self.media)


def text_sha256(text: str, media: tuple[Media, ...] = ()) -> str:
    """SHA-256, in hex, of exactly this text; with media, of the text and each media's address and alt text too.

    Without media it is the plain hash of the UTF-8 text, so that anybody can compute it.
    """
    if not media:
        return hashlib.sha256(text.encode()).hexdigest()
    parts = [text] + [part for item in media for part in (item.url, item.alt or "")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def from_a_caller(draft: Draft) -> Draft:
    """The draft as it has to be taken where its caller may be a machine: a reply that names neither its bot nor a
    person as its author may be a chatbot's that nobody has read."""
    if draft.kind is Kind.POST or draft.bot is not None or PERSON.fullmatch(draft.author or ""):
        return draft
    return replace(draft, nameless=True)


def require_time(draft: Draft, now: datetime) -> None:
    """Raises TimeOver where the planned time is over, but for what clocks may differ."""
    if draft.planned_at is not None and draft.planned_at <= now - CLOCKS:
        raise TimeOver(OVER)
