"""How well the sentence encoder tells that two replies say the same in other words: python bench/meaning.py

Twelve pairs that do and twelve that do not, in French and English, written for this (data/meaning.tsv). A pair counts
from the limit on when its words are not too alike (see adapters/scorers/repetition.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from review_gate.adapters.scorers.encoder import SentenceEncoder  # noqa: E402
from review_gate.adapters.scorers.repetition import TWINS  # noqa: E402
from review_gate.signals.fingerprint import masked_words, similarity  # noqa: E402


def main() -> None:
    lines = (HERE / "data" / "meaning.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines]
    encoder = SentenceEncoder()
    scored = []
    for kind, one, other in pairs:
        first, second = encoder.encode([one, other])
        twins = similarity(masked_words(one), masked_words(other)) >= TWINS
        scored.append((kind, 0.0 if twins else float(first @ second)))
    print("| limit | found of what says the same | wrongly found |")
    print("|---:|---:|---:|")
    for limit in (0.78, 0.8, 0.82, 0.84, 0.86, 0.88, 0.9):
        found = {kind: sum(k == kind and cosine >= limit for k, cosine in scored) for kind in ("same", "other")}
        print(f"| {limit} | {found['same']} of 12 | {found['other']} of 12 |")


if __name__ == "__main__":
    main()
