"""Emoji with what they mean where they stand: a grin beside a condolence, a gun, a row of party hats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.domain.message import Message
from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Find, View
from review_gate.rulebook.terms import TermList
from review_gate.signals.emoji import EMOJI, bare, emoji_in


@dataclass(frozen=True)
class Emoji:
    """Hits the first of `emoji` (none named: of all there are) in the text or its media, or the first over
    `most` of them in the text alone.

    `beside`: only when one of these terms is in the text too ({a}); `customer`: only in answer to one of these ({a}).
    Skin tone and gender make no difference.
    """

    word: ClassVar[str] = "emoji"

    emoji: frozenset[str]
    beside: TermList | None
    customer: TermList | None
    most: int

    @property
    def fills(self) -> frozenset[str]:
        return frozenset({"found", "count", "max"} | ({"a"} if self.beside or self.customer else set()))

    @property
    def triggers(self) -> tuple[TermList, ...] | None:
        needed = self.beside or self.customer
        return (needed,) if needed is not None else None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        named = fields.texts("emoji")
        for sign, node in named:
            if not EMOJI.fullmatch(sign):
                fields.source.error(
                    node,
                    Message(f"'{sign}' is not one emoji", f"« {sign} » n'est pas un emoji"),
                    Message("one entry for each emoji", "une entrée par emoji"),
                )
        if not named and "max" not in fields:
            fields.error(
                "kind",
                Message(
                    "a rule about emoji needs 'emoji' (which) or 'max' (how many are fine)",
                    "une règle sur les emojis demande « emoji » (lesquels) ou « max » (combien sont permis)",
                ),
            )
        beside, customer = fields.terms("with"), fields.terms("customer")
        return cls(frozenset(bare(sign) for sign, _ in named), beside, customer, fields.whole("max", 0))

    def find(self, view: View) -> list[Find]:
        there = view.matches(self.beside)
        asked = view.customer_matches(self.customer)
        if (self.beside is not None and not there) or (self.customer is not None and not asked):
            return []
        # How many there are is how the text is written: that of its pictures is another one.
        text = view.draft.text if self.most else view.scene.reading.text
        found = [m for m in emoji_in(text) if not self.emoji or bare(m.group()) in self.emoji]
        if len(found) <= self.most:
            return []
        first = found[self.most]
        other = (there or asked)[0].found if there or asked else ""
        fills = {"a": other, "count": str(len(found)), "max": str(self.most)}
        return [Find(first.span(), first.group(), fills)]
