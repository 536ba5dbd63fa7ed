"""`review-gate outbox list|replay`: what could not be delivered, and trying it again."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from review_gate.cli.common import add_settings, settings_of


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("outbox", help="list dead letters and deliver them again")
    commands = parser.add_subparsers(required=True, metavar="list|replay")
    listing = commands.add_parser("list", help="dead letters: deliveries that were given up")
    replay = commands.add_parser("replay", help="make dead letters due again")
    replay.add_argument("delivery", nargs="*", help="ids of the deliveries")
    replay.add_argument(
        "--all", action="store_true", help="all but posts, which have to be named: somebody may have put them out"
    )
    for command, run in ((listing, run_list), (replay, run_replay)):
        add_settings(command, "database")
        command.set_defaults(run=run)


def run_list(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.stores import open_store

    store = open_store(settings_of(arguments).database)
    try:
        for letter in store.dead_letters():
            about = letter.submission_id or letter.payload.get("submission_id") or "-"
            print(f"{letter.id}\t{letter.kind.value}\t{about}\t{letter.last_error}")
        print(f"{store.pending()} deliveries wait for their turn.", file=sys.stderr)
    finally:
        store.close()
    return 0


def run_replay(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.clock import utc_now
    from review_gate.adapters.stores import open_store
    from review_gate.domain.change import DeliveryKind

    if bool(arguments.delivery) == arguments.all:
        print("Name deliveries (see `review-gate outbox list`) or give --all.", file=sys.stderr)
        return 2
    store = open_store(settings_of(arguments).database)
    try:
        letters = store.dead_letters() if arguments.all else []
        posts = [letter for letter in letters if letter.kind is DeliveryKind.PUBLISH]
        ids = [letter.id for letter in letters if letter not in posts] if arguments.all else arguments.delivery
        unknown = [delivery_id for delivery_id in ids if not store.replay(delivery_id, utc_now())]
    finally:
        store.close()
    for delivery_id in unknown:
        print(f"'{delivery_id}' is no dead letter: see `review-gate outbox list`.", file=sys.stderr)
    for letter in posts:
        print(f"'{letter.id}' is a post: look whether somebody has put it out by hand, then name it.", file=sys.stderr)
    print(f"{len(ids) - len(unknown)} deliveries are due again.")
    return 1 if unknown else 0
