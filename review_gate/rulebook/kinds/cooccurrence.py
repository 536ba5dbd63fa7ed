"""Things that are fine alone and not together: a catastrophe and a promotion."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, pairwise, product
from typing import ClassVar, Self

from review_gate.domain.message import Message
from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Find, Match, View
from review_gate.rulebook.terms import TermList

_NAMES = "abcdef"

_EACH = 30
"""Places looked at for each group."""

_TRIES = 2000
"""Combinations of places looked at."""


@dataclass(frozen=True)
class Cooccurrence:
    """Hits once when each group of `all` is there, not overlapping, with at most `within` words between neighbours.

    The span is the first group's; {a}, {b}… are what was found of each group.
    """

    word: ClassVar[str] = "cooccurrence"

    groups: tuple[TermList, ...]
    within: int | None

    @property
    def fills(self) -> frozenset[str]:
        return frozenset({"found", *_NAMES[: len(self.groups)]})

    @property
    def triggers(self) -> tuple[TermList, ...]:
        return self.groups[:1]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        found = []
        for group in fields.groups("all", required=True):
            found.append(group.terms(required=True, also_patterns=True) or TermList(()))
            group.done()
        if not 2 <= len(found) <= len(_NAMES):
            most, there = len(_NAMES), len(found)
            fields.error(
                "all",
                Message(
                    f"'all' needs 2 to {most} groups of terms: it has {there}",
                    f"« all » demande de 2 à {most} groupes de termes : il en a {there}",
                ),
            )
        within = fields.whole("within", -1, -1, 1000)
        return cls(tuple(found), within if within >= 0 else None)

    def find(self, view: View) -> list[Find]:
        found = [view.matches(terms)[:_EACH] for terms in self.groups]
        if not all(found):
            return []
        for chosen in islice(product(*found), _TRIES):
            if not self._together(view, sorted(chosen)):
                continue
            fills = {name: match.found for name, match in zip(_NAMES, chosen, strict=False)}
            first = chosen[0]
            return [Find(first.span, first.found, fills, disguised=any(m.disguised for m in chosen))]
        return []

    def _together(self, view: View, ordered: list[Match]) -> bool:
        """Whether they do not overlap and are near enough to each other."""
        reading = view.scene.reading
        return all(
            one.end <= two.start and (self.within is None or reading.words_between(one, two) <= self.within)
            for one, two in pairwise(ordered)
        )
