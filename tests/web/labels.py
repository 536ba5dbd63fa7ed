"""A scorer with all seven labels, each found by one word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.verdict import Signal, SignalState

WORDS = {
    "toxicity": "idiot",
    "severe_toxicity": "severe",
    "obscene": "damn",
    "threat": "hunt",
    "insult": "idiot",
    "identity_attack": "foreigners",
    "sexual_explicit": "naked",
}


@dataclass
class LabelScorer:
    """0.9 for a label whose word is there, else 0.1; English, French and Spanish only."""

    name: str = "toxicity"
    model: str = "label-scorer-1"

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        if context.lang not in {"en", "fr", "es"}:
            return [Signal(self.name, "toxicity", state=SignalState.INAPPLICABLE, detail=context.lang or "")]
        return [Signal(self.name, label, 0.9 if word in draft.text else 0.1) for label, word in WORDS.items()]
