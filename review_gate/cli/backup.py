"""`review-gate backup TARGET`: a copy of the SQLite database while the service goes on."""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from review_gate.cli.common import add_settings, settings_of
from review_gate.cli.usage import said
from review_gate.domain.message import Message
from review_gate.ports import StoreError


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "backup",
        help=said("copy the SQLite database while the service goes on", "copie la base SQLite sans arrêter le service"),
        description=said(
            "Copies the database as it is at one moment (SQLite's online backup), checks the copy (its "
            "pages and the audit log), and only then gives it its name. To restore: stop the service, put "
            "the copy in the database's place, remove its -wal and -shm, start. For PostgreSQL use "
            "pg_dump.",
            "Copie la base telle qu'elle est à un instant (sauvegarde à chaud de SQLite), vérifie la "
            "copie (ses pages et le journal d'audit), et ne lui donne son nom qu'ensuite. Pour restaurer "
            ": arrêtez le service, mettez la copie à la place de la base, supprimez ses fichiers -wal et "
            "-shm, redémarrez. Pour PostgreSQL, utilisez pg_dump.",
        ),
    )
    parser.add_argument(
        "target",
        type=Path,
        metavar=said("TARGET", "CIBLE"),
        help=said("file to write; must not exist yet", "fichier à écrire ; il ne doit pas encore exister"),
    )
    add_settings(parser, "database", "language")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    settings = settings_of(arguments)
    try:
        if not settings.database.startswith("sqlite:"):
            raise StoreError(
                Message(
                    "This is not an SQLite database: back it up with "
                    "'pg_dump --format=custom --file=TARGET DATABASE' and restore with pg_restore (see "
                    "docs/operations.md). Nothing was written.",
                    "Ce n'est pas une base SQLite : sauvegardez-la avec "
                    "« pg_dump --format=custom --file=CIBLE BASE » et restaurez-la avec pg_restore (voir "
                    "docs/operations.md). Rien n'a été écrit.",
                )
            )
        source = Path(settings.database.removeprefix("sqlite:"))
        submissions, events, head = back_up(source, arguments.target)
    except StoreError as error:
        print(error.message.in_(settings.language), file=sys.stderr)
        return 1
    print(f"{arguments.target}\t{submissions}\t{events}\t{head}")
    told = Message(
        f"Backed up and checked: {submissions} submissions, {events} events, head {head}.",
        f"Sauvegarde faite et vérifiée : {submissions} soumissions, {events} événements, tête {head}.",
    )
    print(told.in_(settings.language), file=sys.stderr)
    return 0


def back_up(source: Path, target: Path) -> tuple[int, int, str]:
    """Copies the database file `source` to the new file `target`, readable by its owner alone.

    Answers how many submissions and events the copy has, and the head of its audit log as POSITION:HASH. Raises
    StoreError, and leaves no file then.
    """
    if target.exists():
        raise StoreError(
            Message(
                f"There is a file '{target}' already: choose another name, a backup never overwrites.",
                f"Le fichier « {target} » existe déjà : choisissez un autre nom, rien n'est jamais écrasé.",
            )
        )
    if not source.is_file():
        raise StoreError(Message(f"There is no database '{source}'.", f"La base « {source} » n'existe pas."))
    partial = target.with_name(target.name + ".partial")
    try:
        _copy(source, partial)
        found = _checked(partial)
        os.rename(partial, target)
        _to_disk(target.absolute().parent)
        return found
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            Message(
                f"The backup failed: {error}. Check rights and space; there is no '{target}'.",
                f"La sauvegarde a échoué : {error}. Vérifiez droits et espace ; « {target} » n'existe pas.",
            )
        ) from error
    finally:
        for leftover in (partial, Path(f"{partial}-wal"), Path(f"{partial}-shm")):
            leftover.unlink(missing_ok=True)


def _copy(source: Path, partial: Path) -> None:
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    address = f"file:{_quoted(source)}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=10.0)) as here, closing(sqlite3.connect(partial)) as there:
        here.backup(there)  # all in one step: a reader's view in WAL mode, so nobody waits and it never starts again
        there.execute("PRAGMA journal_mode = DELETE")  # one file, without a -wal beside it
    _to_disk(partial)


def _checked(copy: Path) -> tuple[int, int, str]:
    from review_gate.adapters.stores import SqlStore, chain
    from review_gate.adapters.stores.opening import open_database

    with closing(sqlite3.connect(copy)) as there:
        (sound,) = there.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged, and so is the database: {sound}")
        (submissions,) = there.execute("SELECT count(*) FROM submissions").fetchone()
    store = SqlStore(open_database(f"sqlite:{copy}", create=False))  # as it is: a copy is not brought up to date
    try:
        audit = chain.verify(store.log())
    finally:
        store.close()
    with closing(sqlite3.connect(copy)) as there:
        there.execute("PRAGMA journal_mode = DELETE")
    if audit.broken is not None:
        raise StoreError(audit.broken)
    return int(submissions), audit.position, f"{audit.position}:{audit.head}"


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.absolute()))


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
