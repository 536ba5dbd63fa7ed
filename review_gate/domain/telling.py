"""How reasons are told to people: one that comes back with other words is told once, with all its words; what a graver
rule has said in the very same words is not said again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from review_gate.domain.verdict import Reason


@dataclass(frozen=True, slots=True)
class Told:
    """A reason, and the words in which the same rule saw the same again (`reason.found` not among them)."""

    reason: Reason
    also: tuple[str, ...] = ()

    @property
    def found(self) -> tuple[str, ...]:
        """All the words, the first one's first."""
        return ((self.reason.found,) if self.reason.found else ()) + self.also


def without_echoes(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons in their order, without those of rules that say of the same place, word for word, what another rule
    says more gravely."""
    gravest: dict[object, Reason] = {}
    for reason in (one for one in reasons if one.pack):
        said = (reason.message, reason.span)
        if said not in gravest or gravest[said].severity < reason.severity:
            gravest[said] = reason
    return tuple(r for r in reasons if not r.pack or gravest[r.message, r.span].name == r.name)


def told_once(reasons: Sequence[Reason]) -> tuple[Told, ...]:
    """The reasons in their order, those of one rule with one category and severity taken together, without echoes."""
    first: dict[object, Reason] = {}
    words: dict[object, dict[str, None]] = {}
    for number, reason in enumerate(without_echoes(reasons)):
        key = (reason.rule, reason.pack, reason.category, reason.severity) if reason.pack else number
        first.setdefault(key, reason)
        if reason.found:
            words.setdefault(key, {})[reason.found] = None
    return tuple(
        Told(reason, tuple(word for word in words.get(key, ()) if word != reason.found))
        for key, reason in first.items()
    )
