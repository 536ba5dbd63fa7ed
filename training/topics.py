"""What the service is to understand of a draft besides its toxicity: the topics of the rulebook's model of meaning.

The texts of training/meaning/ (one file a topic: `+` risky, `-` its harmless neighbours; `cases_*.jsonl`: drafts as
brands write them, by several strangers), the case set but for the split that is kept for measuring, harmless everyday
texts and, where the data folder is there, ordinary replies.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from review_gate.rulebook.meaning import HARMLESS
from training.corpora import MEASURING, split_of

HERE = Path(__file__).parent
CASES = HERE.parent / "tests" / "packs" / "cases.jsonl"
MEASURED = "other_e"
"""The split of the case set that nothing is learned from."""
LABELS = (
    HARMLESS, "commitment", "disclosure", "hashtag_hijack", "hate", "history", "newsjack", "off_script", "placeholder",
    "politics", "profanity", "religion", "stereotype", "tone", "violence",
)  # fmt: skip
DISTRESS = "distress"
TOPICS = (*LABELS, DISTRESS)
RENAMED = {"colleague": "placeholder"}
ORDINARY = (("care_replies_en.jsonl.gz", 400), ("bitext_replies_en.jsonl.gz", 200))
ORDINARY_WEIGHT = 0.3
EVERYDAY_MESSAGES = ("care_replies_en.jsonl.gz", 300)
"""What customers wrote to brands, about parcels and passwords: harmless, but for a few."""
EVERYDAY = re.compile(r"brand|care|everyday|ordinary")
"""The cases of the toxicity model's handwritten texts that count here as harmless, where they have no label."""
EVERYDAY_WEIGHT = 0.6


class Row(NamedTuple):
    """A text to learn from. `weight` counts in the loss; `case`: one of the case set."""

    text: str
    label: str
    weight: float = 1.0
    case: bool = False

    @property
    def kept_aside(self) -> bool:
        """Whether the encoder must not learn from it: three in ten cases, by which the scale of the risk is set."""
        return self.case and split_of(f"topic:{self.text}") != "train"


def handwritten(topics: Path) -> Iterator[tuple[str, str, bool]]:
    """Topic, text and whether it is risky, from every file."""
    for path in sorted(topics.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line[:2] in ("+ ", "- "):
                yield path.stem, line[2:], line[0] == "+"


def cases() -> Iterator[dict[str, Any]]:
    """The cases that may be learned from: those of the tests but for one split, and those written to learn from."""
    for path in (CASES, *sorted((HERE / "meaning").glob("cases_*.jsonl"))):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if case.get("split") != MEASURED:
                yield case


def drafts(data: Path | None) -> list[Row]:
    rows = [
        Row(text, RENAMED.get(topic, topic) if risky else HARMLESS)
        for topic, text, risky in handwritten(HERE / "meaning")
        if topic != DISTRESS
    ]
    for case in cases():
        wanted = case["category"] if isinstance(case["category"], list) else [case["category"]]
        label = next((category for category in wanted if category in LABELS), None)
        if not case["risky"] or label is not None:
            rows.append(Row(case["text"], label or HARMLESS, case=True))
    for path in sorted((HERE / "data" / "handwritten").glob("*.jsonl")):
        if path.stem.partition("_")[2] in MEASURING:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if not any(row["labels"].values()) and EVERYDAY.search(str(row.get("case", ""))):
                rows.append(Row(row["text"], HARMLESS, EVERYDAY_WEIGHT))
    if data is not None:
        chosen = random.Random(1)
        for name, count in ORDINARY:
            with gzip.open(data / "ordinary" / name, "rt", encoding="utf-8") as file:
                texts = [json.loads(line)["text"] for line in file]
            for text in chosen.sample(texts, count):
                plain = re.sub(r"<[a-z]+>", "", re.sub(r"\{\{[^}]*\}\}", "Anna", text))[:400]
                rows.append(Row(plain, HARMLESS, ORDINARY_WEIGHT))
    return rows


def messages(data: Path | None) -> list[Row]:
    """Customers' messages: those of the distress file, those that the cases answer, and everyday ones as harmless."""
    rows = [
        Row(text, DISTRESS if risky else HARMLESS)
        for topic, text, risky in handwritten(HERE / "meaning")
        if topic == DISTRESS
    ]
    for case in cases():
        if case.get("in_reply_to"):
            label = DISTRESS if case["risky"] and case["family"] == DISTRESS else HARMLESS
            rows.append(Row(case["in_reply_to"], label, case=True))
    if data is not None:
        name, count = EVERYDAY_MESSAGES
        with gzip.open(data / "ordinary" / name, "rt", encoding="utf-8") as file:
            texts = [text for line in file if (text := json.loads(line).get("to"))]
        rows += [
            Row(re.sub(r"<[a-z]+>", "", text)[:400], HARMLESS, ORDINARY_WEIGHT)
            for text in random.Random(1).sample(texts, min(count, len(texts)))
        ]
    return rows
