"""How long the rules take: `python -m bench.rules [TEXTS]`. Prints a table; figures are of this machine, this moment.

3,000 made-up terms and 300 patterns in 330 rules over texts of 300 characters, a third of them with something to
find; then the packs under rules/ as they are.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.load import load_packs, packs_from_text
from review_gate.rulebook.rule import Packs
from review_gate.signals.normalise import normalise
from review_gate.signals.unmask import unmask

SYLLABLES = re.findall("..", "babebibocodedidofafegagolalelimamenanepapererosatate")
COMMON = re.findall(
    r"\S+",
    "la le de un une et à pour avec nous vous votre notre été hiver boutique l'équipe merci découvrez aujourd'hui "
    "jusqu'à dimanche the a of and with your our today shop new team thanks you’ll find summer café noël Œuvre",
)
PATTERNS = (
    r"{0} ?\\d{{1,3}} ?%",
    r"{0}(?:ait|ons|ez)\\b",
    r"(?:{0}|{1})\\w{{2,6}}",
    r"\\d+ ?(?:€|euros) de {0}",
    r"{0} (?:de|du) {1}",
)
WORST = {
    "one letter": "a " * 10_000,
    "handles": "@a" * 10_000,
    "tags": "#susanalbumparty " * 1_176,
    "numbers": "0612345678 " * 1_800,
    "gaps": "{a}" * 6_000,
    "dotted": "p.u.t.a.i.n." * 1_600,
    "one word": "a" * 20_000,
    "finds": "promo incendie " * 1_333,
}
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def word(rng: random.Random, syllables: int = 4) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(syllables))


def made_up_packs(rng: random.Random, terms: int = 3000, patterns: int = 300) -> tuple[Packs, list[str]]:
    """Packs with so many terms (a tenth of them of two words) and patterns, ten to a rule, and the words in them."""
    words = [word(rng) for _ in range(terms)]
    entries = [f'"{w} {word(rng, 3)}"' if i % 10 == 0 else f'"{w}"' for i, w in enumerate(words)]
    entries += ['"' + PATTERNS[i % len(PATTERNS)].format(word(rng), word(rng)) + '"' for i in range(patterns)]
    rules = []
    for i in range(0, len(entries), 10):
        rules.append(
            f"  - id: bench.r{i}\n    kind: existence\n    category: style\n    severity: note\n    status: shadow\n"
            "    languages: [fr, en]\n    message: {en: x, fr: x}\n    rationale: bench\n    source: bench\n"
            f"    terms: [{', '.join(entries[i : i + 10])}]\n"
        )
    return packs_from_text("pack: bench\nversion: 1\nowner: bench\nrules:\n" + "".join(rules)), words


def text(rng: random.Random, words: list[str], size: int = 300) -> str:
    """A text of common words; every third one has two of the words that are looked for."""
    out = [rng.choice(COMMON) for _ in range(80)]
    if rng.random() < 1 / 3:
        for _ in range(2):
            out[rng.randrange(40)] = rng.choice(words)
    return " ".join(out)[:size]


def timed(name: str, texts: list[str], work: object) -> None:
    taken = []
    for each in texts:
        start = time.thread_time()
        work(each)  # type: ignore[operator]
        taken.append((time.thread_time() - start) * 1e6)
    taken.sort()
    print(f"| {name} | {statistics.median(taken):,.0f} | {taken[int(len(taken) * 0.95)]:,.0f} |")


def main() -> None:
    rng = random.Random(7)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    start = time.thread_time()
    packs, words = made_up_packs(rng)
    made = time.thread_time() - start
    texts = [text(rng, words) for _ in range(count)]
    context = Context(now=NOW, lang="fr", languages=("fr",))

    def screen(with_packs: Packs) -> object:
        return lambda each: evaluate(with_packs, Draft(each), context)

    for each in texts[:200]:
        evaluate(packs, Draft(each), context)
    print(
        f"{len(packs.rules)} rules, 3,000 terms, 300 patterns, read in {made:.2f} s; {count} texts of 300 characters\n"
    )
    print("| step | median µs | 95% µs |\n|---|---|---|")
    timed("normalise", texts, normalise)
    timed("unmask (only for rules that ask for it)", texts, unmask)
    timed("evaluate 3,000 terms + 300 patterns", texts, screen(packs))
    start = time.thread_time()
    own = load_packs(Path("rules"), examples=False)
    read = time.thread_time() - start
    start = time.thread_time()
    load_packs(Path("rules"))
    checked = time.thread_time() - start
    for each in texts[:200]:
        evaluate(own, Draft(each), context)
    timed(f"evaluate the packs in rules/ ({len(own.rules)} rules)", texts, screen(own))
    print("\n| the packs in rules/ over 20,000 characters | ms |\n|---|---|")
    for name, slow in WORST.items():
        start = time.thread_time()
        evaluate(own, Draft(slow), context)
        print(f"| {name} | {(time.thread_time() - start) * 1e3:,.0f} |")
    print(f"\nrules/: read in {read:.2f} s, with all examples in {checked:.2f} s")


if __name__ == "__main__":
    main()
