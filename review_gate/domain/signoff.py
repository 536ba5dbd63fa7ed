"""Sign-off: how many approvals a text needs, and from whom. Pure.

The policy's rules that fit a text become its requirements, stored with the submission: a later policy changes nothing
about what was asked; what is found in one of its pictures afterwards asks for more. One approval counts for every
requirement it fits, but fills one place of each: within a requirement nobody counts twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from review_gate.domain.draft import Draft, Kind
from review_gate.domain.message import Message
from review_gate.domain.submission import Decision, Person, Requirement, Role, Submission
from review_gate.domain.verdict import Severity, Verdict

LEAD = "lead"
"""The group that every lead is in by role; the policy need not name its members."""

Place = frozenset[str]
"""Who may fill one place of a requirement: somebody in any of these groups; empty: any reviewer."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the policy. It fits a text when each field that is given fits: `severity` or more, a finding in one
    of the `categories`, one of the `channels`, `markets`, with or without `media`.

    It asks for `approvals` by people who are in any of `groups` (by anybody who reviews, when there are none), or, with
    `each`, for so many from each of them.
    """

    name: str
    approvals: int = 1
    groups: tuple[str, ...] = ()
    each: bool = False
    severity: Severity = Severity.NONE
    categories: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    markets: frozenset[str] = frozenset()
    kind: Kind | None = None
    media: bool | None = None

    def fits(self, draft: Draft, verdict: Verdict) -> bool:
        found = {reason.category for reason in verdict.findings}
        return (
            verdict.severity >= self.severity
            and (not self.categories or not self.categories.isdisjoint(found))
            and (not self.channels or (draft.channel or "").casefold() in self.channels)
            and (not self.markets or (draft.market or "").upper() in self.markets)
            and (self.kind is None or draft.kind is self.kind)
            and (self.media is None or bool(draft.media) is self.media)
        )

    @property
    def requirement(self) -> Requirement:
        return Requirement(self.name, self.approvals, self.groups, self.each)


@dataclass(frozen=True, slots=True)
class Missing:
    """So many approvals are still needed from somebody in any of `groups`; none: from any reviewer. `rule` is the
    policy's rule that asks, empty for the number that every text needs."""

    rule: str
    groups: tuple[str, ...]
    count: int


def asked(rules: Iterable[Rule], draft: Draft, verdict: Verdict) -> tuple[Requirement, ...]:
    """What the policy's `rules` ask for this text."""
    return tuple(rule.requirement for rule in rules if rule.fits(draft, verdict))


def standing(person: Person) -> tuple[str, ...]:
    """The groups that an approval by `person` speaks for; leads speak for LEAD too."""
    lead = {LEAD} if person.roles & {Role.LEAD, Role.ADMIN} else set()
    return tuple(sorted(person.groups | lead))


def counts(submission: Submission, person: Person) -> bool:
    """Whether an approval by `person` would fill a place that is still empty. Nobody approves the same text twice."""
    if any(person.is_(decision.by) for decision in submission.approvals):
        return False
    present = [frozenset(decision.groups) for decision in submission.approvals]
    more = [*present, frozenset(standing(person))]
    return any(_filled(places, more) > _filled(places, present) for _, places in _requirements(submission))


def missing(submission: Submission) -> tuple[Missing, ...]:
    """What is still needed before the present text is approved; nothing when it is complete.

    An approval from a named group is also one of those that every text needs, so those are told only beyond it.
    """
    found: list[Missing] = []
    anybody: Missing | None = None
    for rule, places in _requirements(submission):
        for groups, count in _empty(places, submission.approvals).items():
            one = Missing(rule, tuple(sorted(groups)), count)
            if groups:
                found.append(one)
            elif anybody is None or count > anybody.count:  # the largest number includes the others
                anybody = one
    if anybody is not None:
        beyond = anybody.count - sum(one.count for one in found)
        found += [Missing(anybody.rule, (), beyond)] if beyond > 0 else []
    return tuple(found)


def told(what: Sequence[Missing]) -> Message:
    """`what` in words: "1 approval from legal or brand, 1 from any reviewer"."""
    return Message(", ".join(_english(one) for one in what), ", ".join(_french(one) for one in what))


def _english(one: Missing) -> str:
    whom = " or ".join("a lead" if name == LEAD else name for name in one.groups) or "any reviewer"
    number = f"{one.count} approval{'s' if one.count > 1 else ''}"
    return f"{number} from {whom}{_because(one)}"


def _french(one: Missing) -> str:
    whom = " ou ".join("d'un responsable" if name == LEAD else f"de {name}" for name in one.groups)
    number = f"{one.count} approbation{'s' if one.count > 1 else ''}"
    return f"{number} {whom or 'de tout relecteur'}{_because(one)}"


def _because(one: Missing) -> str:
    return f" ({one.rule})" if one.rule else ""


def _requirements(submission: Submission) -> list[tuple[str, list[Place]]]:
    """Each requirement's name and places. What the screening blocks needs leads where anybody else would do."""
    anybody: Place = frozenset({LEAD}) if submission.verdict.severity is Severity.BLOCK else frozenset()
    base = Requirement("", submission.approvals_needed)
    found = []
    for one in (base, *submission.sign_off):
        if one.each:
            places: list[Place] = [frozenset({group}) for group in one.groups for _ in range(one.approvals)]
        else:
            places = [frozenset(one.groups) or anybody] * one.approvals
        found.append((one.rule, places))
    return found


def _filled(places: Sequence[Place], approvals: Sequence[frozenset[str]]) -> int:
    """How many places these approvals can fill at most."""
    return sum(owner is not None for owner in _seated(places, approvals))


def _empty(places: Sequence[Place], approvals: Sequence[Decision]) -> Counter[Place]:
    seated = _seated(places, [frozenset(decision.groups) for decision in approvals])
    return Counter(place for place, owner in zip(places, seated, strict=True) if owner is None)


def _seated(places: Sequence[Place], approvals: Sequence[frozenset[str]]) -> list[int | None]:
    """Which approval fills which place, as many places as possible (augmenting paths, after Kuhn 1955: one approval
    makes room for another where it can move on)."""
    seated: list[int | None] = [None] * len(places)

    def seat(approval: int, tried: set[int]) -> bool:
        for number, place in enumerate(places):
            if number in tried or (place and not place & approvals[approval]):
                continue
            tried.add(number)
            owner = seated[number]
            if owner is None or seat(owner, tried):
                seated[number] = approval
                return True
        return False

    for approval in range(len(approvals)):
        seat(approval, set())
    return seated
