"""Figures for a table of probabilities: ranking, macro-F1 at 0.5, false alarms, by language and by kind of case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from sklearn.metrics import f1_score, roc_auc_score
from tokenizers import Tokenizer

from training.corpora import LABELS, Example
from training.e5 import Floats
from training.model import Gate
from training.prepare import pad, token_ids

HATE = LABELS.index("identity_attack")


def logits_of(gate: Gate, tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Floats, Floats]:
    """(vectors, logits) of many texts, in their order."""
    ids = token_ids(tokenizer, texts)
    order = sorted(range(len(texts)), key=lambda i: len(ids[i]))
    vectors = np.zeros((len(texts), gate.meaning.out_features), dtype=np.float32)
    logits = np.zeros((len(texts), len(LABELS)), dtype=np.float32)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(order), 64):
            group = order[at : at + 64]
            found, scores = gate.eval()(*pad([ids[i] for i in group]))
            vectors[group], logits[group] = found.float().numpy(), scores.float().numpy()
    return vectors, logits


def label_figures(examples: Sequence[Example], probabilities: Floats, label: str) -> dict[str, float]:
    """AUC, macro-F1 and recall at 0.5 over the examples whose label is known; empty if only one class is there."""
    column = LABELS.index(label)
    rows = [i for i, e in enumerate(examples) if label in e.labels]
    truth = np.array([examples[i].labels[label] for i in rows]) > 0.5
    if not rows or truth.all() or not truth.any():
        return {}
    scores = probabilities[rows, column]
    return {
        "n": len(rows),
        "auc": float(roc_auc_score(truth, scores)),
        "f1": float(f1_score(truth, scores >= 0.5, average="macro")),
        "recall": float((scores[truth] >= 0.5).mean()),
        "false": float((scores[~truth] >= 0.5).mean()),
    }


def by_case(examples: Sequence[Example], probabilities: Floats) -> dict[str, tuple[int, float, float]]:
    """For each kind of case: count, share right on hate, share right on toxicity, all at 0.5."""
    rows: dict[str, list[int]] = defaultdict(list)
    for number, example in enumerate(examples):
        if example.source == "handwritten":
            rows[example.case].append(number)
    result = {}
    for case, numbers in sorted(rows.items()):
        right = [_right(examples, probabilities, numbers, label) for label in ("identity_attack", "toxicity")]
        result[case] = (len(numbers), right[0], right[1])
    return result


def _right(examples: Sequence[Example], probabilities: Floats, numbers: list[int], label: str) -> float:
    column = LABELS.index(label)
    known = [i for i in numbers if label in examples[i].labels]
    hits: list[npt.NDArray[np.bool_]] = [
        (probabilities[i, column] >= 0.5) == (examples[i].labels[label] > 0.5) for i in known
    ]
    return float(np.mean(hits)) if hits else float("nan")


def report(examples: Sequence[Example], probabilities: Floats) -> str:
    """A plain table for the log."""
    lines = []
    groups: dict[str, list[int]] = defaultdict(list)
    for number, example in enumerate(examples):
        groups[f"{example.source} {example.lang}"].append(number)
    for name, numbers in sorted(groups.items()):
        part = [examples[i] for i in numbers]
        parts = []
        for label in LABELS:
            found = label_figures(part, probabilities[numbers], label)
            if found:
                parts.append(
                    f"{label} n={found['n']} auc={found['auc']:.3f} f1={found['f1']:.3f} "
                    f"recall={found['recall']:.2f} false={found['false']:.3f}"
                )
        if all(e.case == "ordinary" for e in part):
            parts = [
                f"n={len(part)} any>=0.5 {np.mean(probabilities[numbers].max(1) >= 0.5):.3f} "
                f"hate>=0.5 {np.mean(probabilities[numbers][:, HATE] >= 0.5):.4f}"
            ]
        lines.append(f"{name}: " + " | ".join(parts))
    lines += [
        f"  {case:22} n={n:4} hate right {a:.2f} toxicity right {b:.2f}"
        for case, (n, a, b) in by_case(examples, probabilities).items()
    ]
    return "\n".join(lines)
