"""Scores of a bare text, for callers who bring no draft: what the drop-in interfaces of other services need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.verdict import SignalState
from review_gate.ports import Clock, LanguageDetector, Scorer


class NotScored(Exception):
    """The scorer should have had an answer and had none: nothing may be concluded from its silence."""


class TextScores:
    """The toxicity scorer and the language detector, asked directly: no rules, no policy, nothing is stored."""

    def __init__(self, scorer: Scorer, detector: LanguageDetector, clock: Clock, fallback: str) -> None:
        """`fallback`: the language (ISO 639-1) that is taken for a text too short to tell."""
        self._scorer = scorer
        self._detector = detector
        self._clock = clock
        self.fallback = fallback

    @property
    def model(self) -> str:
        return self._scorer.model

    def detect(self, text: str) -> str | None:
        """The language of `text`, None where it is too short to tell."""
        signal = self._detector.detect(text)
        return signal.detail if signal.state is SignalState.SCORED else None

    def language(self, text: str) -> str:
        """The language to score `text` in."""
        return self.detect(text) or self.fallback

    def score(self, text: str, languages: Sequence[str]) -> Mapping[str, float] | None:
        """Score (0..1) by label, the highest over `languages`; None when one of them is not covered.

        Raises NotScored.
        """
        highest: dict[str, float] = {}
        for lang in dict.fromkeys(languages):
            found = self._in(text, lang)
            if found is None:
                return None
            for label, score in found.items():
                highest[label] = max(score, highest.get(label, 0.0))
        return highest

    def _in(self, text: str, lang: str) -> Mapping[str, float] | None:
        context = Context(now=self._clock(), lang=lang, languages=(lang,))
        try:
            signals = [one.sound() for one in self._scorer.score(Draft(text, kind=Kind.REPLY, lang=lang), context)]
        except Exception as error:
            raise NotScored(type(error).__name__) from error
        if any(signal.state is SignalState.INAPPLICABLE for signal in signals):
            return None
        scores = {signal.label: signal.score for signal in signals if signal.score is not None}
        if not scores or any(signal.state is SignalState.ERRORED for signal in signals):
            raise NotScored("no score")
        return scores
