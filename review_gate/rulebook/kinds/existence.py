"""Something that should not be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Find, View
from review_gate.rulebook.terms import TermList


@dataclass(frozen=True)
class Existence:
    """Hits each place where one of `terms` is."""

    word: ClassVar[str] = "existence"
    fills: ClassVar[frozenset[str]] = frozenset({"found"})

    terms: TermList

    @property
    def triggers(self) -> tuple[TermList, ...]:
        return (self.terms,)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(fields.terms(required=True, also_patterns=True) or TermList(()))

    def find(self, view: View) -> list[Find]:
        return [Find(m.span, m.found, disguised=m.disguised) for m in view.matches(self.terms)]
