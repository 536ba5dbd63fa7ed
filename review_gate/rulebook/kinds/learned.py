"""What a text means, as learned from many examples: for wording that no list of terms foresees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.rulebook.fields import Fields
from review_gate.rulebook.meaning import HARMLESS, judges
from review_gate.rulebook.scene import Find, Scene, View, judged

_CLEAR_SECOND = 0.25
"""A label that is not the likeliest still counts with this share of the risk: slurs about faith are hate as well."""

_SAYING = 4
"""Words from which on an alt text says something."""

_DRAFT_SAYING = 3
"""Words from which on a draft says something: of one or two ("Retard ?"), the model sees a word without its sense."""


@dataclass(frozen=True)
class Learned:
    """Hits when the model gives the text of `read` (the draft or an alt text, or the customer's message) a risk of at
    least `threshold` (0..1) and finds `label` in it. The span is the sentence that says it most. Without an encoder it
    sees nothing (`Packs.blind`), nor in a draft of fewer than three words."""

    word: ClassVar[str] = "learned"
    triggers: ClassVar[None] = None

    label: str
    of: str
    threshold: float

    @property
    def fills(self) -> frozenset[str]:
        return frozenset({"score", "customer" if self.of == "customer" else "found"})

    @classmethod
    def read(cls, fields: Fields) -> Self:
        of = fields.one_of("read", judges(), "draft")
        labels = [label for label in judges()[of].labels if label != HARMLESS]
        return cls(fields.one_of("label", labels), of, fields.number("threshold", 0.7, 0, 1))

    def find(self, view: View) -> list[Find]:
        scene, text = view.scene, view.draft.text
        if self.of == "customer":
            customer = view.draft.in_reply_to or ""
            risk = self._risk(scene, customer)
            return [Find(None, None, {"score": f"{risk:.2f}", "customer": customer})] if risk else []
        for alt in (media.alt for media in view.draft.media):
            risk = self._risk(scene, alt) if alt and len(alt.split()) >= _SAYING else 0.0
            if risk:
                return [Find(None, alt, {"score": f"{risk:.2f}"})]
        risk = self._risk(scene, text) if len(text.split()) >= _DRAFT_SAYING else 0.0
        if not risk or scene.encoder is None:
            return []
        judge = judges()[self.of]
        at = judge.labels.index(self.label)
        sentences = scene.encoder.features([text[start:end] for start, end in scene.sentences])
        span = scene.sentences[int(judge.shares(sentences)[:, at].argmax())]
        if view.excepts(span):
            return []
        return [Find(span, text[span[0] : span[1]], {"score": f"{risk:.2f}"})]

    def _risk(self, scene: Scene, text: str) -> float:
        """The risk of `text` where it is high enough and of this rule's kind; else 0."""
        if scene.encoder is None or not text.strip():
            return 0.0
        shares = judged(scene.encoder, self.of, text)
        if 1.0 - shares[0] < self.threshold:
            return 0.0
        risk, own = 1.0 - shares[0], shares[judges()[self.of].labels.index(self.label)]
        return 0.0 if max(shares[1:]) > own and own < _CLEAR_SECOND * risk else risk
