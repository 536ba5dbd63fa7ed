"""`review-gate audit verify`: whether the audit log is what was written."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from review_gate.cli.common import add_settings, settings_of
from review_gate.cli.usage import said
from review_gate.domain.days import moment_in_figures
from review_gate.domain.message import Message
from review_gate.ports import ChainedEvent, StoreBroken, StoreError

if TYPE_CHECKING:
    from review_gate.adapters.stores import SqlStore
    from review_gate.operation_ports import Record

SHOWN = 100
"""So many broken promises are named at most."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("audit", help=said("check the audit log", "vérifie le journal d'audit"))
    commands = parser.add_subparsers(required=True, metavar="verify|checkpoint")
    verify = commands.add_parser(
        "verify",
        help=said(
            "walk the hash chain of the audit log; exit 1 where it does not hold",
            "parcourt la chaîne de hachage du journal d'audit ; code de sortie 1 si elle est rompue",
        ),
    )
    verify.add_argument(
        "--head",
        metavar=said("POSITION:HASH", "POSITION:EMPREINTE"),
        help=said(
            "a head that an earlier run printed, kept elsewhere: the log must still hold it, so that "
            "neither its end can be cut off nor the whole be written anew unnoticed",
            "une tête de chaîne affichée plus tôt et gardée ailleurs : le journal doit encore la contenir "
            "; ainsi, ni la fin coupée ni le journal réécrit ne passent inaperçus",
        ),
    )
    verify.add_argument(
        "--deep",
        action="store_true",
        help=said(
            "also look at the database's files and at each submission: accounted for, decided once, never "
            "released without a decision, told once",
            "regarde aussi les fichiers de la base et chaque soumission : suivie, décidée une seule fois, "
            "jamais publiée sans décision, annoncée une seule fois",
        ),
    )
    verify.add_argument(
        "--checkpoint",
        type=Path,
        metavar=said("FILE", "FICHIER"),
        help=said(
            "a checkpoint that `audit checkpoint` printed: its signature and its head must hold",
            "un point de contrôle affiché par `audit checkpoint` : sa signature et sa tête de chaîne "
            "doivent être bonnes",
        ),
    )
    verify.add_argument(
        "--keys",
        type=Path,
        metavar=said("FILE", "FICHIER"),
        help=said(
            "the service's public keys (/.well-known/jwks.json), kept elsewhere: who can change the "
            "database can change the keys in it",
            "les clés publiques du service (/.well-known/jwks.json), gardées ailleurs : qui peut modifier "
            "la base peut aussi modifier les clés qu'elle contient",
        ),
    )
    add_settings(verify, "database", "language")
    verify.set_defaults(run=run_verify)
    checkpoint = commands.add_parser(
        "checkpoint",
        help=said("walk the chain and print its head, signed", "parcourt la chaîne et affiche sa tête, signée"),
        description=said(
            "Prints a line to keep where nobody who can change the database can change it (another "
            "account's storage, a mailbox, print). `audit verify --checkpoint FILE` shows whether the log "
            "still holds it.",
            "Affiche une ligne à garder là où qui peut modifier la base ne peut pas la modifier (stockage "
            "d'un autre compte, boîte aux lettres, papier). `audit verify --checkpoint FICHIER` dit si le "
            "journal la contient encore.",
        ),
    )
    add_settings(checkpoint, "database", "language")
    checkpoint.set_defaults(run=run_checkpoint)


