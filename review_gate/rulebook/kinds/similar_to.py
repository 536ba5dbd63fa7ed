"""What is meant, whatever the words: a handful of example sentences, compared by meaning, across languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Self

import numpy as np

from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Encoder, Find, Vectors, View


@dataclass(frozen=True)
class SimilarTo:
    """Hits the sentence that is nearest to one of `examples`: cosine at least `threshold` (0..1), and at least
    `margin` nearer than to any of `counter`. The margin does the work: harmless sentences about the same thing are as
    near to the examples as risky ones, but nearer still to each other. Without an encoder it sees nothing
    (`Packs.blind`).
    """

    word: ClassVar[str] = "similar_to"
    fills: ClassVar[frozenset[str]] = frozenset({"found", "example", "score"})
    triggers: ClassVar[None] = None

    examples: tuple[str, ...]
    counter: tuple[str, ...]
    threshold: float
    margin: float

    @classmethod
    def read(cls, fields: Fields) -> Self:
        examples = tuple(text for text, _ in fields.texts("examples", required=True))
        counter = tuple(text for text, _ in fields.texts("counter", required=True))
        return cls(examples, counter, fields.number("threshold", 0.45, 0.2, 1), fields.number("margin", 0.03, 0, 1))

    def find(self, view: View) -> list[Find]:
        vectors, encoder = view.scene.vectors, view.scene.encoder
        if vectors is None or encoder is None:
            return []
        known = _vectors(encoder, self.examples)
        likeness = vectors @ known.T
        harmless = (vectors @ _vectors(encoder, self.counter).T).max(axis=1)
        nearest = likeness.max(axis=1)
        counts = (nearest >= self.threshold) & (nearest >= harmless + self.margin)
        if not counts.any():
            return []
        at = int(np.where(counts, nearest, -1.0).argmax())
        span = view.scene.sentences[at]
        if view.excepts(span):
            return []
        fills = {"example": self.examples[int(likeness[at].argmax())], "score": f"{nearest[at]:.2f}"}
        return [Find(span, view.draft.text[span[0] : span[1]], fills)]


@lru_cache(maxsize=2000)
def _vectors(encoder: Encoder, sentences: tuple[str, ...]) -> Vectors:
    """The vectors of a rule's sentences, worked out once for each encoder."""
    return encoder.encode(list(sentences))
