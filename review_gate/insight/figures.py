"""Figures over a range of days: what came in, what was decided, how fast, for which reasons, by whom. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from review_gate.domain.submission import Answer, State
from review_gate.page_ports import Judged

ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Day:
    """One day in UTC. Decisions count on the day they were made; `allowed` are replies that went out by themselves."""

    date: date
    handed_in: int
    approved: int
    changes: int
    rejected: int
    allowed: int

    @property
    def decided(self) -> int:
        return self.approved + self.changes + self.rejected


@dataclass(frozen=True, slots=True)
class Speed:
    """From handing in to the first answer, in minutes; None without any decision. `on_time` of `planned`: decided
    before the planned time."""

    decisions: int
    median: float | None
    p90: float | None
    on_time: int
    planned: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """How often a reason, category or rule spoke (warn or above), and what people then decided about that text."""

    name: str
    seen: int
    approved: int
    stopped: int
    waiting: int

    @property
    def overruled(self) -> float | None:
        """The share (0..1) of decided texts that people approved all the same; None when none was decided."""
        decided = self.approved + self.stopped
        return self.approved / decided if decided else None


@dataclass(frozen=True, slots=True)
class Load:
    """One reviewer's work: decisions, and the median minutes between handing in and their answer."""

    name: str
    decisions: int
    approved: int
    median: float


@dataclass(frozen=True, slots=True)
class Figures:
    days: Sequence[Day]
    speed: Speed
    categories: Sequence[Stopped]
    rules: Sequence[Stopped]
    reviewers: Sequence[Load]
    handed_in: int
    waiting: int
    allowed: int
    held_replies: int


def figures(
    submissions: Iterable[Judged], replies: Mapping[tuple[str, str], int], since: datetime, until: datetime
) -> Figures:
    """The figures of [since, until) over the `submissions` handed in then; `replies` counts bots' replies by day and
    action."""
    everything = list(submissions)
    return Figures(
        days=_days(everything, replies, since, until),
        speed=_speed(everything),
        categories=_stopped((item, item.categories) for item in everything),
        rules=_stopped((item, item.rules) for item in everything),
        reviewers=_reviewers(everything),
        handed_in=len(everything),
        waiting=sum(item.state is State.HELD for item in everything),
        allowed=sum(count for (_, action), count in replies.items() if action == ALLOW),
        held_replies=sum(count for (_, action), count in replies.items() if action != ALLOW),
    )


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` (0..1) of `values` do not exceed; None for no values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def _days(
    submissions: Sequence[Judged], replies: Mapping[tuple[str, str], int], since: datetime, until: datetime
) -> list[Day]:
    handed_in = Counter(item.created_at.astimezone(UTC).date() for item in submissions)
    answers: Counter[tuple[date, Answer]] = Counter(
        (decision.at.astimezone(UTC).date(), decision.answer) for item in submissions for decision in item.rulings
    )
    first = since.astimezone(UTC).date()
    last = (until - timedelta(microseconds=1)).astimezone(UTC).date()
    return [
        Day(
            day,
            handed_in[day],
            answers[day, Answer.APPROVE],
            answers[day, Answer.REQUEST_CHANGES],
            answers[day, Answer.REJECT],
            replies.get((day.isoformat(), ALLOW), 0),
        )
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]


def _speed(submissions: Sequence[Judged]) -> Speed:
    decided = [(item, item.rulings[0]) for item in submissions if item.rulings]
    minutes = [_minutes(item.created_at, decision.at) for item, decision in decided]
    planned = [(decision.at, item.planned_at) for item, decision in decided if item.planned_at]
    return Speed(
        decisions=sum(len(item.rulings) for item in submissions),
        median=median(minutes) if minutes else None,
        p90=quantile(minutes, 0.9),
        on_time=sum(at <= due for at, due in planned),
        planned=len(planned),
    )


def _stopped(spoken: Iterable[tuple[Judged, frozenset[str]]]) -> list[Stopped]:
    """The most frequent first. A text counts once for each name; only what was decided about this very text counts."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for item, names in spoken:
        present = [decision.answer for decision in item.rulings if decision.revision == item.revision]
        outcome = "waiting" if not present else "approved" if present[-1] is Answer.APPROVE else "stopped"
        for name in names:
            outcomes[name][outcome] += 1
    found = [
        Stopped(name, counts.total(), counts["approved"], counts["stopped"], counts["waiting"])
        for name, counts in outcomes.items()
    ]
    return sorted(found, key=lambda one: (-one.seen, one.name))


def _reviewers(submissions: Sequence[Judged]) -> list[Load]:
    minutes: dict[str, list[float]] = defaultdict(list)
    names: dict[str, str] = {}
    approved: Counter[str] = Counter()
    for item in submissions:
        for decision in item.rulings:
            minutes[decision.by].append(_minutes(item.created_at, decision.at))
            names[decision.by] = decision.by_name
            approved[decision.by] += decision.answer is Answer.APPROVE
    loads = [Load(names[who], len(taken), approved[who], median(taken)) for who, taken in minutes.items()]
    return sorted(loads, key=lambda load: (-load.decisions, load.name))


def _minutes(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 60)
