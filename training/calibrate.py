"""Make a score of 0.8 mean "right in 8 of 10 cases": slope and offset per label, a small correction per language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.corpora import LABELS, LANGUAGES, Example
from training.e5 import Floats

_SOURCE_WEIGHT = {"handwritten": 1.0, "ordinary": 0.3, "toxicity": 0.05}


@dataclass(frozen=True)
class Calibration:
    """`slope[label] * logit + offset[label] + correction[lang][label]`, then the logistic function."""

    slope: dict[str, float]
    offset: dict[str, float]
    correction: dict[str, dict[str, float]]

    @classmethod
    def none(cls) -> Calibration:
        """The logits as they are."""
        return cls(dict.fromkeys(LABELS, 1.0), dict.fromkeys(LABELS, 0.0), {})

    def as_json(self) -> dict[str, Any]:
        return {"slope": self.slope, "offset": self.offset, "correction": self.correction}

    def apply(self, logits: Floats, langs: Sequence[str | None]) -> Floats:
        """Probabilities in the order of LABELS."""
        slope = np.array([self.slope[label] for label in LABELS])
        offset = np.array(
            [
                [self.offset[label] + self.correction.get(lang or "", {}).get(label, 0.0) for label in LABELS]
                for lang in langs
            ]
        )
        return np.asarray(1 / (1 + np.exp(-(logits * slope + offset))), dtype=np.float32)


def calibrate(examples: Sequence[Example], logits: Floats, shrink: float = 4.0) -> Calibration:
    """Fit on held-out examples. Few examples of a language pull its correction towards none (`shrink`)."""
    slopes: dict[str, float] = {}
    offsets: dict[str, float] = {}
    corrections: dict[str, dict[str, float]] = {lang: {} for lang in LANGUAGES}
    for column, label in enumerate(LABELS):
        rows = [i for i, e in enumerate(examples) if label in e.labels]
        truth = torch.tensor([examples[i].labels[label] for i in rows])
        weight = torch.tensor([_SOURCE_WEIGHT[_kind(examples[i])] for i in rows])
        lang = torch.tensor([LANGUAGES.index(examples[i].lang) for i in rows])
        found = _fit(torch.tensor(logits[rows, column]), truth, weight, lang, shrink)
        slopes[label] = round(float(torch.exp(found[0])), 4)
        offsets[label] = round(float(found[1]), 4)
        for number, name in enumerate(LANGUAGES):
            corrections[name][label] = round(float(found[2 + number]), 4)
    return Calibration(slopes, offsets, corrections)


def _fit(x: Tensor, truth: Tensor, weight: Tensor, lang: Tensor, shrink: float) -> Tensor:
    """[log slope, offset, one correction per language] with the least weighted loss."""
    parameters = torch.zeros(2 + len(LANGUAGES), requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        scores = torch.exp(parameters[0]) * x + parameters[1] + parameters[2:][lang]
        loss = functional.binary_cross_entropy_with_logits(scores, truth, weight=weight, reduction="sum")
        loss = loss + shrink * (parameters[2:] ** 2).sum() + 2.0 * parameters[0] ** 2
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return parameters.detach()


def _kind(example: Example) -> str:
    return "handwritten" if example.source == "handwritten" else example.case


def expected_error(probabilities: Sequence[float], truth: Sequence[float], bins: int = 10) -> float:
    """Expected calibration error: mean distance between score and share of hits, over equal slices of the score."""
    scores, hits = np.asarray(probabilities), np.asarray(truth)
    place = np.minimum((scores * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(scores[place == b].mean() - hits[place == b].mean()) * (place == b).mean()
            for b in range(bins)
            if (place == b).any()
        )
    )
