"""`review-gate templates check|list`: the approved texts with slots."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from review_gate.cli.common import add_settings, settings_of
from review_gate.domain.message import Message


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("templates", help="check a file of approved templates, list those that count")
    commands = parser.add_subparsers(required=True, metavar="check|list")
    check = commands.add_parser("check", help="read the file or folder, print every mistake")
    check.add_argument("path", nargs="?", type=Path, help="default: REVIEW_GATE_TEMPLATES")
    add_settings(check, "language")
    check.set_defaults(run=run_check)
    listing = commands.add_parser("list", help="every approved template, its expiry and its uses")
    add_settings(listing, "database")
    listing.set_defaults(run=run_list)


def run_check(arguments: argparse.Namespace) -> int:
    """Prints every mistake and answers 1, or what was read and 0; 2 when there is no file to read."""
    from review_gate.adapters.clock import utc_now
    from review_gate.rulebook.errors import PackErrors
    from review_gate.settings.templates_file import load_templates

    settings = settings_of(arguments)
    path = arguments.path or settings.templates
    if path is None:
        print("Name a file or folder of templates, or set REVIEW_GATE_TEMPLATES.", file=sys.stderr)
        return 2
    try:
        found = load_templates(path)
    except PackErrors as errors:
        print(errors.in_(settings.language), file=sys.stderr)
        count = len(errors.errors)
        s = "s" if count > 1 else ""
        told = Message(
            f"{count} mistake{s}: these templates cannot be used",
            f"{count} erreur{s} : ces modèles ne peuvent pas servir",
        )
        print(told.in_(settings.language), file=sys.stderr)
        return 1
    expired = [template.name for template in found if template.expires <= utc_now()]
    crisis = sum(template.occasion is not None for template in found)
    print(f"{len(found)} templates, {crisis} of them for a crisis, {len(expired)} expired: all good")
    for name in expired:
        print(f"note: '{name}' has expired: no reply may use it", file=sys.stderr)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.stores import open_store

    store = open_store(settings_of(arguments).database)
    try:
        for one in store.templates():
            where = " ".join(filter(None, (one.occasion, one.channel, one.market, one.lang))) or "anywhere"
            print(f"{one.name}: {one.uses} uses, until {one.expires:%Y-%m-%d}, {where}, approved by {one.approved_by}")
    finally:
        store.close()
    return 0
