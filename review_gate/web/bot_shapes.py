"""The shapes of the answers about bots: their switches, texts, daily look and freezes (see shapes.py)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from review_gate.web.shapes import Shape, Unit


class LastHour(Shape):
    replies: int
    held: int


class Bot(Shape):
    """A bot's switch and its last hour."""

    name: str
    state: Literal["closed", "open", "half_open"]
    since: datetime
    by: str | None
    why: str | None
    reopens_at: datetime | None
    last_hour: LastHour


class Bots(Shape):
    items: list[Bot]
    next: str | None


class Repeat(Shape):
    """A text that may repeat from now on."""

    bot: str
    text: str
    allowed_by: str


class Template(Shape):
    """An approved text with slots; `uses` counts the replies that were made from it."""

    name: str
    text: str
    owner: str
    approved_by: str
    approved_at: datetime
    expires: datetime
    channel: str | None
    market: str | None
    lang: str | None
    occasion: Literal["crisis"] | None
    source: str | None
    uses: int


class Templates(Shape):
    items: list[Template]
    next: str | None


class SampledReply(Shape):
    """A reply that went out unseen; `mark` is null until somebody has looked."""

    id: str
    bot: str
    conversation: str | None
    text: str
    at: datetime
    score: float
    mark: Literal["fine", "should_have_been_held"] | None
    by: str | None


class Estimate(Shape):
    """A share with its 90 % interval; `of` observations stand behind it."""

    value: Unit
    low: float
    high: float
    of: int


class Suggestion(Shape):
    """A lower limit to try: `caught` of the `bad` replies of the sample, at the price of `more` a day."""

    threshold: float
    caught: int
    bad: int
    more: int


class SeenCluster(Shape):
    """Many findings of one kind in the hour before `at`."""

    at: datetime
    kind: str
    count: int
    usual: float
    examples: list[str]
    submissions: list[str]


class Month(Shape):
    """What the marks of the last 30 days tell together. `limit`: a score from which on holding is worth a try."""

    days: int
    looked: int
    marked: int
    missed: int
    precision: Estimate | None
    recall: Estimate | None
    limit: Unit | None


class Tally(Shape):
    """Of the marked replies: how many a limit would have held, by what people said of them."""

    caught: int
    should_have_been_held: int
    disturbed: int
    fine: int


class LimitReplay(Shape):
    """What a limit of the score would have held over the last 30 days, besides what was held."""

    limit: Unit
    days: int
    sent: int
    held: int
    held_a_day: float
    by_bot: dict[str, int]
    by_day: dict[str, int]
    marked: Tally
    examples: list[SampledReply]


class Digest(Shape):
    """A day of the bots. `precision` and `recall` are estimates with their bounds; null with nothing to go by.
    `unread` are the ids of submissions whose record is damaged, which nothing here counts."""

    day: date
    since: datetime
    until: datetime
    sent: dict[str, int]
    held: dict[str, int]
    reasons: dict[str, int]
    late: int
    unread: list[str]
    stopped: dict[str, str]
    clusters: list[SeenCluster]
    sample: list[SampledReply]
    precision: Estimate | None
    recall: Estimate | None
    suggested_threshold: Suggestion | None
    month: Month


class Freeze(Shape):
    """A market, or the brand, whose publications wait for as long as it lasts."""

    scope: str
    by: str
    at: datetime
    why: str


class Frozen(Freeze):
    """`called_back`: the approvals that were made void."""

    called_back: int


class Freezes(Shape):
    items: list[Freeze]
    next: str | None
