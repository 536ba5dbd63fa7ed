"""The model of moods: `python -m training.learn_sentiment [--data ../shared/data]`.

Reads the tweets of `ordinary/xlmt_*` (six languages, judged by people: negative, neutral, positive), fits one linear
model over the service's own encoder and writes review_gate/adapters/scorers/sentiment.npz. A part of each language is
kept aside; what the model does on it, and on the messages of bench/data/moods.tsv, is printed. Seeded; a few minutes.
Make it anew whenever the encoder's weights change.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from pathlib import Path
from typing import Any

import numpy as np

from review_gate.adapters.scorers.encoder import SentenceEncoder
from review_gate.adapters.scorers.lexicon import distress_lexicon, tone_lexicon
from review_gate.adapters.scorers.sentiment import FILE, shares
from review_gate.adapters.scorers.tone import NEGATIVE

HERE = Path(__file__).parent
MOODS = HERE.parent / "bench" / "data" / "moods.tsv"
LANGUAGES = ("fr", "en", "de", "es", "it", "pt")
CLASSES = ("negative", "neutral", "positive")
LEARNT, ASIDE = 1200, 300
"""Tweets a language."""
DECAY, STEPS, RATE = 1e-2, 400, 0.02


def tweets(data: Path) -> tuple[list[str], list[int], list[bool]]:
    """Texts, classes, and which are kept aside."""
    texts, classes, aside = [], [], []
    for lang in LANGUAGES:
        with gzip.open(data / "ordinary" / f"xlmt_{lang}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        random.Random(5).shuffle(rows)
        for place, row in enumerate(rows[: LEARNT + ASIDE]):
            texts.append(row["text"])
            classes.append(CLASSES.index(row["sentiment"]))
            aside.append(place >= LEARNT)
    return texts, classes, aside


def fit(features: Any, classes: Any) -> dict[str, Any]:
    """Softmax regression by Adam over the whole batch."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-3
    x, wanted = (features - mean) / spread, np.eye(len(CLASSES))[classes]
    weights, offsets = np.zeros((x.shape[1], len(CLASSES))), np.zeros(len(CLASSES))
    moved, squared = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        scores = x @ weights + offsets
        given = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = (given / given.sum(axis=1, keepdims=True) - wanted) / len(x)
        slope = x.T @ error + DECAY * weights
        moved, squared = 0.9 * moved + 0.1 * slope, 0.999 * squared + 0.001 * slope**2
        weights -= RATE * (moved / (1 - 0.9**step)) / (np.sqrt(squared / (1 - 0.999**step)) + 1e-8)
        offsets -= 0.5 * error.sum(axis=0)
    return {"mean": mean, "spread": spread, "weights": weights, "offsets": offsets}


def ranked(scores: Any, positive: Any) -> float:
    """The area under the curve."""
    order = np.argsort(np.argsort(scores)) + 1
    count = positive.sum()
    return float((order[positive].sum() - count * (count + 1) / 2) / (count * (len(scores) - count)))


def report(data: dict[str, Any], features: Any, classes: Any, encoder: SentenceEncoder) -> None:
    found = shares(data, features)
    print(f"kept aside, {len(found)} tweets: area under the curve {ranked(found, classes == 0):.3f}")
    for name, number in zip(CLASSES, range(3), strict=True):
        print(f"  {name}: {np.mean(found[classes == number] >= NEGATIVE):.1%} taken for negative")
    rows = [line.split("\t") for line in MOODS.read_text(encoding="utf-8").splitlines()]
    by_model = shares(data, encoder.encode([text for _, _, text in rows])) >= NEGATIVE
    moods = tone_lexicon()
    by_words = [
        bool({"anger", "sarcasm", "complaint"} & moods.of_customer(text).keys() or distress_lexicon().read(text))
        for _, _, text in rows
    ]
    for kind in ("upset", "calm"):
        here = [row[0] == kind for row in rows]
        either = [a or b for a, b in zip(by_model, by_words, strict=True)]
        counts = (sum(np.array(flags) & np.array(here)) for flags in (by_words, by_model, either))
        print(f"  {kind} messages ({sum(here)}): words {{}}, model {{}}, either {{}}".format(*counts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    data = parser.parse_args().data
    encoder = SentenceEncoder()
    texts, classes, aside = tweets(data)
    features, labels, kept = encoder.encode(texts), np.array(classes), np.array(aside)
    model = fit(features[~kept], labels[~kept])
    small = {name: value.astype(np.float16 if name == "weights" else np.float32) for name, value in model.items()}
    np.savez_compressed(FILE, version=np.array(encoder.version), **small)
    report(small, features[kept], labels[kept], encoder)


if __name__ == "__main__":
    main()
