"""The slow leak over a range of days: repetition, clusters, bots that had to be stopped. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from review_gate.domain.change import Event
from review_gate.insight.digest import Digest
from review_gate.page_ports import Judged

REPETITION = "repetition"
CLUSTER, TRIPPED, PAUSED = "cluster.found", "bot.tripped", "bot.paused"
KINDS = (CLUSTER, TRIPPED, PAUSED)
"""The events that are counted."""


@dataclass(frozen=True, slots=True)
class LeakDay:
    """One day in UTC: texts that repeated, clusters that stood out, and times that a bot stopped itself."""

    date: date
    repetition: int
    clusters: int
    tripped: int


@dataclass(frozen=True, slots=True)
class BotRecord:
    """A bot over the range: replies that went out by themselves and those held (as the daily looks counted them,
    and what came since), times that it stopped itself, and that people stopped it."""

    bot: str
    sent: int
    held: int
    tripped: int
    paused: int

    @property
    def share_held(self) -> float | None:
        """0..1; None for a bot that said nothing."""
        said = self.sent + self.held
        return self.held / said if said else None


@dataclass(frozen=True, slots=True)
class Recurring:
    """`kinds`: how often each kind of finding stood out as a cluster, the most frequent first."""

    days: Sequence[LeakDay]
    kinds: Sequence[tuple[str, int]]
    bots: Sequence[BotRecord]

    @property
    def quiet(self) -> bool:
        return not any(day.repetition or day.clusters or day.tripped for day in self.days)


def recurring(
    submissions: Iterable[Judged],
    events: Iterable[Event],
    digests: Sequence[Digest],
    lately: Mapping[tuple[str, str], int],
    since: datetime,
    until: datetime,
) -> Recurring:
    """`submissions` created and `events` (of KINDS) that happened in [since, until), `digests` of its days; `lately`
    are the replies after the last of these, by bot and action."""
    repeated = Counter(_day(item.created_at) for item in submissions if REPETITION in item.categories)
    happened = list(events)
    by_day = Counter((event.kind, _day(event.at)) for event in happened)
    by_bot = Counter((event.kind, str(event.data.get("bot"))) for event in happened if event.kind != CLUSTER)
    sent, held = _added(digest.sent for digest in digests), _added(digest.held for digest in digests)
    for (bot, action), count in lately.items():
        (sent if action == "allow" else held)[bot] += count
    names = {*sent, *held, *(bot for _, bot in by_bot)}
    bots = [
        BotRecord(name, sent[name], held[name], by_bot[TRIPPED, name], by_bot[PAUSED, name]) for name in sorted(names)
    ]
    first, last = _day(since), _day(until - timedelta(microseconds=1))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    kinds = Counter(str(event.data.get("kind")) for event in happened if event.kind == CLUSTER)
    return Recurring(
        [LeakDay(day, repeated[day], by_day[CLUSTER, day], by_day[TRIPPED, day]) for day in days],
        kinds.most_common(),
        sorted(bots, key=lambda bot: (-bot.tripped, -bot.held, bot.bot)),
    )


def replies_of(digests: Sequence[Digest], since_then: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Replies by day and action for the figures: what the daily looks counted, for the memory of replies is short, and
    `since_then` what came after the last of them."""
    counted: Counter[tuple[str, str]] = Counter(dict(since_then))
    for digest in digests:
        counted[digest.day.isoformat(), "allow"] += sum(digest.sent.values())
        counted[digest.day.isoformat(), "hold"] += sum(digest.held.values())
    return dict(counted)


def _added(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
