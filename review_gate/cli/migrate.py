"""`review-gate migrate`: brings the database up to date, or moves everything to another one."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from review_gate.cli.common import add_settings, settings_of
from review_gate.cli.usage import said
from review_gate.domain.message import Message
from review_gate.ports import StoreError


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "migrate",
        help=said(
            "bring the database up to date, or move everything to another one",
            "met la base à jour, ou déplace tout vers une autre",
        ),
        description=said(
            "Without --from and --to: makes the tables or brings them up to date (each start does so "
            "too). With both: copies everything, compares both by count and hash; run it again after an "
            "interruption. Stop the service before you move its database.",
            "Sans --from ni --to : crée les tables ou les met à jour (chaque démarrage le fait aussi). "
            "Avec les deux : copie tout, compare nombres et empreintes ; relancez après une interruption. "
            "Arrêtez le service avant de déplacer sa base.",
        ),
    )
    parser.add_argument(
        "--from",
        dest="source",
        metavar=said("ADDRESS", "ADRESSE"),
        help=said("sqlite:PATH or postgresql://… to copy from", "sqlite:CHEMIN ou postgresql://… à copier"),
    )
    parser.add_argument(
        "--to",
        dest="target",
        metavar=said("ADDRESS", "ADRESSE"),
        help=said("an empty database to copy to", "une base vide, où copier"),
    )
    parser.add_argument(
        "--restart",
        action="store_true",
        help=said("throw away a copy that was cut off, and begin again", "jette une copie interrompue et recommence"),
    )
    add_settings(parser, "database", "language")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    settings = settings_of(arguments)
    if (arguments.source is None) != (arguments.target is None):
        _say(Message("Give both --from and --to, or neither.", "Donnez --from et --to, ou aucun des deux."),
             settings.language)  # fmt: skip
        return 2
    try:
        if arguments.source is None:
            _update(settings.database, settings.language)
        else:
            _move(arguments, settings.language)
    except StoreError as error:
        _say(error.message, settings.language)
        return 1
    return 0


def _update(url: str, language: str) -> None:
    from review_gate.adapters.stores.opening import open_database

    database = open_database(url)
    try:
        applied = database.migrate()
    finally:
        database.close()
    names = ", ".join(applied)
    if applied:
        _say(Message(f"Brought up to date: {names}.", f"Mise à jour effectuée : {names}."), language)
    else:
        _say(Message("Up to date already.", "Déjà à jour."), language)


def _move(arguments: argparse.Namespace, language: str) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from review_gate.adapters.stores import chain, open_store
    from review_gate.adapters.stores.moving import move
    from review_gate.adapters.stores.postgres_words import whereabouts

    source = open_store(arguments.source, create=False)
    try:
        target = open_store(arguments.target, unfinished=True)
        try:
            columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            with Progress(*columns, console=Console(stderr=True)) as bars:
                tasks: dict[str, Any] = {}

                def show(table: str, done: int, total: int) -> None:
                    if table not in tasks:
                        tasks[table] = bars.add_task(table, total=total)
                    bars.update(tasks[table], completed=done)

                checked = move(
                    source.database, target.database, whereabouts(arguments.source), show, restart=arguments.restart
                )
            audit = chain.verify(target.log())
        finally:
            target.close()
    finally:
        source.close()
    for table, there in checked.items():
        print(f"{table}\t{there.rows}\t{there.sha256}")
    if audit.broken is not None:
        raise StoreError(
            Message(
                f"Everything was copied, but the audit log does not hold, nor did it in the source: {audit.broken.en}",
                f"Tout a été copié, mais le journal n'est pas intact, dans la source non plus : {audit.broken.fr}",
            )
        )
    _say(
        Message("Everything is there, the same by count and hash.", "Tout y est, identique en nombre et en empreinte."),
        language,
    )


def _say(message: Message, language: str) -> None:
    print(message.in_(language), file=sys.stderr)
