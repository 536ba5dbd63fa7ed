"""The figures of the model card, measured through the scorer as it ships: int8, calibrated, second look included."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from review_gate.adapters.scorers.encoder import Network
from review_gate.adapters.scorers.toxicity import EmbeddedToxicity
from review_gate.domain.verdict import Severity
from review_gate.settings.policy_file import load_policy
from training.augment import leet, spaced, split_word, starred, stretched
from training.bias import group_bias
from training.calibrate import expected_error
from training.corpora import DRAFTS, LABELS, MEASURING, PLAIN, Example
from training.e5 import Floats

Figures = dict[str, Any]
DEFAULT_POLICY = Path(__file__).parents[1] / "review_gate" / "default_policy.yml"
HOLD = {
    label: next((threshold for severity, threshold in levels if severity is Severity.HOLD), 1.0)
    for label, levels in load_policy(DEFAULT_POLICY).thresholds["toxicity"].items()
}
_PLAIN_LABELS = {"insult_person": "insult", "profanity_no_target": "obscene", "threat_person": "threat"}
_HATE_COLUMN = LABELS.index("identity_attack")
_PER_CORPUS = 300
_ORDINARY = 450
_DISGUISED = 300


def figures(network: Network, test: Sequence[Example], seed: int) -> Figures:
    """All measured figures of the test split."""
    rng = random.Random(seed)
    scorer = EmbeddedToxicity(network)
    own = [e for e in test if e.source == "handwritten" and e.part not in MEASURING]
    scores = scorer.table([e.text for e in own], [e.lang for e in own])
    found: Figures = {"version": network.version, "handwritten": len(own)}
    found["languages"] = {}
    for lang in sorted({e.lang for e in own}):
        chosen = [e.lang == lang for e in own]
        found["languages"][lang] = _labels([e for e in own if e.lang == lang], scores[chosen])
    found["languages"]["all"] = _labels(own, scores)
    found["cases"] = _cases(own, scores)
    found["plain"] = _plain(scorer, [e for e in test if e.part == PLAIN])
    found["evasion"] = _evasion(scorer, own, rng)
    found["bias"] = group_bias(scorer, own, rng)
    found["calibration"] = _calibration(own, scores)
    found["corpora"], found["ordinary"] = {}, {}
    for name in sorted({e.source for e in test} - {"handwritten"}):
        rows = [e for e in test if e.source == name]
        rows = rng.sample(rows, min(_ORDINARY if rows[0].case == "ordinary" else _PER_CORPUS, len(rows)))
        part = scorer.table([e.text for e in rows], [e.lang for e in rows])
        if rows[0].case == "ordinary":
            found["ordinary"][name] = _ordinary(rows, part)
        else:
            found["corpora"][name] = _labels(rows, part)
    drafts = [e for e in test if e.part == DRAFTS]
    for lang in sorted({e.lang for e in drafts}):
        rows = [e for e in drafts if e.lang == lang]
        part = scorer.table([e.text for e in rows], [lang] * len(rows))
        found["ordinary"][f"drafts_{lang}"] = _ordinary(rows, part)
    return found


def _labels(rows: Sequence[Example], scores: Floats) -> Figures:
    result: Figures = {}
    for column, label in enumerate(LABELS):
        known = [i for i, e in enumerate(rows) if label in e.labels]
        truth = np.array([rows[i].labels[label] > 0.5 for i in known], dtype=bool)
        if not truth.any() or truth.all():
            continue
        values = scores[known, column]
        result[label] = {
            "texts": len(known),
            "positive": int(truth.sum()),
            "macro_f1": round(float(f1_score(truth, values >= 0.5, average="macro")), 3),
            "auc": round(float(roc_auc_score(truth, values)), 3),
            "recall": round(float((values[truth] >= 0.5).mean()), 3),
            "false_alarms": round(float((values[~truth] >= 0.5).mean()), 3),
        }
    return result


def _cases(rows: Sequence[Example], scores: Floats) -> Figures:
    """By kind of case: share of texts whose hate label, and whose toxicity label, comes out right at 0.5."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, example in enumerate(rows):
        places[example.case].append(i)
    result: Figures = {}
    for case, numbers in sorted(places.items()):
        entry: Figures = {"texts": len(numbers)}
        for label in ("identity_attack", "toxicity"):
            known = [i for i in numbers if label in rows[i].labels]
            right = [(scores[i, LABELS.index(label)] >= 0.5) == (rows[i].labels[label] > 0.5) for i in known]
            if right:
                entry[label] = round(float(np.mean(right)), 3)
        result[case] = entry
    return result


def _ordinary(rows: Sequence[Example], scores: Floats) -> Figures:
    limits = np.array([HOLD[label] for label in LABELS])
    unmarked = [i for i, e in enumerate(rows) if len(e.labels) == len(LABELS)]
    return {
        "texts": len(rows),
        "hold": round(float((scores >= limits).any(axis=1).mean()), 4),
        "hold_without_rude_words": round(float((scores[unmarked] >= limits).any(axis=1).mean()), 4),
        "hate": round(float((scores[:, _HATE_COLUMN] >= 0.5).mean()), 4),
    }


