"""`review-gate audit verify`: whether the audit log is what was written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from review_gate.cli.common import add_settings, settings_of
from review_gate.domain.message import Message
from review_gate.ports import ChainedEvent, StoreError


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("audit", help="check the audit log")
    commands = parser.add_subparsers(required=True, metavar="verify")
    verify = commands.add_parser("verify", help="walk the hash chain of the audit log; exit 1 where it does not hold")
    verify.add_argument(
        "--head",
        metavar="POSITION:HASH",
        help="a head that an earlier run printed, kept elsewhere: the log must still hold it, so that neither its end "
        "can be cut off nor the whole be written anew unnoticed",
    )
    add_settings(verify, "database", "language")
    verify.set_defaults(run=run_verify)


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
    seen: dict[int, str] = {}
    try:
        audit = chain.verify(_noting(store.log(), head[0] if head else 0, seen))
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
    say(Message(f"{audit.events} events, all as they were written.",
                f"{audit.events} événements, tous tels qu'ils ont été écrits."))  # fmt: skip
    print(f"{audit.position}:{audit.head}")
    return 0


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
