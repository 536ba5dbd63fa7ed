"""`review-gate erase`: takes people's texts and names out of the store; the record of decisions and its chain stay."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from review_gate.cli.common import add_settings, login, settings_of, tell
from review_gate.cli.usage import said


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "erase",
        help=said(
            "take an author's texts and names out of the store, or everything older than a day",
            "efface de la base les textes et les noms d'un auteur, ou tout ce qui est plus ancien qu'un jour donné",
        ),
        description=said(
            "Without --yes it only says what it would erase. What is erased cannot be brought back; what "
            "waits is withdrawn first. The decisions stay, with the hashes they were bound to, and the "
            "audit log's chain holds. Backups and Slack's own history are yours to clean.",
            "Sans --yes, dit seulement ce qui serait effacé. Rien de ce qui est effacé ne peut revenir ; "
            "ce qui attend est d'abord retiré. Les décisions restent, avec les empreintes auxquelles "
            "elles étaient liées, et la chaîne du journal d'audit tient. Les sauvegardes et l'historique "
            "de Slack restent à nettoyer de votre côté.",
        ),
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--author",
        action="append",
        default=[],
        help=said("e-mail address, Slack id or key's name", "adresse e-mail, identifiant Slack ou nom de clé"),
    )
    what.add_argument(
        "--before",
        metavar=said("DAY", "JOUR"),
        help=said(
            "what has not changed since that day (YYYY-MM-DD, UTC)",
            "ce qui n'a pas changé depuis ce jour (AAAA-MM-JJ, UTC)",
        ),
    )
    parser.add_argument(
        "--by",
        default=login(),
        help=said(
            "who you are, for the record (default: your login)",
            "qui vous êtes, pour le journal (par défaut : votre identifiant de connexion)",
        ),
    )
    parser.add_argument("--yes", action="store_true", help=said("do it", "efface vraiment"))
    add_settings(parser, "database", "language")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0: done, or said what would be done."""
    from review_gate.adapters.clock import utc_now, uuid7
    from review_gate.adapters.stores import open_store
    from review_gate.gate.erasing import Erasure

    settings = settings_of(arguments)

    before = None
    if arguments.before is not None:
        try:
            before = datetime.fromisoformat(arguments.before).replace(tzinfo=UTC)
        except ValueError:
            tell(settings, "--before is a day such as 2026-01-31.", "--before est un jour, par exemple 2026-01-31.")
            return 2
    store = open_store(settings.database, create=False)
    try:
        erasing = Erasure(store, utc_now, uuid7)
        if not arguments.yes:
            names = sorted({name for author in arguments.author for name in erasing.known_as(author)})
            number = erasing.count(names, before)
            of = f" ({', '.join(names)})" if names else ""
            tell(
                settings,
                f"{number} submissions{of} would be erased for good. Nothing was done: say it again with --yes.",
                f"{number} soumissions{of} seraient effacées pour de bon. Rien n'a été fait : relancez avec --yes.",
            )
            return 0
        if before is not None:
            done = [erasing.before(before, arguments.by)]
        else:
            done = [erasing.author(author, arguments.by) for author in arguments.author]
    finally:
        store.close()
    number, others = sum(one.submissions for one in done), sum(one.others for one in done)
    tell(
        settings,
        f"Erased: {number} submissions, {others} other rows. The courier redraws the cards. Backups still hold them.",
        f"Effacées : {number} soumissions, {others} autres lignes. Les cartes seront redessinées. Les sauvegardes les "
        "contiennent encore.",
    )
    unsent = sum(one.unsent for one in done)
    if unsent:
        tell(
            settings,
            f"Approvals that still waited for the publisher and are not sent any more: {unsent}. Of what could still "
            "be published the publisher is told that it is withdrawn.",
            f"Approbations qui attendaient encore d'être envoyées à l'éditeur et ne partiront plus : {unsent}. "
            "Pour ce qui pouvait encore être publié, l'éditeur est averti du retrait.",
        )
    return 0
