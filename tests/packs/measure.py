"""What is found in the case set: `python -m tests.packs.measure [SPLIT] [-v] [--full]`.

`--full` asks the whole screening, scorers and all, as `review-gate check` does with the default policy; else the packs
alone answer. The splits are described in docs/packs.md.

A risky case is found when a rule answers at warn or above, and right when one of these has an expected category. A
harmless one is a false alarm at warn or at hold. Texts are read in the language they are labelled with.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from review_gate.adapters.scorers.encoder import SentenceEncoder
from review_gate.bootstrap import Services
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Kind, Media
from review_gate.domain.verdict import Reason, Severity
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.load import load_packs
from review_gate.rulebook.rule import Packs
from review_gate.rulebook.scene import Encoder
from review_gate.settings import Settings

HERE = Path(__file__).parent
CASES = HERE / "cases.jsonl"
RULES = HERE.parent.parent / "rules"
SOME_DAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""When a case without a planned time goes out: a Wednesday on which nothing is remembered."""

Look = Callable[[dict[str, Any]], Iterable[Reason]]
"""A case to the reasons given for it."""


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

    def add(self, case: dict[str, Any], reasons: Iterable[Reason]) -> None:
        counted = [reason for reason in reasons if reason.severity >= Severity.WARN]
        what = "; ".join(f"{reason.name}={reason.found or reason.score!r}" for reason in counted[:4])
        if case["risky"]:
            expected = case["category"] if isinstance(case["category"], list) else [case["category"]]
            right = any(reason.category in expected for reason in counted)
            self.risky += 1
            self.found += bool(counted)
            self.right += right
            if not right:
                self.notes.append(f"{'WRONG' if counted else 'MISS '} {case['id']} {case['text'][:110]} [{what}]")
        else:
            self.harmless += 1
            self.held += any(reason.severity >= Severity.HOLD for reason in counted)
            self.warned += bool(counted)
            if counted:
                level = max(reason.severity for reason in counted).word.upper()
                self.notes.append(f"{level:5} {case['id']} {case['text'][:110]} [{what}]")

    def row(self, name: str) -> str:
        return (
            f"{name:20} {_share(self.found, self.risky)} {_share(self.right, self.risky)}"
            f" {_share(self.held, self.harmless)} {_share(self.warned, self.harmless)}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part:4}/{whole:<4}{100 * part / whole if whole else 0:6.1f}%"


def cases(split: str | None = None) -> Iterator[dict[str, Any]]:
    """The cases of one split, or all."""
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
        lang=case["language"],
        bot=case.get("bot"),
        conversation=case.get("conversation"),
        history=tuple(case.get("history", ())),
    )


def context_of(case: dict[str, Any], draft: Draft) -> Context:
    language = case["language"]
    return Context(now=draft.planned_at or SOME_DAY, lang=language, languages=(language,), customer_lang=language)


def by_rules(packs: Packs) -> Look:
    """What the packs alone say, in the language that the case is labelled with."""

    def look(case: dict[str, Any]) -> list[Reason]:
        draft = draft_of(case)
        return [hit.reason() for hit in evaluate(packs, draft, context_of(case, draft)) if not hit.shadow]

    return look


def by_screening() -> Look:
    """What the whole screening says with the default policy."""
    screening = Services(Settings(rules=RULES)).screening

    def look(case: dict[str, Any]) -> Iterable[Reason]:
        return screening.screen(draft_of(case), SOME_DAY).reasons

    return look


def measure(look: Look, split: str | None) -> dict[str, Figures]:
    """Figures by family, and under `all` for all of them together."""
    figures: dict[str, Figures] = defaultdict(Figures)
    for case in cases(split):
        reasons = list(look(case))
        for name in (case["family"], "all", f"all {case['language']}"):
            figures[name].add(case, reasons)
    return figures


def encoder() -> Encoder:
    """The service's sentence encoder, for the rules that go by meaning."""
    return SentenceEncoder()


def main(arguments: list[str]) -> None:
    known = sorted({case["split"] for case in cases()})
    split = next((word for word in arguments if word in known), None)
    look = by_screening() if "--full" in arguments else by_rules(load_packs(RULES, encoder(), examples=False))
    figures = measure(look, split)
    print(f"{split or 'all':20} {'found':15} {'category':15} {'false hold':15} {'false warn':15}")
    for name in sorted(figures, key=lambda name: (name.startswith("all"), name)):
        print(figures[name].row(name))
        if "-v" in arguments and not name.startswith("all"):
            print("".join(f"    {note}\n" for note in figures[name].notes), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
