"""`review-gate rescreen` on archives of growing size: time, and processor time for a million lines.

    python bench/rescreen.py [--lines 1000 --lines 10000] [--own 10] [--core-hour 0.05] [--quick]

An archive is what a care desk's bot said: canned sentences with a name in them (2,304 different ones, in English and
French), and of a hundred lines `--own` with a number of their own, which nobody has said before. What repeats is
screened once in each process, so the share of those is most of the cost.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.throughput import QUESTIONS, sentence  # noqa: E402


def archive(path: Path, lines: int, own: int) -> None:
    dice = random.Random(lines)
    with path.open("w", encoding="utf-8") as file:
        for number in range(lines):
            spoken = dice.randrange(2)
            text = sentence(dice, spoken) + (f" ({number:x})" if dice.randrange(100) < own else "")
            draft = {"text": text, "kind": "reply", "bot": f"bot-{dice.randrange(3)}", "conversation": f"c-{number}",
                     "in_reply_to": QUESTIONS[spoken]}  # fmt: skip
            file.write(json.dumps(draft, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--lines", type=int, action="append", default=[])
    parser.add_argument("--own", type=int, default=10, help="of a hundred lines, so many that no other repeats")
    parser.add_argument("--core-hour", type=float, default=0.05, help="price of an hour of one core")
    parser.add_argument("--quick", action="store_true", help="200 lines: shows that it runs, measures nothing")
    arguments = parser.parse_args()
    sizes = [200] if arguments.quick else arguments.lines or [1_000, 10_000]
    print("| lines | seconds | lines a second | core-hours a million | price of a million |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="rescreen-") as folder:
        for lines in sizes:
            path = Path(folder) / f"{lines}.jsonl"
            archive(path, lines, arguments.own)
            command = [sys.executable, "-m", "review_gate", "rescreen", str(path), "--out", f"{path}.out"]
            begun = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
            took = time.perf_counter() - begun
            hours = float(re.findall(r"([\d.]+) (?:core-hours|h-cœur)", done.stderr)[0])
            price = hours * arguments.core_hour
            print(f"| {lines:,} | {took:.0f} | {lines / took:.0f} | {hours:.3f} | {price:.3f} |", flush=True)


if __name__ == "__main__":
    main()
