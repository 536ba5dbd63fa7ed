"""How the drills went: what was caught and how fast, by reviewer and by category. Apart from the real figures. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from review_gate.domain.drill import caught
from review_gate.domain.submission import State, Submission
from review_gate.insight.sample import Estimate, wilson


@dataclass(frozen=True, slots=True)
class Row:
    """`answered` drills of one reviewer or category, of which `caught`; the median minutes from card to answer."""

    name: str
    answered: int
    caught: int
    minutes: float

    @property
    def rate(self) -> Estimate | None:
        """The share (0..1) that was caught, with its 90 % interval (Wilson)."""
        return wilson(self.caught, self.answered)


@dataclass(frozen=True, slots=True)
class Results:
    """`unanswered` ran out of time, `waiting` still wait."""

    whole: Row | None
    reviewers: tuple[Row, ...]
    categories: tuple[Row, ...]
    unanswered: int
    waiting: int


def results(drills: Iterable[Submission]) -> Results:
    """The figures over `drills`; what is no drill is passed over."""
    known = [one for one in drills if one.drill is not None]
    answered = [one for one in known if one.decisions]
    people = {one.decisions[0].by: one.decisions[0].by_name for one in answered}
    return Results(
        _row("", answered) if answered else None,
        _rows({who: people[who] for who in people}, ((one.decisions[0].by, one) for one in answered)),
        _rows({}, ((one.drill.category, one) for one in answered if one.drill is not None)),
        sum(one.state is State.EXPIRED for one in known),
        sum(one.state is State.HELD for one in known),
    )


def _rows(names: dict[str, str], keyed: Iterable[tuple[str, Submission]]) -> tuple[Row, ...]:
    """Who misses most first."""
    by: dict[str, list[Submission]] = defaultdict(list)
    for key, one in keyed:
        by[key].append(one)
    rows = [_row(names.get(key, key), found) for key, found in by.items()]
    return tuple(sorted(rows, key=lambda row: (row.caught / row.answered, -row.answered, row.name)))


def _row(name: str, answered: list[Submission]) -> Row:
    minutes = [max(0.0, (one.decisions[0].at - one.created_at).total_seconds() / 60) for one in answered]
    return Row(name, len(answered), sum(bool(caught(one)) for one in answered), median(minutes))
