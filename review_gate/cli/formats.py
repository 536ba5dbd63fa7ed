"""What `check` found, for people and editors: plain lines, GitHub's annotations, SARIF 2.1.0. Pure."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from review_gate import __version__
from review_gate.domain.verdict import Reason, Severity, Verdict

COPY = frozenset({".txt", ".md", ".markdown", ".rst", ".adoc", ".html"})
"""Files with these endings are copy: each paragraph is a draft. Others are JSON Lines."""
MARKUP = COPY - {".txt"}
FORMATTING = frozenset({"off-script.markdown"})
"""What speaks of formatting signs that a channel would show: in a file of markup they are no slip."""
_PARAGRAPH = re.compile(r"\S(?:.*\S)?(?:\n[^\S\n]*\S(?:.*\S)?)*")
_LEVEL = {Severity.NOTE: "note", Severity.WARN: "warning", Severity.HOLD: "error", Severity.BLOCK: "error"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: lines and columns start at 1, columns count code points, the end is behind it."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason of a verdict at its place; `place` is None where only the file is known."""

    path: str
    place: Place | None
    severity: Severity
    rule: str
    message: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a file of copy, from `start` (in characters) on."""

    start: int
    text: str


def passages(text: str) -> list[Passage]:
    """The paragraphs: what stands between blank lines."""
    return [Passage(match.start(), match.group()) for match in _PARAGRAPH.finditer(text.replace("\r\n", "\n"))]


class Lines:
    """Lines and columns of a text."""

    def __init__(self, text: str) -> None:
        text = text.replace("\r\n", "\n")
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, start: int, end: int) -> Place:
        return Place(*self._at(start), *self._at(end))

    def _at(self, index: int) -> tuple[int, int]:
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1


def findings(path: str, lines: Lines, passage: Passage, verdict: Verdict, language: str) -> Iterator[Finding]:
    """What the verdict on a passage says, each at its words (or the whole passage)."""
    markup = PurePath(path).suffix.lower() in MARKUP
    for reason in verdict.reasons:
        if markup and reason.name in FORMATTING:
            continue
        start, end = reason.span or (0, len(passage.text))
        yield finding(path, lines.place(passage.start + start, passage.start + end), reason, language)


def finding(path: str, place: Place | None, reason: Reason, language: str) -> Finding:
    suggestion = reason.suggestion.in_(language) if reason.suggestion else None
    return Finding(path, place, reason.severity, reason.name, reason.message.in_(language), suggestion)


def as_text(found: Finding) -> str:
    """`path:line:column: severity rule: message`, as compilers write it."""
    where = f"{found.path}:{found.place.line}:{found.place.column}" if found.place else found.path
    said = f"{found.message} → {found.suggestion}" if found.suggestion else found.message
    return f"{where}: {found.severity.word} {found.rule}: {' '.join(said.split())}"


def as_github(found: Finding) -> str:
    """A workflow command of GitHub Actions: an annotation at the line."""
    kind = {"note": "notice", "warning": "warning", "error": "error"}[_LEVEL.get(found.severity, "note")]
    given = {"file": found.path}
    if found.place:
        given |= {"line": str(found.place.line), "endLine": str(found.place.end_line)}
        if found.place.line == found.place.end_line:  # GitHub takes columns within one line only
            given |= {"col": str(found.place.column), "endColumn": str(found.place.end_column)}
    given["title"] = found.rule
    properties = ",".join(f"{name}={_property(value)}" for name, value in given.items())
    said = f"{found.message} → {found.suggestion}" if found.suggestion else found.message
    return f"::{kind} {properties}::{_data(said)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def as_sarif(found: Sequence[Finding]) -> str:
    """One SARIF document for all that was found."""
    rules = sorted({item.rule for item in found})
    driver = {
        "name": "Review Gate",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": rule}} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, rules.index(item.rule)) for item in found],
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _result(found: Finding, index: int) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": found.path.replace("\\", "/")}}
    if found.place:
        location["region"] = {
            "startLine": found.place.line,
            "startColumn": found.place.column,
            "endLine": found.place.end_line,
            "endColumn": found.place.end_column,
        }
    said = f"{found.message} → {found.suggestion}" if found.suggestion else found.message
    return {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": _LEVEL.get(found.severity, "note"),
        "message": {"text": said},
        "locations": [{"physicalLocation": location}],
    }
