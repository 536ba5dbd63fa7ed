"""A smaller network that repeats a larger one: layers, heads and inner units are left out, the others learn to give the
same states.

The kept layers start as copies ("DistilBERT", Sanh et al. 2019); the states after each of them and the logits are held
against the larger network's on every text of a batch ("TinyBERT", Jiao et al. 2020).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.model import Gate, Layer
from training.narrow import narrowed

LOGITS = 4.0
"""How much the logits count beside the states after a layer."""


@dataclass(frozen=True)
class Smaller:
    """What a smaller network is to repeat and what it keeps of that: the other's graph, the numbers of the layers that
    stay (from 0), and how many attention heads and inner units of each (None: all)."""

    graph: Path
    layers: tuple[int, ...]
    heads: int | None = None
    inner: int | None = None


@dataclass(frozen=True)
class Teacher:
    """The larger network, and which of its layers (counted from 0) the smaller one has kept."""

    gate: Gate
    layers: tuple[int, ...]


def student(gate: Gate, smaller: Smaller, sample: Sequence[list[int]]) -> Gate:
    """A copy of `gate` with what is to stay, the rest made up for on `sample` (token ids) as far as one can without
    training."""
    kept = copy.deepcopy(gate)
    kept.encoder.layers = nn.ModuleList(kept.encoder.layers[number] for number in smaller.layers)
    return narrowed(kept, smaller.heads, smaller.inner, sample)


def undisturbed(gate: Gate) -> Gate:
    """The same network without dropout between its layers: it blurs what is held against the teacher's."""
    for layer in gate.encoder.layers:
        assert isinstance(layer, Layer)
        layer.dropout.p = 0.0
    return gate


def distance(teacher: Teacher, states: Sequence[Tensor], logits: Tensor, ids: Tensor, keep: Tensor) -> Tensor:
    """How far the student's states (one tensor a layer) and logits are from the teacher's on the same texts.

    States count by the share of each channel's variance that is missed, the last ones as much as all before them;
    logits by the cross-entropy with the teacher's probabilities.
    """
    with torch.no_grad():
        every = teacher.gate.encoder.layered(ids, keep)
        expected = teacher.gate.judge(every[-1], keep)[1].sigmoid()
    tokens = keep.bool()
    missed = [_missed(mine[tokens], every[n][tokens]) for mine, n in zip(states, teacher.layers, strict=True)]
    surprise = functional.binary_cross_entropy_with_logits(logits, expected)
    return torch.stack(missed[:-1]).mean() + missed[-1] + LOGITS * surprise


def _missed(mine: Tensor, theirs: Tensor) -> Tensor:
    variance = theirs.var(dim=0)
    return ((mine - theirs).square() / (variance + 0.01 * variance.mean())).mean()
