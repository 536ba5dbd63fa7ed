"""Too many, or too few, of something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.domain.message import Message
from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Find, View
from review_gate.rulebook.terms import TermList


@dataclass(frozen=True)
class Count:
    """Hits once when `terms` are there more than `most` times (at the first one too many), or fewer than `least`."""

    word: ClassVar[str] = "count"

    terms: TermList
    least: int
    most: int | None

    @property
    def fills(self) -> frozenset[str]:
        most = {"found", "max"} if self.most is not None else set()
        return frozenset({"count", *most, *({"min"} if self.least else ())})

    @property
    def triggers(self) -> tuple[TermList, ...] | None:
        return None if self.least else (self.terms,)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        if "max" not in fields and "min" not in fields:
            fields.error(
                "kind",
                Message(
                    "a count needs 'max' (how many are fine) or 'min' (how many must be there)",
                    "un compte demande « max » (combien sont permis) ou « min » (combien il en faut)",
                ),
            )
        most = fields.whole("max", -1)
        terms = fields.terms(required=True, also_patterns=True) or TermList(())
        return cls(terms, fields.whole("min", 0), most if most >= 0 else None)

    def find(self, view: View) -> list[Find]:
        matches = view.matches(self.terms)
        fills = {"count": str(len(matches)), "max": str(self.most), "min": str(self.least)}
        if self.most is not None and len(matches) > self.most:
            over = matches[self.most]
            return [Find(over.span, over.found, fills)]
        return [Find(fills=fills)] if len(matches) < self.least else []
