"""The rulebook's model of meaning: `python -m training.learn_meaning [--data ../shared/data]`.

Fits one small network for drafts and one for customers' messages, over the service's own encoder, to the texts of
`topics.py`, and writes review_gate/rulebook/meaning.npz.

The scale of the risk is set here, too, so that new weights of the encoder need no new thresholds in the packs: each
model is fitted once without the cases that the encoder has not learned from, and shifted until the share FALSE_ALARMS
of the harmless ones among them reaches AT. Seeded; takes some minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from review_gate.adapters.scorers.encoder import SentenceEncoder
from review_gate.rulebook.meaning import HARMLESS, Judge
from training.topics import DISTRESS, LABELS, Row, drafts, messages

OUT = Path(__file__).parent.parent / "review_gate" / "rulebook" / "meaning.npz"
AT = 0.7
FALSE_ALARMS = 0.05
"""This share of harmless cases that the model has not seen has a risk of `AT` or more."""
HIDDEN = 192
EPOCHS = 12
BATCH = 256
RATE = 1e-3
DECAY = 0.05
DROP_INPUTS, DROP_HIDDEN = 0.2, 0.5


def fit(features: Any, targets: Any, weights: Any, classes: int) -> Judge:
    """A network of one hidden layer, by Adam with decay and dropout; the step shrinks to nothing along a cosine."""
    chance = np.random.default_rng(2)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    inputs = (features - mean) / spread
    wide = inputs.shape[1]
    parts = [
        chance.normal(0, (2 / wide) ** 0.5, (wide, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, dtype=np.float32),
        chance.normal(0, (1 / HIDDEN) ** 0.5, (HIDDEN, classes)).astype(np.float32),
        np.zeros(classes, dtype=np.float32),
    ]
    first, second = [np.zeros_like(part) for part in parts], [np.zeros_like(part) for part in parts]
    wanted = np.eye(classes, dtype=np.float32)[targets]
    step, steps = 0, EPOCHS * -(-len(inputs) // BATCH)
    for _ in range(EPOCHS):
        order = chance.permutation(len(inputs))
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            shown = _dropped(chance, inputs[rows], DROP_INPUTS)
            sums = shown @ parts[0] + parts[1]
            hidden = _dropped(chance, np.maximum(sums, 0), DROP_HIDDEN)
            share = (weights[rows] / weights[rows].sum())[:, None]
            wrong = (_shares(hidden @ parts[2] + parts[3]) - wanted[rows]) * share
            back = (wrong @ parts[2].T) * (hidden > 0) / (1 - DROP_HIDDEN)
            step += 1
            pace = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            slopes = (shown.T @ back, back.sum(axis=0), hidden.T @ wrong, wrong.sum(axis=0))
            for part, slope, one, two in zip(parts, slopes, first, second, strict=True):
                one += 0.1 * (slope - one)
                two += 0.001 * (slope * slope - two)
                part -= pace * DECAY * part
                part -= pace * (one / (1 - 0.9**step)) / (np.sqrt(two / (1 - 0.999**step)) + 1e-8)
    return Judge((), mean, spread, *parts)


def _dropped(chance: np.random.Generator, values: Any, share: float) -> Any:
    return values * (chance.random(values.shape, dtype=np.float32) >= share) / np.float32(1 - share)


def _shares(scores: Any) -> Any:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def learn(rows: Sequence[Row], labels: Sequence[str], encoder: SentenceEncoder) -> Judge:
    """The network, its risk brought to its scale."""
    features = np.concatenate([encoder.features([row.text]) for row in rows])
    targets = np.array([labels.index(row.label) for row in rows])
    weights = np.array([row.weight for row in rows], dtype=np.float32)
    out = np.array([row.kept_aside for row in rows])
    shares = fit(features[~out], targets[~out], weights[~out], len(labels)).shares(features[out])
    risk, right = 1 - shares[:, 0], 1 + shares[:, 1:].argmax(axis=1) == targets[out]
    quiet, risky = targets[out] == 0, targets[out] > 0
    limit = float(np.quantile(risk[quiet], 1 - FALSE_ALARMS))
    judge = fit(features, targets, weights, len(labels))
    judge.offsets[0] -= np.log(AT / (1 - AT)) - np.log(limit / (1 - limit))
    found = risk >= limit
    print(
        f"{len(rows)} texts, {len(labels)} labels. Cases kept aside, with {FALSE_ALARMS:.0%} of {quiet.sum()} harmless"
        f" ones over the limit ({limit:.3f}): {found[risky].mean():.1%} of {risky.sum()} risky ones found,"
        f" {(found & right)[risky].mean():.1%} under the right label"
    )
    return judge


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.learn_meaning", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with ordinary/; left out: handwritten texts alone")
    data = parser.parse_args(arguments).data
    encoder = SentenceEncoder()
    arrays: dict[str, Any] = {}
    for of, rows, labels in (("draft", drafts(data), LABELS), ("customer", messages(data), (HARMLESS, DISTRESS))):
        judge = learn(rows, labels, encoder)
        arrays[f"{of}_labels"] = np.array(labels)
        for name in ("mean", "spread", "inner", "bias", "outer"):
            arrays[f"{of}_{name}"] = getattr(judge, name).astype(np.float16)
        arrays[f"{of}_offsets"] = judge.offsets
    np.savez(OUT, **arrays)
    print(OUT, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
