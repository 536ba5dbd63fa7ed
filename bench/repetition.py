"""What it costs to ask whether a bot has said this before, and how well it is found.

    python bench/repetition.py [--sizes 10000,100000,1000000] [--day 100000]

Lookup and insert go through the store (SQLite file, WAL), as in a check. Every remembered reply is a saying of its own
here: the worst case, for in life most replies repeat one. Beside it: rapidfuzz over all masked texts, and datasketch's
MinHashLSH in memory with the same verification (up to 100,000: it takes gigabytes beyond). Writes docs/repetition.md
and docs/images/repetition.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from rapidfuzz.fuzz import ratio  # noqa: E402
from rapidfuzz.process import extractOne  # noqa: E402

from review_gate.adapters.clock import uuid7  # noqa: E402
from review_gate.adapters.stores import SqlStore, open_store  # noqa: E402
from review_gate.adapters.stores.replies import put_replies  # noqa: E402
from review_gate.domain.change import Change, RememberedReply, Saying  # noqa: E402
from review_gate.domain.policy import Policy  # noqa: E402
from review_gate.domain.verdict import Action  # noqa: E402
from review_gate.gate.memory import Memory  # noqa: E402
from review_gate.signals.fingerprint import bands, fingerprint, masked_words, saying_key  # noqa: E402
from tests.bots.day import ILL, START, day, dress  # noqa: E402

BOTS = 20
PROBES = 400
AT_LEAST = 0.8
LSH_UP_TO = 100_000


def vocabulary() -> list[str]:
    """The words of our own labelled brand posts and replies, as often as they occur there."""
    lines = (ROOT / "tests" / "packs" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines if line.strip()]
    return [word for text in texts for word in masked_words(text) if len(word) > 1]


WORDS = vocabulary()


def body(number: int) -> str:
    """Message no. `number`: 24 words and an order number; the same for the same number."""
    dice = random.Random(number)
    said = [dice.choice(WORDS) for _ in range(24)]
    return f"{' '.join(said[:10])} n° {{n}} {' '.join(said[10:18])}. {' '.join(said[18:])}."


@dataclass
class Line:
    name: str
    size: int
    median_ms: float
    p95_ms: float
    found: float
    wrong: float
    memory_mb: float


def probes(size: int) -> list[tuple[str, int, int | None]]:
    """(text, bot, number of the remembered message it repeats): half repeat one in another dress, half are new."""
    dice = random.Random(6)
    old = dice.sample(range(size), PROBES // 2)
    fresh = range(10**8 + size, 10**8 + size + PROBES // 2)  # never remembered, nor asked about at another size
    return [(dress(body(n), dice), n % BOTS, n) for n in old] + [(dress(body(n), dice), n % BOTS, None) for n in fresh]


def fill(store: SqlStore, first: int, last: int) -> None:
    """In bulk: the indexes are built at the end."""
    dice = random.Random(7 + first)
    indexes = index_statements(store)
    with store.database.write() as session:
        for name in indexes:
            session.execute(f"DROP INDEX {name}")
    for start in range(first, last, 5000):
        sayings, replies = [], []
        for n in range(start, min(start + 5000, last)):
            text, bot = dress(body(n), dice), f"bot-{n % BOTS:02}"
            words = masked_words(text)
            mark = fingerprint(words)
            key = saying_key(words, bot)
            sayings.append(Saying(key, bot, " ".join(sorted(words)), bands(mark, bot), START))
            replies.append(RememberedReply(uuid7(), bot, f"c-{n}", text, mark, START, Action.ALLOW, key))
        with store.database.write() as session:
            put_replies(session, sayings, replies)
    with store.database.write() as session:
        for statement in indexes.values():
            session.execute(statement)


def index_statements(store: SqlStore) -> dict[str, str]:
    with store.database.read() as session:
        found = session.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('sayings', 'replies')"
        ).fetchall()
    return dict(found)


def through_the_store(sizes: list[int]) -> list[Line]:
    lines, filled = [], 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gate.db"
        for size in sizes:
            store = open_store(f"sqlite:{path}")
            fill(store, filled, size)
            store.close()  # so that the log of this unusually large write is worked in
            filled = size
            store = open_store(f"sqlite:{path}")
            memory = Memory(store, lambda: Policy("bench", 1, {}))
            before = peak()
            took, found, wrong = [], 0, 0
            for text, bot, repeats in probes(size):
                name = f"bot-{bot:02}"
                start = time.perf_counter()
                words = masked_words(text)
                saying, _ = memory.saying(words, name, START)
                reply = RememberedReply(uuid7(), name, "c", text, fingerprint(words), START, Action.ALLOW, saying.key)
                store.commit(Change(replies=(reply,), sayings=(saying,)))
                took.append((time.perf_counter() - start) * 1000)
                old = saying.key != saying_key(words, name) or (repeats is not None and same(saying, repeats))
                found += old and repeats is not None
                wrong += old and repeats is None
            disk = sum(f.stat().st_size for f in Path(folder).iterdir()) / 2**20
            print(f"   {size}: {disk:.0f} MB on disk, process grew {peak() - before:.0f} MB")
            lines.append(line("the store (lookup + insert)", size, took, found, wrong, disk))
            store.close()
    return lines


def same(saying: Saying, number: int) -> bool:
    """Whether this is the very saying of that message: the same masked words."""
    return ratio(saying.words, " ".join(sorted(masked_words(dress(body(number), random.Random(1)))))) >= 80


def line(name: str, size: int, took: list[float], found: int, wrong: int, memory: float) -> Line:
    took = sorted(took)
    half = PROBES // 2
    made = Line(name, size, median(took), took[int(len(took) * 0.95)], found / half, wrong / half, memory)
    print(made, flush=True)
    return made


def by_rapidfuzz(sizes: list[int]) -> list[Line]:
    lines = []
    for size in sizes:
        dice = random.Random(7)
        texts: list[list[str]] = [[] for _ in range(BOTS)]
        for n in range(size):
            texts[n % BOTS].append(" ".join(sorted(masked_words(dress(body(n), dice)))))
        took, found, wrong = [], 0, 0
        for text, bot, repeats in probes(size)[:: max(1, size // 50_000)]:
            start = time.perf_counter()
            words = " ".join(sorted(masked_words(text)))
            hit = extractOne(words, texts[bot], scorer=ratio, score_cutoff=AT_LEAST * 100)
            texts[bot].append(words)
            took.append((time.perf_counter() - start) * 1000)
            found += hit is not None and repeats is not None
            wrong += hit is not None and repeats is None
        scale = PROBES / len(took)
        megabytes = sum(sys.getsizeof(t) for bot in texts for t in bot) / 2**20
        lines.append(line("rapidfuzz over everything", size, took, int(found * scale), int(wrong * scale), megabytes))
    return lines


def by_datasketch(sizes: list[int]) -> list[Line]:
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("datasketch is not installed: left out (requirements-bench.txt)")
        return []

    def sketch(words: list[str]) -> MinHash:
        made = MinHash(num_perm=128)
        made.update_batch([w.encode() for w in [*words, *map(" ".join, pairwise(words))]])
        return made

    lines = []
    for size in sizes:
        dice = random.Random(7)
        before = rss()
        indexes = [MinHashLSH(threshold=0.5, num_perm=128) for _ in range(BOTS)]
        texts: dict[int, str] = {}
        for n in range(size):
            words = masked_words(dress(body(n), dice))
            texts[n] = " ".join(sorted(words))
            indexes[n % BOTS].insert(n, sketch(words))
        grew = rss() - before
        took, found, wrong = [], 0, 0
        for at, (text, bot, repeats) in enumerate(probes(size)):
            start = time.perf_counter()
            words = masked_words(text)
            mark, ordered = sketch(words), " ".join(sorted(words))
            near = [texts[n] for n in indexes[bot].query(mark)]
            hit = extractOne(ordered, near, scorer=ratio, score_cutoff=AT_LEAST * 100)
            texts[size + at] = ordered
            indexes[bot].insert(size + at, mark)
            took.append((time.perf_counter() - start) * 1000)
            found += hit is not None and repeats is not None
            wrong += hit is not None and repeats is None
        lines.append(line("datasketch LSH", size, took, found, wrong, grew))
    return lines


def simulated_day(replies: int) -> str:
    from tests.bots.house import KEY, house
    from tests.builders import reply

    said = held = 0
    caught = None
    start = time.perf_counter()
    with house() as at:
        for spoken in day(replies):
            at.clock.now = spoken.at
            answer = at.gate.check(reply(spoken.text, bot=spoken.bot, conversation=spoken.conversation), KEY)
            if spoken.ill and caught is None:
                said += 1
                caught = said if at.state(ILL) == "open" else None
            elif not spoken.ill:
                held += answer.verdict.action is not Action.ALLOW
        paused = [seen.breaker.bot for seen in at.gate.bots.all() if seen.breaker.state.value != "closed"]
    took = time.perf_counter() - start
    text = (
        f"{replies:,} replies of {BOTS} bots: `{ILL}` was stopped at its reply no. {caught} after 14:00; "
        f"paused at the end of the day: {', '.join(paused) or 'none'}; {held} replies of the others were held. "
        f"({took / replies * 1000:.2f} ms a check, without the toxicity scorer, store in memory.)"
    )
    print(text, flush=True)
    return text


def rss() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(lines: list[Line]) -> str:
    rows = ["| method | remembered | median ms | 95 % ms | found | wrongly joined | MB |", "|---|" + "---:|" * 6]
    rows += [
        f"| {x.name} | {x.size:,} | {x.median_ms:.2f} | {x.p95_ms:.2f} | {x.found:.0%} | {x.wrong:.0%} "
        f"| {x.memory_mb:,.0f} |"
        for x in lines
    ]
    return "\n".join(rows)


def plot(lines: list[Line]) -> str:
    """Median against size, both logarithmic, as an SVG that reads on light and dark pages."""
    from math import log10

    names = list(dict.fromkeys(x.name for x in lines))
    colours = ("#2563eb", "#d97706", "#059669")

    def x_of(size: int) -> float:
        return 80 + (log10(size) - 4) * 230

    def y_of(ms: float) -> float:
        return 270 - (log10(max(ms, 0.1)) + 1) * 60

    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 330" font-family="sans-serif" font-size="13">',
             '<rect width="720" height="330" fill="#ffffff"/>',
             '<text x="80" y="22" font-weight="bold">Lookup and insert, median in ms</text>']  # fmt: skip
    for ms in (0.1, 1, 10, 100, 1000):
        parts.append(f'<path d="M80 {y_of(ms):.0f}H560" stroke="#d4d4d8"/>')
        parts.append(f'<text x="72" y="{y_of(ms) + 4:.0f}" text-anchor="end" fill="#52525b">{ms:g}</text>')
    parts.append(f'<path d="M80 {y_of(3):.0f}H560" stroke="#dc2626" stroke-dasharray="4 4"/>')
    parts.append(f'<text x="566" y="{y_of(3) + 4:.0f}" fill="#dc2626">limit: 3 ms</text>')
    for size in (10_000, 100_000, 1_000_000):
        parts.append(f'<text x="{x_of(size):.0f}" y="300" text-anchor="middle" fill="#52525b">{size:,}</text>')
    parts.append('<text x="310" y="322" text-anchor="middle" fill="#52525b">remembered replies</text>')
    for name, colour in zip(names, colours, strict=False):
        mine = [item for item in lines if item.name == name]
        path = "M" + " L".join(f"{x_of(x.size):.0f} {y_of(x.median_ms):.0f}" for x in mine)
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x in mine:
            parts.append(f'<circle cx="{x_of(x.size):.0f}" cy="{y_of(x.median_ms):.0f}" r="4" fill="{colour}"/>')
        last = mine[-1]
        x, y = min(x_of(last.size) + 8, 560), y_of(last.median_ms) - 8
        parts.append(f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--day", type=int, default=100_000)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    told = simulated_day(given.day)
    lines = through_the_store(sizes) + by_rapidfuzz(sizes) + by_datasketch([s for s in sizes if s <= LSH_UP_TO])
    print(table(lines))
    (given.docs / "images").mkdir(parents=True, exist_ok=True)
    (given.docs / "images" / "repetition.svg").write_text(plot(lines), encoding="utf-8")
    (given.docs / "repetition.md").write_text(
        "# Repetition, measured\n\n"
        f"Written by `bench/repetition.py` on {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, SQLite file with "
        "`synchronous=FULL`. 20 bots; every remembered reply is a saying of its own (the worst case). Half of the "
        "400 questions repeat a remembered reply with another name, number, opening and closing line (*found*), half "
        "are new; *wrongly joined* are new ones that count as an earlier one. MB: on disk for the "
        "store, in memory for the others.\n\n"
        f"{table(lines)}\n\n![Median against size](images/repetition.svg)\n\n## The simulated day\n\n{told}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
