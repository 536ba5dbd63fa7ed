"""What goes with bad outcomes: reasons, rules, bots, templates, hours; and what was let through. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from statistics import fmean

from review_gate.domain.outcome import Outcome
from review_gate.domain.verdict import Severity


class Way(StrEnum):
    """How something that went badly got out."""

    ALONE = "alone"  # the screening let it out, no person looked
    UNSEEN = "unseen"  # a person approved it, the screening had found nothing at warn or above
    OVERRULED = "overruled"  # a person approved it although the screening had found something


@dataclass(frozen=True, slots=True)
class Tally:
    """What went out with `name` and was reported about; `bad` of them went badly."""

    name: str
    reported: int
    bad: int
    complaints: int
    deleted: int

    @property
    def share(self) -> float:
        """The share (0..1) that went badly."""
        return self.bad / self.reported if self.reported else 0.0


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that went out and should not have."""

    outcome: Outcome
    way: Way


@dataclass(frozen=True, slots=True)
class OutcomeFigures:
    """Means are None where nobody was asked. `hours` has the 24 hours of the day, in UTC. Tables: the worst first."""

    total: Tally
    csat: float | None
    effort: float | None
    nps: float | None
    ways: Sequence[Tally]
    categories: Sequence[Tally]
    rules: Sequence[Tally]
    bots: Sequence[Tally]
    templates: Sequence[Tally]
    hours: Sequence[Tally]
    missed: Sequence[Missed]


def outcome_figures(outcomes: Iterable[Outcome]) -> OutcomeFigures:
    """The figures over `outcomes`; a text counts once for each of its reasons."""
    known = list(outcomes)
    hours = {tally.name: tally for tally in _tallies(known, lambda one: (f"{_hour(one):02}",))}
    empty = (Tally(f"{hour:02}", 0, 0, 0, 0) for hour in range(24))
    return OutcomeFigures(
        total=_tally("", known),
        csat=_mean(one.readings.csat for one in known),
        effort=_mean(one.readings.effort for one in known),
        nps=_mean(one.readings.nps for one in known),
        ways=_tallies(known, lambda one: (way(one).value,)),
        categories=_tallies(known, lambda one: one.circumstances.categories),
        rules=_tallies(known, lambda one: one.circumstances.rules),
        bots=_tallies(known, lambda one: (one.circumstances.bot,)),
        templates=_tallies(known, lambda one: (one.circumstances.template,)),
        hours=[hours.get(one.name, one) for one in empty],
        missed=[Missed(one, way(one)) for one in known if one.bad],
    )


def way(outcome: Outcome) -> Way:
    """How it got out."""
    if outcome.circumstances.approved_by is None:
        return Way.ALONE
    return Way.OVERRULED if outcome.circumstances.severity >= Severity.WARN else Way.UNSEEN


def _tallies(known: Iterable[Outcome], names: Callable[[Outcome], Iterable[str | None]]) -> list[Tally]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in known:
        for name in names(one):
            if name is not None:
                groups[name].append(one)
    tallies = [_tally(name, some) for name, some in groups.items()]
    return sorted(tallies, key=lambda one: (-one.bad, -one.share, -one.reported, one.name))


def _tally(name: str, some: Sequence[Outcome]) -> Tally:
    return Tally(
        name,
        len(some),
        sum(one.bad for one in some),
        sum(one.readings.complaints or 0 for one in some),
        sum(bool(one.readings.deleted) for one in some),
    )


def _hour(outcome: Outcome) -> int:
    return outcome.circumstances.went_out_at.astimezone(UTC).hour


def _mean(values: Iterable[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return fmean(given) if given else None
