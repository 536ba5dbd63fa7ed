"""The packs beside what a user might pick instead, on the same cases: `python bench/packs.py [--alex FOLDER]`.

- alex (retext-equality, English only): needs `npm install alex@11.0.1` in FOLDER; each message counts as a finding.
- better-profanity 0.7.0, a word list (`pip install better-profanity==0.7.0`), English.

Prints a table for the cases of SPLIT, which nobody learned from: risky ones found, harmless ones flagged.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from review_gate.domain.verdict import Severity  # noqa: E402
from review_gate.rulebook.evaluate import evaluate  # noqa: E402
from review_gate.rulebook.load import load_packs  # noqa: E402
from tests.packs.measure import RULES, cases, context_of, draft_of, encoder  # noqa: E402

SPLIT = "other_e"

_ALEX = """
import {text} from 'alex'
import {readFileSync} from 'node:fs'
const texts = JSON.parse(readFileSync(0, 'utf8'))
console.log(JSON.stringify(texts.map((t) => text(t).messages.length > 0)))
"""

Flag = Callable[[Sequence[dict[str, object]]], list[bool]]


def ours(rows: Sequence[dict[str, object]]) -> list[bool]:
    packs = load_packs(RULES, encoder(), examples=False)
    found = []
    for case in rows:
        draft = draft_of(case)
        hits = evaluate(packs, draft, context_of(case, draft))
        found.append(any(hit.severity >= Severity.WARN and not hit.shadow for hit in hits))
    return found


def alex(folder: Path) -> Flag:
    def flag(rows: Sequence[dict[str, object]]) -> list[bool]:
        script = folder / "flag.mjs"
        script.write_text(_ALEX, encoding="utf-8")
        texts = json.dumps([case["text"] for case in rows])
        done = subprocess.run(["node", str(script)], input=texts, capture_output=True, text=True, check=True)
        return [bool(flagged) for flagged in json.loads(done.stdout)]

    return flag


def word_list(rows: Sequence[dict[str, object]]) -> list[bool]:
    from better_profanity import profanity

    profanity.load_censor_words()
    return [bool(profanity.contains_profanity(str(case["text"]))) for case in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alex", type=Path, help="folder in which alex is installed")
    folder = parser.parse_args().alex
    ways: dict[str, Flag] = {"the packs": ours}
    if folder:
        ways["alex 11.0.1"] = alex(folder)
    try:
        import better_profanity  # noqa: F401

        ways["better-profanity 0.7.0"] = word_list
    except ImportError:
        print("better-profanity is not installed: left out", file=sys.stderr)
    print("| | language | risky found | harmless flagged |\n|---|---|---|---|")
    for name, way in ways.items():
        rows = list(cases(SPLIT))
        flags = way(rows)
        for language in ("en", "fr"):
            paired = zip(rows, flags, strict=True)
            here = [(case["risky"], flag) for case, flag in paired if case["language"] == language]
            risky = [flag for is_risky, flag in here if is_risky]
            fine = [flag for is_risky, flag in here if not is_risky]
            print(
                f"| {name} | {language} | {sum(risky)} of {len(risky)} ({sum(risky) / len(risky):.0%})"
                f" | {sum(fine)} of {len(fine)} ({sum(fine) / len(fine):.0%}) |"
            )


if __name__ == "__main__":
    main()
