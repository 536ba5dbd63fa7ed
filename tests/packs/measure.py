"""What the packs find in the case set: `python -m tests.packs.measure [tune|kept|blind] [-v]`.

Rules were written while `tune` was measured; `kept` was looked at as figures only, but the same person had written its
cases; `blind` was written last, to be sly, and no rule was made for it.

A risky case is found when a rule answers at warn or above, and right when one of these has an expected category. A
harmless one is a false alarm at warn or at hold. Texts are read in the language they are labelled with.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from review_gate.adapters.scorers.encoder import SentenceEncoder
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Kind, Media
from review_gate.domain.verdict import Hit, Severity
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.load import load_packs
from review_gate.rulebook.rule import Packs
from review_gate.rulebook.scene import Encode

HERE = Path(__file__).parent
CASES = HERE / "cases.jsonl"
RULES = HERE.parent.parent / "rules"
SOME_DAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""When a case without a planned time goes out: a Wednesday on which nothing is remembered."""


@dataclass
class Figures:
    """Counts of cases: risky ones found and found for the right reason, harmless ones held and warned about."""

    risky: int = 0
    found: int = 0
    right: int = 0
    harmless: int = 0
    held: int = 0
    warned: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, case: dict[str, Any], hits: Iterable[Hit]) -> None:
        counted = [hit for hit in hits if hit.severity >= Severity.WARN and not hit.shadow]
        what = "; ".join(f"{hit.rule}={hit.found!r}" for hit in counted[:4])
        if case["risky"]:
            expected = case["category"] if isinstance(case["category"], list) else [case["category"]]
            right = any(hit.category in expected for hit in counted)
            self.risky += 1
            self.found += bool(counted)
            self.right += right
            if not right:
                self.notes.append(f"{'WRONG' if counted else 'MISS '} {case['id']} {case['text'][:110]} [{what}]")
        else:
            self.harmless += 1
            self.held += any(hit.severity >= Severity.HOLD for hit in counted)
            self.warned += bool(counted)
            if counted:
                level = max(hit.severity for hit in counted).word.upper()
                self.notes.append(f"{level:5} {case['id']} {case['text'][:110]} [{what}]")

    def row(self, name: str) -> str:
        return (
            f"{name:20} {_share(self.found, self.risky)} {_share(self.right, self.risky)}"
            f" {_share(self.held, self.harmless)} {_share(self.warned, self.harmless)}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part:4}/{whole:<4}{100 * part / whole if whole else 0:6.1f}%"


def cases(split: str | None = None) -> Iterator[dict[str, Any]]:
    """The cases of one split (tune, kept, blind), or all."""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if split in (None, case["split"]):
            yield case


def draft_of(case: dict[str, Any]) -> Draft:
    planned = case.get("planned_at")
    return Draft(
        text=case["text"],
        kind=Kind(case.get("kind", "post")),
        channel=case.get("channel"),
        market=case.get("market"),
        planned_at=datetime.fromisoformat(planned) if planned else None,
        in_reply_to=case.get("in_reply_to"),
        media=tuple(Media(item["url"], item.get("alt")) for item in case.get("media", ())),
    )


def context_of(case: dict[str, Any], draft: Draft) -> Context:
    language = case["language"]
    return Context(now=draft.planned_at or SOME_DAY, lang=language, languages=(language,), customer_lang=language)


def measure(packs: Packs, split: str | None) -> dict[str, Figures]:
    """Figures by family, and under `all` for all of them together."""
    figures: dict[str, Figures] = defaultdict(Figures)
    for case in cases(split):
        draft = draft_of(case)
        hits = evaluate(packs, draft, context_of(case, draft))
        figures[case["family"]].add(case, hits)
        figures["all"].add(case, hits)
        figures[f"all {case['language']}"].add(case, hits)
    return figures


def encoder() -> Encode | None:
    """The service's sentence encoder, for the rules that go by meaning."""
    return SentenceEncoder().encode


def main(arguments: list[str]) -> None:
    split = next((word for word in arguments if word in ("tune", "kept", "blind")), None)
    figures = measure(load_packs(RULES, encoder(), examples=False), split)
    print(f"{split or 'all':20} {'found':15} {'category':15} {'false hold':15} {'false warn':15}")
    for name in sorted(figures, key=lambda name: (name.startswith("all"), name)):
        print(figures[name].row(name))
        if "-v" in arguments and not name.startswith("all"):
            print("".join(f"    {note}\n" for note in figures[name].notes), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
