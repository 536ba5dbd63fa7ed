"""Is one thing said to everybody in ever other words told from ordinary replies? python bench/repeated_meaning.py DATA

Ordinary: replies of real customer care and of a chatbot (English; DATA is the folder with care_replies_en and
bitext_replies_en, see training/README.md) and a made-up bot of the simulated day (French). Ill: sixteen ways to say one
thing in each language, written for this (data/paraphrases.tsv), said in turn by a bot whose earlier replies are the
ordinary ones. The share is that of replies that mean the same as the present one among the last 128, where the policy
holds from a quarter (and 20 an hour) on.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from review_gate.adapters.scorers.encoder import SentenceEncoder  # noqa: E402
from review_gate.gate.meanings import LOOKED_AT  # noqa: E402
from review_gate.signals.meaning import Rows, pack, register, unpack  # noqa: E402
from tests.bots.day import day  # noqa: E402

DATA = Path(sys.argv[1] if len(sys.argv) > 1 else "shared/data/ordinary")
LIMITS = (0.5, 0.55, 0.6, 0.65, 0.7)
SHARE, TIMES = 0.25, 20
PAST, AFTER = 256, 200


def read(name: str, count: int) -> list[str]:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    random.Random(1).shuffle(texts)
    return texts[:count]


def packed(texts: list[str]) -> Rows:
    return unpack(map(pack, SentenceEncoder().encode(texts)))


def highest_share(rows: Rows, limit: float, apart: bool) -> float:
    """The highest share anywhere among ordinary replies."""
    most = 0.0
    for start in range(PAST // 2, len(rows) - AFTER // 2, AFTER // 2):
        common = register(rows[max(0, start - PAST) : start])
        now = rows[start : start + AFTER]
        if apart and common is not None:
            now = common.apart(now)
        for n in range(TIMES, len(now)):
            most = max(most, float(np.mean(now[max(0, n - LOOKED_AT) : n + 1] @ now[n] >= limit)))
    return most


def caught_at(rows: Rows, ill: Rows, limit: float) -> str:
    """At which of its ill replies the bot would be held, after sixty ordinary ones."""
    common = register(rows[:PAST])
    assert common is not None
    order = list(range(len(ill))) * 3
    random.Random(1).shuffle(order)
    said = common.apart(np.concatenate([rows[PAST : PAST + 60], ill[order]]))
    for n in range(60, len(said)):
        near = said[max(0, n - LOOKED_AT) : n] @ said[n] >= limit
        if near.sum() >= TIMES and (near.sum() + 1) / (len(near) + 1) >= SHARE:
            return f"caught at reply {n - 60 + 1}"
    return "never"


def main() -> None:
    lines = (HERE / "data" / "paraphrases.tsv").read_text(encoding="utf-8").splitlines()
    ill = {lang: packed([line[3:] for line in lines if line.startswith(lang)]) for lang in ("fr", "en")}
    ordinary = {
        "customer care": (packed(read("care_replies_en", 588)), "en"),
        "chatbot": (packed(read("bitext_replies_en", 700)), "en"),
        "simulated day": (packed([said.text for said in day(20_000) if said.bot == "bot-03"][:700]), "fr"),
    }
    print(
        "| cosine from | " + " | ".join(f"{name}: highest share, plain / apart, ill caught" for name in ordinary) + " |"
    )
    print("|---:|" + "---:|" * len(ordinary))
    for limit in LIMITS:
        cells = (
            f"{highest_share(rows, limit, False):.0%} / {highest_share(rows, limit, True):.0%}, "
            f"{caught_at(rows, ill[lang], limit)}"
            for rows, lang in ordinary.values()
        )
        print(f"| {limit:.2f} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
