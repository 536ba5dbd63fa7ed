"""How to render for one place or person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from review_gate.domain.message import Message
from review_gate.slack import blockkit as bk

Thumbnail = Callable[[str, datetime], str]
"""The address, good until then, of the small copy of the picture with this SHA-256."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How to render: language of the channel, the page's address where there is one, names by person id, and the Slack
    user ids of those on call who are to look at it; `thumbnail` where Slack can reach this service to show pictures;
    `outlet` names what puts the post out by itself once it is approved."""

    language: str = "en"
    page_url: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    called: tuple[str, ...] = ()
    thumbnail: Thumbnail | None = None
    outlet: str | None = None

    def say(self, message: Message) -> str:
        return message.in_(self.language)

    def name(self, person_id: str | None, fallback: str = "") -> str:
        return bk.clip(self.names.get(person_id or "") or fallback or person_id or "–", 80)
