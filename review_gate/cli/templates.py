"""`review-gate templates check|list`: the approved texts with slots."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review_gate.cli.common import add_settings, counted, settings_of, tell
from review_gate.cli.usage import said
from review_gate.domain.days import in_figures
from review_gate.domain.message import Message

if TYPE_CHECKING:
    from review_gate.domain.template import Template


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "templates",
        help=said(
            "check a file of approved templates, list those that count",
            "vérifie un fichier de modèles approuvés, liste ceux qui comptent",
        ),
    )
    commands = parser.add_subparsers(required=True, metavar="check|list")
    check = commands.add_parser(
        "check",
        help=said(
            "read the file or folder, print every mistake", "lit le fichier ou le dossier, affiche chaque erreur"
        ),
    )
    check.add_argument(
        "path", nargs="?", type=Path, help=said("default: REVIEW_GATE_TEMPLATES", "par défaut : REVIEW_GATE_TEMPLATES")
    )
    add_settings(check, "language")
    check.set_defaults(run=run_check)
    listing = commands.add_parser(
        "list",
        help=said(
            "every approved template, its expiry and its uses",
            "tous les modèles approuvés, leur échéance et leurs utilisations",
        ),
    )
    add_settings(listing, "database", "language")
    listing.set_defaults(run=run_list)


def run_check(arguments: argparse.Namespace) -> int:
    """Prints every mistake and answers 1, or what was read and 0; 2 when there is no file to read."""
    from review_gate.adapters.clock import utc_now
    from review_gate.rulebook.errors import PackErrors
    from review_gate.settings.templates_file import load_templates

    settings = settings_of(arguments)
    path = arguments.path or settings.templates
    if path is None:
        tell(
            settings,
            "Name a file or folder of templates, or set REVIEW_GATE_TEMPLATES.",
            "Nommez un fichier ou un dossier de modèles, ou renseignez REVIEW_GATE_TEMPLATES.",
        )
        return 2
    try:
        found = load_templates(path)
    except PackErrors as errors:
        print(errors.in_(settings.language), file=sys.stderr)
        count = len(errors.errors)
        s = "s" if count > 1 else ""
        tell(
            settings,
            f"{count} mistake{s}: these templates cannot be used",
            f"{count} erreur{s} : ces modèles ne peuvent pas servir",
        )
        return 1
    expired = [template.name for template in found if template.expires <= utc_now()]
    crisis = sum(template.occasion is not None for template in found)
    all_good = Message(
        f"{len(found)} templates, {crisis} of them for a crisis, {len(expired)} expired: all good",
        f"{counted(len(found), 'modèle')}, dont {crisis} pour une crise, {counted(len(expired), 'expiré')} : tout est"
        " bon",
    )
    print(all_good.in_(settings.language))
    for name in expired:
        tell(
            settings,
            f"note: '{name}' has expired: no reply may use it",
            f"note : « {name} » a expiré : aucune réponse ne peut plus s'en servir",
        )
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.stores import open_store

    settings = settings_of(arguments)
    store = open_store(settings.database)
    try:
        for one in store.templates():
            print(_line(one).in_(settings.language))
    finally:
        store.close()
    return 0


def _line(one: Template) -> Message:
    """Its name, its uses, its expiry, where it may be used and who approved it."""
    expires = in_figures(one.expires.date())
    crisis = Message("crisis", "crise") if one.occasion else None
    where = [word for word in (one.channel, one.market, one.lang) if word]
    en = " ".join([crisis.en, *where] if crisis else where) or "anywhere"
    fr = " ".join([crisis.fr, *where] if crisis else where) or "partout"
    return Message(
        f"{one.name}: {one.uses} uses, until {expires.en}, {en}, approved by {one.approved_by}",
        f"{one.name} : {counted(one.uses, 'utilisation')}, jusqu'au {expires.fr}, {fr}, approuvé par {one.approved_by}",
    )
