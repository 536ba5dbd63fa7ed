"""A reply read together with the message it answers: cheer in answer to grief, a promotion in answer to anger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Find, View
from review_gate.rulebook.terms import TermList


@dataclass(frozen=True)
class Context:
    """Hits when the customer says one of `customer` and the reply says one of `reply`, or nothing of `reply_lacks`.

    With neither, what the customer says is enough. The span is that of the reply's words; {customer} are the
    customer's.
    """

    word: ClassVar[str] = "context"
    fills: ClassVar[frozenset[str]] = frozenset({"found", "customer"})

    customer: TermList
    reply: TermList | None
    lacks: TermList | None

    @property
    def triggers(self) -> tuple[TermList, ...]:
        return (self.customer,)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        customer = fields.terms("customer", required=True) or TermList(())
        return cls(customer, fields.terms("reply"), fields.terms("reply_lacks"))

    def find(self, view: View) -> list[Find]:
        said = view.customer_matches(self.customer)
        if not said or (self.lacks is not None and view.matches(self.lacks)):
            return []
        fills = {"customer": said[0].found}
        if self.reply is None:
            return [Find(None, said[0].found, fills)]
        return [Find(m.span, m.found, fills, disguised=m.disguised) for m in view.matches(self.reply)[:3]]
