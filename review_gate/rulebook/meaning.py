"""What a text is about to get wrong, judged by its meaning: a small network over the encoder's features.

`meaning.npz` is made by `python -m training.learn_meaning` from texts written for the project. It belongs to the
encoder it was made with: the examples beside the rules that use it tell when the two no longer fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

HARMLESS = "harmless"


@dataclass(frozen=True, eq=False)
class Judge:
    """Shares between `labels` for a text's features (f); the first label is `harmless`. Features are brought to one
    scale (`mean`, `spread`: (f,)), go through one layer (`inner`: (f, h), `bias`: (h,)) and are read (`outer`: (h, n),
    `offsets`: (n,))."""

    labels: tuple[str, ...]
    mean: Any
    spread: Any
    inner: Any
    bias: Any
    outer: Any
    offsets: Any

    def shares(self, features: Any) -> Any:
        """For features (m, f) an array (m, n) with rows that add up to 1."""
        hidden = np.maximum(((features - self.mean) / self.spread) @ self.inner + self.bias, 0)
        scores = hidden @ self.outer + self.offsets
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)


@cache
def judges() -> dict[str, Judge]:
    """The model for drafts (`draft`) and that for customers' messages (`customer`), read once."""
    with (resources.files("review_gate.rulebook") / "meaning.npz").open("rb") as file:
        data = np.load(file, allow_pickle=False)
        return {
            of: Judge(
                tuple(str(label) for label in data[f"{of}_labels"]),
                *(
                    data[f"{of}_{name}"].astype(np.float32)
                    for name in ("mean", "spread", "inner", "bias", "outer", "offsets")
                ),
            )
            for of in ("customer", "draft")
        }
