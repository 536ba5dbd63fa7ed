"""How reasons are told to people: one that comes back with other words is told once, with all its words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
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


def told_once(reasons: Iterable[Reason]) -> tuple[Told, ...]:
    """The reasons in their order, those of one rule with one category and severity taken together."""
    first: dict[object, Reason] = {}
    words: dict[object, dict[str, None]] = {}
    for number, reason in enumerate(reasons):
        key = (reason.rule, reason.pack, reason.category, reason.severity) if reason.pack else number
        first.setdefault(key, reason)
        if reason.found:
            words.setdefault(key, {})[reason.found] = None
    return tuple(
        Told(reason, tuple(word for word in words.get(key, ()) if word != reason.found))
        for key, reason in first.items()
    )
