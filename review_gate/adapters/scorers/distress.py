"""Distress: what the customer writes is more than a question for a machine."""

from __future__ import annotations

from collections.abc import Sequence

from review_gate.adapters.scorers.lexicon import DistressLexicon, distress_lexicon
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.verdict import Signal, SignalState

BY_BOT, BY_PERSON = 1.0, 0.5


class DistressScorer:
    """One label for each kind of distress in `in_reply_to`: 1.0 when a machine answers it, 0.5 when a person wrote the
    reply (somebody has seen the message then). `clear` with 0 when there is none; inapplicable without a message."""

    name = "distress"
    model = "distress-1"

    def __init__(self, lexicon: DistressLexicon | None = None) -> None:
        self._lexicon = lexicon or distress_lexicon()

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        if draft.kind is not Kind.REPLY or not draft.in_reply_to:
            return [Signal(self.name, "clear", state=SignalState.INAPPLICABLE, detail="answers no message")]
        found = self._lexicon.read(draft.in_reply_to)
        score = BY_BOT if draft.automated else BY_PERSON
        return [Signal(self.name, kind, score, evidence=({"customer": words},)) for kind, words in found.items()] or [
            Signal(self.name, "clear", 0.0)
        ]
