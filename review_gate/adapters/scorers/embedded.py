"""The embedded toxicity model behind ports.Scorer."""

from __future__ import annotations

from collections.abc import Sequence

from review_gate.adapters.scorers.toxicity import EmbeddedToxicity
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.verdict import Signal, SignalState


class ToxicityScorer:
    """Seven labels for the draft's text; inapplicable for a language the model was not made for."""

    name = "toxicity"

    def __init__(self, model: EmbeddedToxicity | None = None) -> None:
        self._model = model or EmbeddedToxicity()
        self.model = self._model.model

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        if context.lang is not None and context.lang not in self._model.languages:
            return (Signal(self.name, "toxicity", state=SignalState.INAPPLICABLE, detail=context.lang),)
        found = self._model.score([draft.text], [context.lang])[0]
        spans = tuple((start, end) for start, end, _ in sorted(found.spans, key=lambda span: -span[2]))
        return [Signal(self.name, label, score, spans=spans) for label, score in found.scores.items()]
