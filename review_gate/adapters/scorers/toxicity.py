"""The embedded toxicity scorer: seven probabilities a text, offline, on one thread.

`EmbeddedToxicity` owns what surrounds the network: windows for long texts and the words that carry a score. The network
itself (`encoder.py`) is shared with `SentenceEncoder`, so that one process holds the weights once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from review_gate.adapters.scorers.encoder import LABELS, Network, shared_network
from review_gate.adapters.scorers.toxicity_text import Span, groups, windows, words

Floats = npt.NDArray[np.float32]

EXPLAIN_FROM = 0.5
_MOST_GROUPS = 24
_KEEP_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Toxicity:
    """What the scorer says of one text.

    `scores` maps each label to a calibrated probability in 0..1. `spans` are `(start, end, weight)` in characters of the
    given text, by position: the words that carry the highest score, `weight` (0..1) the part of that score which goes
    when they are left out. No spans when every score is below 0.5.
    """

    scores: dict[str, float]
    spans: tuple[tuple[int, int, float], ...] = ()


class EmbeddedToxicity:
    """Scores texts with the weights that ship with the package."""

    name = "toxicity"

    def __init__(self, network: Network | None = None) -> None:
        self._network = network or shared_network()
        self.model: str = self._network.version
        self.languages: frozenset[str] = self._network.languages

    def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[Toxicity]:
        """One `Toxicity` per text, in order. `langs` (ISO 639-1, None if not known) chooses the calibration.

        Raises `ValueError` when the two sequences differ in length.
        """
        if len(texts) != len(langs):
            raise ValueError(f"{len(texts)} texts but {len(langs)} languages: give one language (or None) per text")
        pieces = [(number, span) for number, text in enumerate(texts) for span in windows(text)]
        found = self._network.probabilities(
            [texts[number][start:end] for number, (start, end) in pieces], [langs[number] for number, _ in pieces])
        return [self._toxicity(text, lang, [(span, row) for (owner, span), row in zip(pieces, found, strict=True)
                                            if owner == number])
                for number, (text, lang) in enumerate(zip(texts, langs, strict=True))]

    def _toxicity(self, text: str, lang: str | None, parts: list[tuple[Span, Floats]]) -> Toxicity:
        highest = np.max([row for _, row in parts], axis=0)
        scores = {label: round(float(value), 4) for label, value in zip(LABELS, highest, strict=True)}
        column = int(highest.argmax())
        if highest[column] < EXPLAIN_FROM:
            return Toxicity(scores)
        window, row = max(parts, key=lambda part: float(part[1][column]))
        return Toxicity(scores, self._explain(text, lang, window, column, float(row[column])))

    def _explain(self, text: str, lang: str | None, window: Span, column: int,
                 score: float) -> tuple[tuple[int, int, float], ...]:
        """Leave out each word (or small group of words) in turn: what makes the score drop carries it."""
        start, end = window
        found = groups([(start + a, start + b) for a, b in words(text[start:end])], _MOST_GROUPS)
        if len(found) < 2:
            return tuple((a, b, 1.0) for a, b in found)
        without = [text[start:a] + text[b:end] for a, b in found]
        rows = self._network.probabilities(without, [lang] * len(without))
        drops = [max(0.0, score - float(row[column])) / score for row in rows]
        least = max(drops) * _KEEP_SHARE
        if max(drops) < 0.02:
            return ((start, end, round(score, 4)),)
        return tuple((a, b, round(drop, 4)) for (a, b), drop in zip(found, drops, strict=True) if drop >= least)
