"""The rulebook's model of meaning: `python -m training.learn_meaning [--data ../shared/data]`.

Reads the texts of training/meaning/ (one file a topic: `+` risky, `-` its harmless neighbours), the half of the case
set that rules are tuned on and, where the data folder is there, ordinary replies as harmless ones. Fits one linear
model for drafts and one for customers' messages over the service's own encoder and writes
review_gate/rulebook/meaning.npz. Seeded; takes about a minute.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from review_gate.adapters.scorers.encoder import SentenceEncoder
from review_gate.rulebook.meaning import HARMLESS

HERE = Path(__file__).parent
CASES = HERE.parent / "tests" / "packs" / "cases.jsonl"
OUT = HERE.parent / "review_gate" / "rulebook" / "meaning.npz"
LABELS = (
    HARMLESS, "commitment", "hashtag_hijack", "hate", "history", "newsjack", "off_script", "placeholder", "politics",
    "religion", "stereotype", "tone", "violence",
)  # fmt: skip
RENAMED = {"colleague": "placeholder"}
ORDINARY = (("care_replies_en.jsonl.gz", 400), ("bitext_replies_en.jsonl.gz", 200))
ORDINARY_WEIGHT = 0.3
EVERYDAY = re.compile(r"brand|care|everyday|ordinary")
"""The cases of the toxicity model's handwritten texts that count here as harmless, where they have no label."""
EVERYDAY_WEIGHT = 0.6
DECAY = 4e-5
STEPS = 1500

Row = tuple[str, str, float]
"""Text, label, weight in the loss."""


def handwritten(topics: Path) -> Iterator[tuple[str, str, bool]]:
    """Topic, text and whether it is risky, from every file."""
    for path in sorted(topics.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line[:2] in ("+ ", "- "):
                yield path.stem, line[2:], line[0] == "+"


def drafts(data: Path | None) -> list[Row]:
    rows = [
        (text, RENAMED.get(topic, topic) if risky else HARMLESS, 1.0)
        for topic, text, risky in handwritten(HERE / "meaning")
        if topic != "distress"
    ]
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        label = case["category"][0] if isinstance(case["category"], list) else case["category"]
        if case["split"] == "tune" and (not case["risky"] or label in LABELS):
            rows.append((case["text"], label if case["risky"] else HARMLESS, 1.0))
    for path in sorted((HERE / "data" / "handwritten").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if not any(row["labels"].values()) and EVERYDAY.search(str(row.get("case", ""))):
                rows.append((row["text"], HARMLESS, EVERYDAY_WEIGHT))
    if data is not None:
        chosen = random.Random(1)
        for name, count in ORDINARY:
            with gzip.open(data / "ordinary" / name, "rt", encoding="utf-8") as file:
                texts = [json.loads(line)["text"] for line in file]
            for text in chosen.sample(texts, count):
                plain = re.sub(r"<[a-z]+>", "", re.sub(r"\{\{[^}]*\}\}", "Anna", text))[:400]
                rows.append((plain, HARMLESS, ORDINARY_WEIGHT))
    return rows


def messages() -> list[Row]:
    """Customers' messages: those of the distress file, and those that the tuned half of the cases answers."""
    rows = [
        (text, "distress" if risky else HARMLESS, 1.0)
        for topic, text, risky in handwritten(HERE / "meaning")
        if topic == "distress"
    ]
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["split"] == "tune" and case.get("in_reply_to"):
            label = "distress" if case["risky"] and case["category"] == "distress" else HARMLESS
            rows.append((case["in_reply_to"], label, 1.0))
    return rows


def fit(vectors: Any, targets: Any, weights: Any, classes: int) -> tuple[Any, Any]:
    """Weights and offsets of a multinomial logistic regression, by gradient descent with momentum."""
    slope = np.zeros((vectors.shape[1], classes))
    offset = np.zeros(classes)
    pace, shift = np.zeros_like(slope), np.zeros_like(offset)
    wanted = np.eye(classes)[targets]
    for _ in range(STEPS):
        scores = vectors @ slope + offset
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        wrong = (shares - wanted) * weights[:, None] / weights.sum()
        pace = 0.9 * pace + vectors.T @ wrong + DECAY * slope
        shift = 0.9 * shift + wrong.sum(axis=0)
        slope -= 3.0 * pace
        offset -= 3.0 * shift
    return slope, offset


def learn(rows: Sequence[Row], labels: Sequence[str], encoder: SentenceEncoder) -> tuple[Any, Any]:
    vectors = np.concatenate([encoder.encode([text]) for text, _, _ in rows]).astype(np.float64)
    targets = np.array([labels.index(label) for _, label, _ in rows])
    return fit(vectors, targets, np.array([weight for _, _, weight in rows]), len(labels))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.learn_meaning", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with ordinary/; left out: handwritten texts alone")
    data = parser.parse_args(arguments).data
    encoder = SentenceEncoder()
    arrays: dict[str, Any] = {}
    for of, rows, labels in (("draft", drafts(data), LABELS), ("customer", messages(), (HARMLESS, "distress"))):
        slope, offset = learn(rows, labels, encoder)
        arrays |= {
            f"{of}_labels": np.array(labels),
            f"{of}_weights": slope.astype(np.float16),
            f"{of}_offsets": offset.astype(np.float32),
        }
        print(f"{of}: {len(rows)} texts, {len(labels)} labels")
    np.savez(OUT, **arrays)
    print(OUT, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
