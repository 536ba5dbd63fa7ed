"""The rulebook's model of meaning: `python -m training.learn_meaning [--data ../shared/data]`.

Reads the texts of training/meaning/ (one file a topic: `+` risky, `-` its harmless neighbours; `cases_*.jsonl`: drafts
as brands write them, by two strangers), the case set but for the split that is kept for measuring and, where the data
folder is there, ordinary replies as harmless ones. Fits one small network for drafts and one for customers' messages
over the service's own encoder and writes review_gate/rulebook/meaning.npz.

The scale of the risk is set here, too, so that new weights of the encoder need no new thresholds in the packs: each
model is fitted five more times, each time without a fifth of the cases, and shifted until the share FALSE_ALARMS of the
harmless cases left out reaches AT. Seeded; takes some minutes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from review_gate.adapters.scorers.encoder import SentenceEncoder
from review_gate.rulebook.meaning import HARMLESS, Judge

HERE = Path(__file__).parent
CASES = HERE.parent / "tests" / "packs" / "cases.jsonl"
OUT = HERE.parent / "review_gate" / "rulebook" / "meaning.npz"
MEASURED = "other_d"
"""The split of the case set that nothing is learned from."""
AT = 0.7
FALSE_ALARMS = 0.03
"""This share of harmless cases that the model has not seen has a risk of `AT` or more."""
FOLDS = 5
LABELS = (
    HARMLESS, "commitment", "disclosure", "hashtag_hijack", "hate", "history", "newsjack", "off_script", "placeholder",
    "politics", "profanity", "religion", "stereotype", "tone", "violence",
)  # fmt: skip
RENAMED = {"colleague": "placeholder"}
ORDINARY = (("care_replies_en.jsonl.gz", 400), ("bitext_replies_en.jsonl.gz", 200))
ORDINARY_WEIGHT = 0.3
EVERYDAY_MESSAGES = ("care_replies_en.jsonl.gz", 300)
"""What customers wrote to brands, about parcels and passwords: harmless, but for a few."""
EVERYDAY = re.compile(r"brand|care|everyday|ordinary")
"""The cases of the toxicity model's handwritten texts that count here as harmless, where they have no label."""
EVERYDAY_WEIGHT = 0.6
HIDDEN = 192
EPOCHS = 12
BATCH = 256
RATE = 1e-3
DECAY = 0.05
DROP_INPUTS, DROP_HIDDEN = 0.2, 0.5


class Row(NamedTuple):
    """A text to learn from. `weight` counts in the loss; `case`: one of the case set."""

    text: str
    label: str
    weight: float = 1.0
    case: bool = False


def handwritten(topics: Path) -> Iterator[tuple[str, str, bool]]:
    """Topic, text and whether it is risky, from every file."""
    for path in sorted(topics.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line[:2] in ("+ ", "- "):
                yield path.stem, line[2:], line[0] == "+"


def cases() -> Iterator[dict[str, Any]]:
    """The cases that may be learned from: those of the tests but for one split, and those written to learn from."""
    for path in (CASES, *sorted((HERE / "meaning").glob("cases_*.jsonl"))):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if case.get("split") != MEASURED:
                yield case


def drafts(data: Path | None) -> list[Row]:
    rows = [
        Row(text, RENAMED.get(topic, topic) if risky else HARMLESS)
        for topic, text, risky in handwritten(HERE / "meaning")
        if topic != "distress"
    ]
    for case in cases():
        wanted = case["category"] if isinstance(case["category"], list) else [case["category"]]
        label = next((category for category in wanted if category in LABELS), None)
        if not case["risky"] or label is not None:
            rows.append(Row(case["text"], label or HARMLESS, case=True))
    for path in sorted((HERE / "data" / "handwritten").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if not any(row["labels"].values()) and EVERYDAY.search(str(row.get("case", ""))):
                rows.append(Row(row["text"], HARMLESS, EVERYDAY_WEIGHT))
    if data is not None:
        chosen = random.Random(1)
        for name, count in ORDINARY:
            with gzip.open(data / "ordinary" / name, "rt", encoding="utf-8") as file:
                texts = [json.loads(line)["text"] for line in file]
            for text in chosen.sample(texts, count):
                plain = re.sub(r"<[a-z]+>", "", re.sub(r"\{\{[^}]*\}\}", "Anna", text))[:400]
                rows.append(Row(plain, HARMLESS, ORDINARY_WEIGHT))
    return rows


def messages(data: Path | None) -> list[Row]:
    """Customers' messages: those of the distress file, those that the cases answer, and everyday ones as harmless."""
    rows = [
        Row(text, "distress" if risky else HARMLESS)
        for topic, text, risky in handwritten(HERE / "meaning")
        if topic == "distress"
    ]
    for case in cases():
        if case.get("in_reply_to"):
            label = "distress" if case["risky"] and case["family"] == "distress" else HARMLESS
            rows.append(Row(case["in_reply_to"], label, case=True))
    if data is not None:
        name, count = EVERYDAY_MESSAGES
        with gzip.open(data / "ordinary" / name, "rt", encoding="utf-8") as file:
            texts = [text for line in file if (text := json.loads(line).get("to"))]
        rows += [
            Row(re.sub(r"<[a-z]+>", "", text)[:400], HARMLESS, ORDINARY_WEIGHT)
            for text in random.Random(1).sample(texts, min(count, len(texts)))
        ]
    return rows


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
    is_case = np.array([row.case for row in rows])
    fold = np.random.default_rng(1).integers(0, FOLDS, len(rows))
    risk, right = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    for number in range(FOLDS):
        out = is_case & (fold == number)
        shares = fit(features[~out], targets[~out], weights[~out], len(labels)).shares(features[out])
        risk[out] = 1 - shares[:, 0]
        right[out] = 1 + shares[:, 1:].argmax(axis=1) == targets[out]
    quiet, risky = is_case & (targets == 0), is_case & (targets > 0)
    limit = float(np.quantile(risk[quiet], 1 - FALSE_ALARMS))
    judge = fit(features, targets, weights, len(labels))
    shift = np.log(AT / (1 - AT)) - np.log(limit / (1 - limit))
    judge.offsets[0] -= shift
    found = risk >= limit
    print(
        f"{len(rows)} texts, {len(labels)} labels. Cases left out, with {FALSE_ALARMS:.0%} of {quiet.sum()} harmless"
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
    for of, rows, labels in (("draft", drafts(data), LABELS), ("customer", messages(data), (HARMLESS, "distress"))):
        judge = learn(rows, labels, encoder)
        arrays[f"{of}_labels"] = np.array(labels)
        for name in ("mean", "spread", "inner", "bias", "outer"):
            arrays[f"{of}_{name}"] = getattr(judge, name).astype(np.float16)
        arrays[f"{of}_offsets"] = judge.offsets
    np.savez(OUT, **arrays)
    print(OUT, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
