"""What a text means, as learned from many examples: for wording that no list of terms foresees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.rulebook.fields import Fields
from review_gate.rulebook.meaning import HARMLESS, judges
from review_gate.rulebook.scene import Find, View

_CLEAR_SECOND = 0.25
"""A label that is not the likeliest still counts with this share of the risk: slurs about faith are hate as well."""


@dataclass(frozen=True)
class Learned:
    """Hits when the model gives the text of `read` (the draft, or the customer's message) a risk of at least
    `threshold` (0..1) and finds `label` in it. The span is the sentence that says it most. Without an encoder it sees
    nothing (`Packs.blind`)."""

    word: ClassVar[str] = "learned"
    fills: ClassVar[frozenset[str]] = frozenset({"found", "score", "customer"})
    triggers: ClassVar[None] = None

    label: str
    of: str
    threshold: float

    @classmethod
    def read(cls, fields: Fields) -> Self:
        of = fields.one_of("read", judges(), "draft")
        labels = [label for label in judges()[of].labels if label != HARMLESS]
        return cls(fields.one_of("label", labels), of, fields.number("threshold", 0.7, 0, 1))

    def find(self, view: View) -> list[Find]:
        scene = view.scene
        text = view.draft.in_reply_to if self.of == "customer" else view.draft.text
        if scene.encoder is None or not text:
            return []
        judge = judges()[self.of]
        shares = judge.shares(scene.encoder.features([text]))[0]
        risk = 1.0 - float(shares[0])
        at = judge.labels.index(self.label)
        if risk < self.threshold or (shares[1:].max() > shares[at] and shares[at] < _CLEAR_SECOND * risk):
            return []
        fills = {"score": f"{risk:.2f}", "customer": text if self.of == "customer" else ""}
        if self.of == "customer":
            return [Find(None, None, fills)]
        sentences = scene.encoder.features([text[start:end] for start, end in scene.sentences])
        span = scene.sentences[int(judge.shares(sentences)[:, at].argmax())]
        if view.excepts(span):
            return []
        return [Find(span, view.draft.text[span[0] : span[1]], fills)]
