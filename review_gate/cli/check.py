"""`review-gate check [FILE ...]`: screens JSON Lines, or copy, and says what it finds. Stores nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from review_gate.cli.common import add_settings, settings_of, tell
from review_gate.cli.usage import said
from review_gate.domain.draft import from_a_caller
from review_gate.domain.message import Message, in_line, why

if TYPE_CHECKING:
    from review_gate.cli.formats import Finding
    from review_gate.gate import Screening

FORMATS = ("json", "text", "github", "sarif")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "check",
        help=said(
            "screen drafts from files or standard input", "analyse des textes, depuis des fichiers ou l'entrée standard"
        ),
    )
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar=said("FILE", "FICHIER"),
        help=said(
            "JSON Lines, one draft a line (default: standard input); with --format text, github or sarif "
            "also copy (.md, .txt, .html …), each paragraph a draft",
            "JSON Lines, un texte par ligne (par défaut : l'entrée standard) ; avec --format text, github "
            "ou sarif, aussi des documents (.md, .txt, .html…), un texte par paragraphe",
        ),
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="json",
        help=said(
            "json: an answer a line (default); text: path:line:column; github: annotations; sarif: SARIF "
            "2.1.0. With the last three the exit status is 1 when something would be held",
            "json : une réponse par ligne (par défaut) ; text : chemin:ligne:colonne ; github : "
            "annotations ; sarif : SARIF 2.1.0. Avec les trois derniers, le code de sortie est 1 si un "
            "texte serait retenu",
        ),
    )
    add_settings(parser, "rules", "policy", "language")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0; 1 when a line could not be read as a draft (its answer says why, and is never allow), or, in the
    formats for people and editors, when something weighs `hold` or more; 2 when a file could not be opened."""
    from review_gate.bootstrap import Services

    settings = settings_of(arguments)
    opened: list[tuple[str, BinaryIO]] = []
    for path in arguments.files:
        try:
            opened.append((str(path), path.open("rb")))
        except OSError as error:
            tell(
                settings,
                f"{path}: {why(error).en}. Name a file of JSON Lines, or leave it out.",
                f"{path} : {why(error).fr}. Nommez un fichier JSON Lines, ou n'en nommez aucun.",
            )
            return 2
    screening = Services(settings).screening
    bad = 0
    found: list[Finding] = []
    for name, lines in opened or [("<stdin>", sys.stdin.buffer)]:
        with lines:
            if arguments.format == "json":
                for answer in answers(screening, lines, settings.language):
                    bad += "error" in answer
                    print(json.dumps(answer, ensure_ascii=False), flush=True)
            else:
                found += _found(screening, name, lines, settings.language)
    return _print(found, arguments.format) if arguments.format != "json" else 1 if bad else 0


def _print(found: list[Finding], wanted: str) -> int:
    from review_gate.cli import formats
    from review_gate.domain.verdict import Severity

    if wanted == "sarif":
        print(formats.as_sarif(found))
    else:
        for item in found:
            print(formats.as_text(item) if wanted == "text" else formats.as_github(item))
    return 1 if any(item.severity >= Severity.HOLD for item in found) else 0


def answers(screening: Screening, lines: BinaryIO, language: str) -> Iterator[dict[str, Any]]:
    """One answer a line, blank lines left out."""
    from review_gate.adapters.clock import utc_now
    from review_gate.web.answers import verdict_json
    from review_gate.web.bodies import parse_draft, parse_json
    from review_gate.web.problems import Problem

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            draft = from_a_caller(parse_draft(parse_json(bounded(line))).draft())
        except Problem as problem:
            print(in_line(number, problem.message).in_(language), file=sys.stderr)
            yield {"action": "hold", "error": problem.document(language), "line": number}
            continue
        yield verdict_json(screening.screen(draft, utc_now()), language)


def _found(screening: Screening, name: str, file: BinaryIO, language: str) -> Iterator[Finding]:
    """What is found in a file. What cannot be read is found, too, and weighs `hold`."""
    from review_gate.adapters.clock import utc_now
    from review_gate.cli import formats
    from review_gate.domain.draft import MAX_TEXT
    from review_gate.domain.verdict import Severity
    from review_gate.web.bodies import parse_draft, parse_json
    from review_gate.web.problems import Problem

    if Path(name).suffix.lower() not in formats.COPY:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            place = formats.Place(number, 1, number, len(line.decode("utf-8", "replace").rstrip("\r\n")) + 1)
            try:
                draft = from_a_caller(parse_draft(parse_json(bounded(line))).draft())
            except Problem as problem:
                yield formats.Finding(name, place, Severity.HOLD, problem.code, problem.message.in_(language))
                continue
            for reason in screening.screen(draft, utc_now()).reasons:
                yield formats.finding(name, place, reason, language)
        return
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = Message(
            f"This is not UTF-8 (byte {error.start}): save it in UTF-8.",
            f"Ce fichier n'est pas en UTF-8 (octet {error.start}) : enregistrez-le en UTF-8.",
        )
        yield formats.Finding(name, None, Severity.HOLD, "not-utf-8", message.in_(language))
        return
    lines = formats.Lines(text)
    for passage in formats.passages(text):
        place = lines.place(passage.start, passage.start + len(passage.text))
        try:
            draft = parse_draft({"text": passage.text[: MAX_TEXT + 1]}).draft()
        except Problem as problem:
            yield formats.Finding(name, place, Severity.HOLD, problem.code, problem.message.in_(language))
            continue
        yield from formats.findings(name, lines, passage, screening.screen(draft, utc_now()), language)


def bounded(line: bytes) -> bytes:
    """The line without a byte order mark. Raises Problem for one that is too long."""
    from review_gate.web.bodies import MAX_BODY
    from review_gate.web.problems import Problem

    if len(line) > MAX_BODY:
        raise Problem.too_large()
    return line.removeprefix(b"\xef\xbb\xbf")
