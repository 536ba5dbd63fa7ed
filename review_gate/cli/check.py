"""`review-gate check [FILE]`: screens JSON Lines and prints one JSON object a line, in order. Stores nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from review_gate.cli.common import add_settings, settings_of

if TYPE_CHECKING:
    from review_gate.gate import Screening


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("check", help="screen drafts from a file or standard input")
    parser.add_argument("file", nargs="?", type=Path, help="JSON Lines, one draft a line (default: standard input)")
    add_settings(parser, "rules", "policy", "language")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0; 1 when a line could not be read as a draft (its answer says why, and is never allow)."""
    from review_gate.bootstrap import Services

    settings = settings_of(arguments)
    try:
        lines: BinaryIO = arguments.file.open("rb") if arguments.file else sys.stdin.buffer
    except OSError as error:
        print(f"{arguments.file}: {error.strerror}. Name a file of JSON Lines, or leave it out.", file=sys.stderr)
        return 2
    screening = Services(settings).screening
    bad = 0
    with lines:
        for answer in answers(screening, lines, settings.language):
            bad += "error" in answer
            print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 1 if bad else 0


def answers(screening: Screening, lines: BinaryIO, language: str) -> Iterator[dict[str, Any]]:
    """One answer a line, blank lines left out."""
    from review_gate.adapters.clock import utc_now
    from review_gate.web.answers import verdict_json
    from review_gate.web.bodies import MAX_BODY, parse_draft, parse_json
    from review_gate.web.problems import Problem

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            if len(line) > MAX_BODY:
                raise Problem.too_large()
            draft = parse_draft(parse_json(line.removeprefix(b"\xef\xbb\xbf"))).draft()
        except Problem as problem:
            print(f"line {number}: {problem.message.in_(language)}", file=sys.stderr)
            yield {"action": "hold", "error": problem.document(language), "line": number}
            continue
        yield verdict_json(screening.screen(draft, utc_now()), language)
