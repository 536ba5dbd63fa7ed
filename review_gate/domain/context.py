"""What the screening knows besides the draft: gathered once, before anything is evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from review_gate.domain.change import RememberedReply
from review_gate.domain.message import Message
from review_gate.domain.repetition import Said

MARKET_LANGUAGES: dict[str, tuple[str, ...]] = {
    "AT": ("de",),
    "BE": ("fr", "nl"),
    "BR": ("pt",),
    "CA": ("en", "fr"),
    "CH": ("de", "fr", "it"),
    "DE": ("de",),
    "ES": ("es",),
    "FR": ("fr",),
    "GB": ("en",),
    "IE": ("en",),
    "IT": ("it",),
    "LU": ("fr", "de"),
    "MX": ("es",),
    "NL": ("nl",),
    "PT": ("pt",),
    "US": ("en",),
}


@dataclass(frozen=True, slots=True)
class Context:
    """`lang` is the draft's language where it can be told, `languages` those whose rules and models apply (the
    detected one, else the author's, the conversation's or the market's, else all the gate knows). `now` has a zone.
    `recent` are the bot's earlier replies in this conversation, newest last; `said` is what the memory holds of such a
    reply; `paused` says who paused the bot and why; `bot_is_new`: nobody has seen this bot before.
    """

    now: datetime
    lang: str | None = None
    languages: tuple[str, ...] = ()
    customer_lang: str | None = None
    recent: tuple[RememberedReply, ...] = ()
    said: Said | None = None
    paused: Message | None = None
    bot_is_new: bool = False
