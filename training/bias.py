"""Whether the model treats groups alike: the same sentence about one group after another.

Counterfactual fairness as in Garg et al. 2019 ("Counterfactual fairness in text classification through robustness"):
what changes when nothing but the name of the group changes is the name's doing. The sentences are kept-aside ones that
name one group of `identity_terms`; some combinations are odd, but as odd for the harmless as for the hateful ones.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from review_gate.adapters.scorers.toxicity import EmbeddedToxicity
from training.corpora import LABELS, LANGUAGES, Example
from training.identity_terms import by_group

_HATE = LABELS.index("identity_attack")
_SENTENCES = 30


def group_bias(scorer: EmbeddedToxicity, test: Sequence[Example], rng: random.Random) -> dict[str, Any]:
    """By language: how many sentences, and for harmless ones and hateful ones the share marked as hate (0..1) of the
    groups together (`mean`), of the group with the fewest (`least`) and with the most (`most`), each by name."""
    result: dict[str, Any] = {}
    for lang in LANGUAGES:
        entry: dict[str, Any] = {}
        for name, truth in (("harmless", 0.0), ("hateful", 1.0)):
            rows = [e for e in test if e.lang == lang and e.labels.get("identity_attack") == truth]
            chosen = [texts for texts in (by_group(e.text, lang) for e in rows) if texts]
            chosen = rng.sample(chosen, min(_SENTENCES, len(chosen)))
            if len(chosen) >= 8:
                entry[name] = _shares(scorer, chosen, lang)
        if entry:
            result[lang] = entry
    return result


def _shares(scorer: EmbeddedToxicity, sentences: Sequence[dict[str, str]], lang: str) -> dict[str, Any]:
    marked: dict[str, list[bool]] = defaultdict(list)
    for texts in sentences:
        scores = scorer.table(list(texts.values()), [lang] * len(texts))[:, _HATE]
        for group, score in zip(texts, scores, strict=True):
            marked[group].append(bool(score >= 0.5))
    shares = sorted((float(np.mean(found)), group) for group, found in marked.items())
    return {
        "sentences": len(sentences),
        "mean": round(float(np.mean([share for share, _ in shares])), 3),
        "least": [shares[0][1], round(shares[0][0], 3)],
        "most": [shares[-1][1], round(shares[-1][0], 3)],
    }
