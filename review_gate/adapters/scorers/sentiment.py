"""How likely a customer's message is a negative one: a small linear model over the encoder's vectors.

`sentiment.npz` is made by `python -m training.learn_sentiment` from tweets in six languages whose mood people have
judged. It belongs to the weights it was made with: with others it says nothing (training/README.md).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from review_gate.adapters.scorers.encoder import SentenceEncoder

log = logging.getLogger(__name__)

FILE = Path(__file__).parent / "sentiment.npz"

Negative = Callable[[str], float]
"""How likely (0..1) a text is negative."""


def negative(encoder: SentenceEncoder, file: Path = FILE) -> Negative | None:
    """The model for this encoder; None, and a line in the log, when it was made for other weights."""
    data = _read(file)
    if str(data["version"]) != encoder.version:
        log.warning("The model of moods was made for other weights and is not used: python -m training.learn_sentiment")
        return None

    def share(text: str) -> float:
        return float(shares(data, encoder.encode([text]))[0])

    return share


def shares(data: dict[str, Any], features: Any) -> Any:
    """For vectors (n, f) the share (0..1) of negative ones, (n,)."""
    scores = ((features - data["mean"]) / data["spread"]) @ data["weights"] + data["offsets"]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return scores[:, 0] / scores.sum(axis=1)


@cache
def _read(file: Path) -> dict[str, Any]:
    with np.load(file, allow_pickle=False) as found:
        return {
            name: found[name].astype(np.float32) if found[name].dtype.kind == "f" else found[name]
            for name in found.files
        }
