"""What the store holds about a bot and about a reply it is about to give, and how it is asked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from review_gate.domain.breaker import Breaker
from review_gate.domain.change import RememberedReply, Trace
from review_gate.domain.template import Template

INSIDE = 20
"""So many earlier replies of one conversation are looked at."""

SHOWN = 3
"""So many of those with the same saying."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose reply it is and what it says. `saying` is the key of its own words, None where they are too few to repeat.

    `traces_since`, `since` and `hour` are how far back to look for the bot's last replies, for what was said in the
    conversation and of the saying, and for how often that was said; no further than `often` times is counted.
    """

    bot: str
    conversation: str | None
    saying: int | None
    traces_since: datetime
    since: datetime
    hour: datetime
    often: int


@dataclass(frozen=True, slots=True)
class Known:
    """`breaker` is None for a bot that never called. `traces` are left of the bot's LONGEST last replies, `recent` are
    the INSIDE last ones in the conversation, `same` the SHOWN last ones with the saying, to anybody: each newest last.
    `said_at` is the saying's date, None where nobody has used these words, `allowed_by` who said that it may repeat,
    `times` how often it was said. `templates` are all there are, by name."""

    breaker: Breaker | None = None
    traces: tuple[Trace, ...] = ()
    recent: tuple[RememberedReply, ...] = ()
    said_at: datetime | None = None
    allowed_by: str | None = None
    same: tuple[RememberedReply, ...] = ()
    times: int = 0
    templates: tuple[Template, ...] = ()