def _plain(scorer: EmbeddedToxicity, rows: Sequence[Example]) -> Figures:
    """Plain wording: by language and case, the share with toxicity at 0.5 or more, with the case's own label at 0.5 or
    more, and over some limit of the policy (held)."""
    limits = np.array([HOLD[label] for label in LABELS])
    result: Figures = {}
    for lang in sorted({e.lang for e in rows}):
        result[lang] = {}
        for case in (*_PLAIN_LABELS, "harmless"):
            chosen = [e for e in rows if e.lang == lang and (e.case if e.labels["toxicity"] else "harmless") == case]
            scores = scorer.table([e.text for e in chosen], [lang] * len(chosen))
            own = scores[:, LABELS.index(_PLAIN_LABELS.get(case, "toxicity"))]
            result[lang][case] = {
                "texts": len(chosen),
                "toxicity": round(float((scores[:, 0] >= 0.5).mean()), 3),
                "label": round(float((own >= 0.5).mean()), 3),
                "held": round(float((scores >= limits).any(axis=1).mean()), 3),
            }
    return result


def _evasion(scorer: EmbeddedToxicity, rows: Sequence[Example], rng: random.Random) -> Figures:
    """Recall of toxicity on toxic texts, plain and with half of their longer words disguised."""
    toxic = [e for e in rows if e.labels.get("toxicity") == 1]
    toxic = rng.sample(toxic, min(_DISGUISED, len(toxic)))
    column = LABELS.index("toxicity")

    def recall(texts: list[str]) -> float:
        found = scorer.table(texts, [e.lang for e in toxic])
        return round(float((found[:, column] >= 0.5).mean()), 3)

    result: Figures = {"texts": len(toxic), "plain": recall([e.text for e in toxic])}
    for name, change in (
        ("leet", leet),
        ("spaced letters", spaced),
        ("stars", starred),
        ("stretched", stretched),
        ("split words", split_word),
        ("look-alikes", _look_alike),
        ("zero width", _zero_width),
    ):
        result[name] = recall([disguised(e.text, change, rng) for e in toxic])
    return result


def disguised(text: str, change: Any, rng: random.Random) -> str:
    """Every word of four letters or more disguised with one chance in two."""
    return " ".join(
        change(word, rng) if len(word) > 3 and word.isalpha() and rng.random() < 0.5 else word for word in text.split()
    )


def _look_alike(word: str, _rng: random.Random) -> str:
    return word.translate(str.maketrans("aceiop", "асеіор"))


def _zero_width(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + "\u200b" + word[at:]


def _calibration(rows: Sequence[Example], scores: Floats) -> Figures:
    result: Figures = {}
    for column, label in enumerate(LABELS):
        known = [i for i, e in enumerate(rows) if label in e.labels]
        result[label] = round(
            expected_error([float(scores[i, column]) for i in known], [rows[i].labels[label] for i in known]), 3
        )
    return result


def markdown(found: Figures) -> str:
    """The tables for docs/model-card.md."""
    lines = [
        f"Version `{found['version']}`, {found['handwritten']:,} handwritten test texts.",
        "",
        "| everyday text kept aside | texts | held | held, without a listed rude word | hate at 0.5 or more |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {f['texts']} | {f['hold']:.1%} | {f['hold_without_rude_words']:.1%} | {f['hate']:.1%} |"
        for name, f in found["ordinary"].items()
    ]
    lines += ["", "| kind of case | texts | hate right | toxicity right |", "|---|---|---|---|"]
    lines += [
        f"| {case.replace('_', ' ')} | {f['texts']} | {_share(f, 'identity_attack')} | {_share(f, 'toxicity')} |"
        for case, f in found["cases"].items()
    ]
    lines += ["", "| plain wording | texts | toxic at 0.5 | own label at 0.5 | held |", "|---|---|---|---|---|"]
    lines += [
        f"| {lang} {case.replace('_', ' ')} | {f['texts']} | {f['toxicity']:.0%} | {f['label']:.0%} | {f['held']:.0%} |"
        for lang, cases in found["plain"].items()
        for case, f in cases.items()
    ]
    for title, group, names in (
        ("language", "languages", _SHOWN),
        ("corpus kept aside", "corpora", ("identity_attack", "toxicity")),
    ):
        head = " | ".join(f"{label.replace('_', ' ')}" for label in names)
        lines += ["", f"| {title} | {head} |", "|---|" + "---|" * len(names)]
        lines += [
            f"| {name} | " + " | ".join(_cell(labels.get(label)) for label in names) + " |"
            for name, labels in found[group].items()
        ]
    lines += ["", "| disguise | toxic texts found |", "|---|---|"]
    lines += [f"| {name} | {value:.2f} |" for name, value in found["evasion"].items() if name != "texts"]
    lines += [
        "",
        "| same sentence, other group | sentences | marked as hate, all groups | fewest | most |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {lang} {kind} | {f['sentences']} | {f['mean']:.0%} | {f['least'][1]:.0%} ({f['least'][0]}) "
        f"| {f['most'][1]:.0%} ({f['most'][0]}) |"
        for lang, kinds in found["bias"].items()
        for kind, f in kinds.items()
    ]
    lines += ["", "| label | expected calibration error |", "|---|---|"]
    lines += [f"| {label.replace('_', ' ')} | {value:.3f} |" for label, value in found["calibration"].items()]
    return "\n".join(lines)


_SHOWN = ("identity_attack", "toxicity", "insult", "threat", "obscene")


def _cell(f: Figures | None) -> str:
    if f is None:
        return "-"
    return f"{f['macro_f1']:.2f} ({f['auc']:.2f}; {f['recall']:.2f} / {f['false_alarms']:.2f}; {f['positive']})"


def _share(f: Figures, label: str) -> str:
    return f"{f[label]:.2f}" if label in f else "-"
