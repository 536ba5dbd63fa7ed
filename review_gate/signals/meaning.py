"""What replies mean, packed small, and told apart from what all replies of one bot have in common.

The sentence encoder finds any two replies of one bot alike: they share a register (thanks, regrets, orders, deliveries)
that outweighs what each of them says. So the mean and the strongest directions of the bot's own earlier replies are
taken away first (as Mu and Viswanath do with word vectors, "All-but-the-Top", ICLR 2018); what is left tells whether
two replies say the same in other words. Measured in bench/repeated_meaning.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float32]

KEPT = 128
"""A packed vector has so many dimensions, a byte each."""

TOP = 8
"""So many directions are taken away."""

LEAST = 64
"""So many earlier sayings are needed to know a bot's register."""

NOTHING = 1e-12
"""A vector that is shorter everywhere says nothing."""

_turns: dict[int, Rows] = {}


def pack(vector: npt.NDArray[Any]) -> bytes:
    """`vector` turned by a fixed rotation and cut to KEPT dimensions of one byte: directions stay, lengths do not."""
    short = vector.astype(np.float32) @ _turn(len(vector))
    most = float(np.abs(short).max())
    return bytes(KEPT) if most < NOTHING else np.round(short / most * 127.0).astype(np.int8).tobytes()


def _turn(width: int) -> Rows:
    """A random rotation's first KEPT columns (the same for ever: what is stored was made with it)."""
    if width not in _turns:
        drawn = np.random.RandomState(7).standard_normal((max(width, KEPT), max(width, KEPT)))
        _turns[width] = np.linalg.qr(drawn)[0][:width, :KEPT].astype(np.float32)
    return _turns[width]


def unpack(packed: Iterable[bytes]) -> Rows:
    """(n, KEPT) rows of length 1, or of zeros."""
    rows = np.frombuffer(b"".join(packed), dtype=np.int8).reshape(-1, KEPT).astype(np.float32)
    return _unit(rows)


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """What the replies of one bot have in common: their mean, and the TOP directions in which they differ most."""

    mean: Rows
    top: Rows

    def apart(self, rows: Rows) -> Rows:
        """(n, KEPT) rows of length 1 that tell these replies apart: a dot product is how alike two mean."""
        rest = rows - self.mean
        return _unit(rest - (rest @ self.top.T) @ self.top)


def register(rows: Rows) -> Register | None:
    """The register of a bot whose earlier sayings are `rows`; None when there are too few to know it."""
    if len(rows) < LEAST:
        return None
    mean = rows.mean(axis=0)
    top = np.linalg.svd(rows - mean, full_matrices=False)[2][:TOP]
    return Register(mean.astype(np.float32), top.astype(np.float32))


def _unit(rows: npt.NDArray[Any]) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0.0, 1.0, lengths), dtype=np.float32)
