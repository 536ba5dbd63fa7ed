"""How a text is built: template gaps, capitals, length, links that hide where they lead, pictures without words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Find, View
from review_gate.rulebook.shapes import SHAPES, Limits


@dataclass(frozen=True)
class Structure:
    """Hits what the named check of shapes.py finds, within the rule's numbers."""

    word: ClassVar[str] = "structure"
    fills: ClassVar[frozenset[str]] = frozenset({"found", "count", "max"})
    triggers: ClassVar[None] = None

    check: str
    limits: Limits

    @classmethod
    def read(cls, fields: Fields) -> Self:
        check = fields.one_of("check", SHAPES)
        limits = Limits(
            most=fields.whole("max", -1),
            share=fields.number("share", 0.7, 0, 1),
            domains=frozenset(word.lower() for word in fields.words("domains")),
        )
        return cls(check, limits)

    def find(self, view: View) -> list[Find]:
        return [
            Find(span, found, {"count": str(count), "max": str(most)})
            for span, found, count, most in SHAPES[self.check](view.draft, self.limits)
            if not view.excepts(span)
        ]
