"""`review-gate rules check|explain|replay|stats`: write, test and watch rules without a release."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from review_gate.domain.context import MARKET_LANGUAGES, Context
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.verdict import Hit
from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.load import load_packs
from review_gate.rulebook.rule import Packs


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command `rules` with its own commands; each sets `run`, from the arguments to an exit status."""
    rules = subparsers.add_parser("rules", help="check, explain, replay and measure the rule packs")
    commands = rules.add_subparsers(dest="rules_command", required=True)

    check = commands.add_parser("check", help="read all packs, run their examples, print every mistake")
    _packs_argument(check)
    check.set_defaults(run=run_check)

    explain = commands.add_parser("explain", help="what the rules say about a text, and which were near")
    explain.add_argument("text", help="the text, or - for standard input")
    explain.add_argument("--lang", action="append", default=[], help="language of the text (several: all apply)")
    explain.add_argument("--kind", choices=[kind.value for kind in Kind], default="post")
    explain.add_argument("--market", help="country, such as FR")
    explain.add_argument("--channel")
    explain.add_argument("--at", help="planned time, such as 2026-11-13T18:00:00+01:00 (default: now)")
    explain.add_argument("--in-reply-to", help="the customer's message")
    _packs_argument(explain)
    explain.set_defaults(run=run_explain)


def _packs_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("packs", nargs="?", type=Path, default=Path("rules"), help="folder of packs, or one pack")


def run_check(args: argparse.Namespace) -> int:
    """Prints every mistake and answers 1, or what was read and 0."""
    packs = _load(args.packs)
    if packs is None:
        return 1
    today = datetime.now(UTC).date()
    expired = packs.expired(today)
    for rule in expired:
        print(
            f"{rule.path}:{rule.line}: note: '{rule.id}' expired on {rule.expires}: it no longer fires", file=sys.stderr
        )
    examples = sum(len(rule.should_hit) + len(rule.should_pass) for rule in packs.rules)
    print(f"{len(packs.packs)} packs, {len(packs.rules)} rules ({len(expired)} expired), {examples} examples: all good")
    return 0


def run_explain(args: argparse.Namespace) -> int:
    """Prints the hits on one text."""
    packs = _load(args.packs)
    if packs is None:
        return 1
    text = sys.stdin.read() if args.text == "-" else args.text
    languages = tuple(args.lang) or MARKET_LANGUAGES.get((args.market or "").upper(), ())
    planned = datetime.fromisoformat(args.at) if args.at else None
    draft = Draft(
        text,
        kind=Kind(args.kind),
        channel=args.channel,
        market=args.market,
        planned_at=planned,
        in_reply_to=args.in_reply_to,
    )
    context = Context(now=datetime.now(UTC), lang=languages[0] if languages else None, languages=languages)
    hits = evaluate(packs, draft, context)
    for hit in hits:
        print(_shown(text, hit))
    if not hits:
        print("no rule hits this text")
    return 0


def _shown(text: str, hit: Hit) -> str:
    place = f" {hit.span[0]}-{hit.span[1]} «{text[hit.span[0] : hit.span[1]]}»" if hit.span else f" «{hit.found or ''}»"
    shadow = " (shadow)" if hit.shadow else ""
    lines = [f"{hit.severity.word:<5} {hit.rule} [{hit.category}]{shadow}{place}", f"      {hit.message.en}"]
    lines.append(f"      {hit.message.fr}")
    if hit.suggestion:
        lines.append(f"      → {hit.suggestion.en} / {hit.suggestion.fr}")
    return "\n".join(lines)


def _load(folder: Path) -> Packs | None:
    try:
        return load_packs(folder)
    except PackErrors as errors:
        print(errors, file=sys.stderr)
        print(f"{len(errors.errors)} mistakes: these packs cannot be used", file=sys.stderr)
        return None
