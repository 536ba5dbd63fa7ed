"""If this is said, that must be said too: a partnership and its disclosure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Find, View
from review_gate.rulebook.terms import TermList


@dataclass(frozen=True)
class Conditional:
    """Hits once, at the first of `given`, when nothing of `require` is there."""

    word: ClassVar[str] = "conditional"
    fills: ClassVar[frozenset[str]] = frozenset({"found"})

    given: TermList
    require: TermList

    @property
    def triggers(self) -> tuple[TermList, ...]:
        return (self.given,)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        given = fields.terms("given", required=True) or TermList(())
        return cls(given, fields.terms("require", required=True) or TermList(()))

    def find(self, view: View) -> list[Find]:
        given = view.matches(self.given)
        if not given or view.matches(self.require):
            return []
        return [Find(given[0].span, given[0].found, disguised=given[0].disguised)]