def run_verify(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.stores import chain, open_store

    settings = settings_of(arguments)

    def say(message: Message, out: Any = sys.stderr) -> None:
        print(message.in_(settings.language), file=out)

    head = None
    if arguments.head is not None:
        head = _read_head(arguments.head)
        if head is None:
            say(Message("--head is POSITION:HASH, as an earlier run printed it.",
                        "--head s'écrit POSITION:EMPREINTE, comme une vérification l'a affiché."))  # fmt: skip
            return 2
    try:
        store = open_store(settings.database, create=False)
    except StoreError as error:
        say(error.message)
        return 1
    if arguments.checkpoint is not None:
        head = _read_checkpoint(store, arguments, say)
        if head is None:
            store.close()
            return 1
    seen: dict[int, str] = {}
    try:
        audit = chain.verify(_noting(store.log(), head[0] if head else 0, seen))
        looked = _deep(store) if arguments.deep and audit.broken is None else None
    except StoreBroken as error:
        say(error.message)
        return 1
    except (StoreError, sqlite3.DatabaseError, psycopg.Error, ValueError) as error:
        say(Message(f"The database cannot be read: {error}. Stop the service and restore the last backup "
                    "(docs/operations.md).",
                    f"La base est illisible : {error}. Arrêtez le service et restaurez la dernière sauvegarde "
                    "(docs/operations.md)."))  # fmt: skip
        return 1
    finally:
        store.close()
    if audit.broken is not None:
        say(audit.broken)
        say(Message(f"The log holds up to position {audit.position} only.",
                    f"Le journal n'est intact que jusqu'à la position {audit.position}."))  # fmt: skip
        return 1
    if head is not None and seen.get(head[0]) != head[1]:
        say(Message(f"Position {head[0]} is not the one that was kept: the log was cut off or written anew.",
                    f"La position {head[0]} n'est pas celle qui a été conservée : le journal a été tronqué ou "
                    "réécrit."))  # fmt: skip
        return 1
    if looked is not None and looked.found:
        for message in looked.found:
            say(message)
        say(Message("Keep a copy of the database as it is, then compare with the last backup (docs/operations.md).",
                    "Gardez une copie de la base telle quelle, puis comparez avec la dernière sauvegarde "
                    "(docs/operations.md)."))  # fmt: skip
        return 1
    if looked is not None:
        number = looked.submissions
        say(Message(f"{number} submissions: each accounted for, decided once, told once.",
                    f"{number} soumissions : chacune suivie, décidée une fois, annoncée une fois."))  # fmt: skip
    say(Message(f"{audit.events} events, all as they were written.",
                f"{audit.events} événements, tous tels qu'ils ont été écrits."))  # fmt: skip
    print(f"{audit.position}:{audit.head}")
    return 0


def run_checkpoint(arguments: argparse.Namespace) -> int:
    """Exit status 1, and nothing signed, where the log does not hold."""
    from review_gate.adapters.clock import utc_now
    from review_gate.adapters.release import ReleaseSigner
    from review_gate.adapters.stores import chain, open_store

    settings = settings_of(arguments)
    store = open_store(settings.database, create=False)
    try:
        audit = chain.verify(store.log())
        if audit.broken is not None:
            print(audit.broken.in_(settings.language), file=sys.stderr)
            return 1
        print(ReleaseSigner(store).sign_head(audit.position, audit.head, utc_now()))
    finally:
        store.close()
    told = Message(
        f"The log holds up to position {audit.position}. Keep this line where nobody can change it.",
        f"Le journal est intact jusqu'à la position {audit.position}. Gardez cette ligne hors de portée.",
    )
    print(told.in_(settings.language), file=sys.stderr)
    return 0


def _read_checkpoint(
    store: SqlStore, arguments: argparse.Namespace, say: Callable[[Message], None]
) -> tuple[int, str] | None:
    """The head that a signed checkpoint names; None, and says why, for one that cannot be trusted."""
    from review_gate.adapters.release import ReleaseSigner

    try:
        keys = None if arguments.keys is None else json.loads(arguments.keys.read_text())
        found = ReleaseSigner(store).head(arguments.checkpoint.read_text().strip(), keys)
    except (OSError, ValueError, KeyError, TypeError) as error:
        say(Message(f"The checkpoint or the keys cannot be read: {error}",
                    f"Le point de contrôle ou les clés sont illisibles : {error}"))  # fmt: skip
        return None
    head = None if found is None else _read_head(found[0])
    if found is None or head is None:
        say(Message("None of these keys has signed this checkpoint: the keys were changed, or it is another gate's.",
                    "Aucune de ces clés n'a signé ce point de contrôle : les clés ont changé, ou c'est celui d'un "
                    "autre service."))  # fmt: skip
        return None
    at = moment_in_figures(found[1])
    say(Message(f"Checkpoint of {at.en}, position {head[0]}.",
                f"Point de contrôle du {at.fr}, position {head[0]}."))  # fmt: skip
    return head


@dataclass(frozen=True, slots=True)
class Looked:
    """So many submissions were looked at; `found` says what does not hold, the first hundred."""

    submissions: int
    found: tuple[Message, ...]


def _deep(store: SqlStore) -> Looked:
    from review_gate.insight.invariants import breaches

    damage = store.damage()
    if damage:
        told = "; ".join(damage)
        return Looked(0, (Message(f"The database's file is damaged: {told}",
                                  f"Le fichier de la base est endommagé : {told}"),))  # fmt: skip
    number = 0

    def counted() -> Iterator[Record]:
        nonlocal number
        for record in store.records():
            number += 1
            yield record

    found = [_about(item.submission_id, item.message) for item in islice(breaches(counted()), SHOWN)]
    found += [
        Message(f"{stray.table} '{stray.name}' speaks of a submission that is not there.",
                f"{stray.table} « {stray.name} » parle d'une soumission absente.")
        for stray in store.strays()
    ]  # fmt: skip
    return Looked(number, tuple(found))


def _about(submission_id: str, message: Message) -> Message:
    return Message(f"Submission {submission_id}: {message.en}", f"Soumission {submission_id} : {message.fr}")


def _noting(log: Iterable[ChainedEvent], position: int, seen: dict[int, str]) -> Iterator[ChainedEvent]:
    for item in log:
        if item.position == position:
            seen[position] = item.hash
        yield item


def _read_head(text: str) -> tuple[int, str] | None:
    position, _, digest = text.partition(":")
    if not position.isascii() or not position.isdigit() or int(position) < 1 or len(digest) != 64:
        return None
    return int(position), digest.lower()
