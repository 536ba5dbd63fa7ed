"""The embedded toxicity scorer: seven probabilities a text, offline, on one thread.

`EmbeddedToxicity` owns what surrounds the network (`encoder.py`): windows for long texts, a second look at texts that
seem disguised, and the words that carry a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from review_gate.adapters.scorers.encoder import LABELS, Floats, shared_network
from review_gate.adapters.scorers.toxicity_text import Span, Weighted, groups, merged, windows, words
from review_gate.signals.emoji_words import spelled_out
from review_gate.signals.normalise import normalise
from review_gate.signals.unmask import unmask_view

EXPLAIN_FROM = 0.5
_GROUPS = 8
_KEEP_SHARE = 0.3
_NO_DROP = 0.05


@dataclass(frozen=True, slots=True)
class Toxicity:
    """What the scorer says of one text.

    `scores` maps each label to a calibrated probability in 0..1. `spans` are `(start, end, weight)` in characters of
    the given text, by position: the words that carry the highest score, `weight` (0..1) how much of that score they
    account for. No spans when every score is below 0.5.
    """

    scores: dict[str, float]
    spans: tuple[tuple[int, int, float], ...] = ()


class LabelNetwork(Protocol):
    """What gives the probabilities: `encoder.Network`, or a stand-in in tests."""

    version: str
    languages: frozenset[str]

    def probabilities(self, texts: Sequence[str], langs: Sequence[str | None]) -> Floats:
        """(n, 7) probabilities in the order of `LABELS`."""


class EmbeddedToxicity:
    """Scores texts with the weights that ship with the package."""

    name = "toxicity"

    def __init__(self, network: LabelNetwork | None = None) -> None:
        self._network: LabelNetwork = network or shared_network()
        self.model: str = self._network.version
        self.languages: frozenset[str] = self._network.languages

    def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[Toxicity]:
        """One `Toxicity` per text, in order. `langs` (ISO 639-1, None if not known) chooses the calibration.

        Raises `ValueError` when the two sequences differ in length.
        """
        if len(texts) != len(langs):
            raise ValueError(f"{len(texts)} texts but {len(langs)} languages: give one language (or None) per text")
        return [
            self._toxicity(text, lang, cut, rows)
            for text, lang, (cut, rows) in zip(texts, langs, self._by_window(texts, langs), strict=True)
        ]

    def table(self, texts: Sequence[str], langs: Sequence[str | None]) -> Floats:
        """(n, 7) scores in the order of `LABELS`, without explanations: for measuring many texts."""
        return np.stack([rows.max(axis=0) for _, rows in self._by_window(texts, langs)])

    def _by_window(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[tuple[list[Span], Floats]]:
        cuts = [windows(text) for text in texts]
        rows = self._probabilities(
            [text[start:end] for text, cut in zip(texts, cuts, strict=True) for start, end in cut],
            [lang for lang, cut in zip(langs, cuts, strict=True) for _ in cut],
        )
        result = []
        for cut in cuts:
            result.append((cut, rows[: len(cut)]))
            rows = rows[len(cut) :]
        return result

    def _probabilities(self, texts: Sequence[str], langs: Sequence[str | None]) -> Floats:
        """The network's answer; for a text that seems disguised the higher of it and of what lies beneath."""
        plain = [normalise(text) for text in texts]
        spelled = [normalise(spelled_out(text, lang)) for text, lang in zip(texts, langs, strict=True)]
        beneath = [unmask_view(view, sparing=True).text for view in spelled]
        hidden = [i for i, view in enumerate(plain) if beneath[i] != view.text]
        rows = self._network.probabilities(
            [*texts, *(beneath[i] for i in hidden)], [*langs, *(langs[i] for i in hidden)]
        )
        found = rows[: len(texts)].copy()
        if hidden:
            found[hidden] = np.maximum(found[hidden], rows[len(texts) :])
        return found

    def _toxicity(self, text: str, lang: str | None, cut: Sequence[Span], rows: Floats) -> Toxicity:
        highest = rows.max(axis=0)
        scores = {label: round(float(value), 4) for label, value in zip(LABELS, highest, strict=True)}
        column = int(highest.argmax())
        if highest[column] < EXPLAIN_FROM:
            return Toxicity(scores)
        window = cut[int(rows[:, column].argmax())]
        return Toxicity(scores, merged(text, self._explain(text, lang, window, column, float(highest[column]))))

    def _explain(self, text: str, lang: str | None, window: Span, column: int, score: float) -> list[Weighted]:
        """The words without which the score drops: groups of words first, then the words of the groups that matter.

        Where leaving out any one group changes nothing (the text is bad twice over), the groups that are bad by
        themselves.
        """
        found = [(window[0] + a, window[0] + b) for a, b in words(text[window[0] : window[1]])]
        parts = groups(found, _GROUPS)
        if len(found) < 2:
            return [(a, b, round(score, 4)) for a, b in found]
        drops = self._drops(text, lang, window, column, score, [(part[0][0], part[-1][1]) for part in parts])
        if max(drops) < _NO_DROP:
            alone = self._probabilities([text[part[0][0] : part[-1][1]] for part in parts], [lang] * len(parts))
            return [
                (part[0][0], part[-1][1], round(float(row[column]), 4))
                for part, row in zip(parts, alone, strict=True)
                if row[column] >= EXPLAIN_FROM * score
            ]
        least = max(drops) * _KEEP_SHARE
        chosen = [part for part, drop in zip(parts, drops, strict=True) if drop >= least]
        if len(parts) == len(found):
            return [(a, b, round(drop, 4)) for [(a, b)], drop in zip(parts, drops, strict=True) if drop >= least]
        single = [span for part in chosen for span in part]
        finer = self._drops(text, lang, window, column, score, single)
        if max(finer) < _NO_DROP:
            return [
                (part[0][0], part[-1][1], round(drop, 4))
                for part, drop in zip(parts, drops, strict=True)
                if drop >= least
            ]
        least = max(finer) * _KEEP_SHARE
        return [(a, b, round(drop, 4)) for (a, b), drop in zip(single, finer, strict=True) if drop >= least]

    def _drops(
        self, text: str, lang: str | None, window: Span, column: int, score: float, spans: Sequence[Span]
    ) -> list[float]:
        """For each span the share of the score (0..1) that goes when the span is left out of the window."""
        rows = self._probabilities([text[window[0] : a] + text[b : window[1]] for a, b in spans], [lang] * len(spans))
        return [min(1.0, max(0.0, 1 - float(row[column]) / score)) for row in rows]
