"""`review-gate outbox list|replay`: what waits, what could not be delivered, and trying it again."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from review_gate.cli.common import add_settings, counted, settings_of, tell
from review_gate.cli.usage import said
from review_gate.domain.message import Message
from review_gate.logs import one_line

if TYPE_CHECKING:
    from review_gate.domain.change import Delivery

LIMIT = 100


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "outbox",
        help=said(
            "list what waits and dead letters, and deliver these again",
            "liste les envois en attente ou abandonnés, et relance ces derniers",
        ),
    )
    commands = parser.add_subparsers(required=True, metavar="list|replay")
    listing = commands.add_parser(
        "list", help=said("dead letters: deliveries that were given up", "les envois abandonnés")
    )
    listing.add_argument(
        "--waiting",
        action="store_true",
        help=said(
            "what waits to be delivered instead, oldest first", "plutôt les envois en attente, le plus ancien d'abord"
        ),
    )
    listing.add_argument(
        "--limit",
        type=int,
        default=LIMIT,
        help=said(
            f"so many of what waits at most (default {LIMIT})", f"tant d'envois en attente au plus (par défaut {LIMIT})"
        ),
    )
    replay = commands.add_parser(
        "replay", help=said("make dead letters due again", "remet en attente des envois abandonnés")
    )
    replay.add_argument("delivery", nargs="*", help=said("ids of the deliveries", "identifiants des envois"))
    replay.add_argument(
        "--all",
        action="store_true",
        help=said(
            "all but posts, which have to be named: somebody may have put them out",
            "tous sauf les publications, à nommer une par une : quelqu'un les a peut-être déjà faites",
        ),
    )
    for command, run in ((listing, run_list), (replay, run_replay)):
        add_settings(command, "database", "language")
        command.set_defaults(run=run)


def run_list(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.stores import open_store

    settings = settings_of(arguments)
    store = open_store(settings.database)
    try:
        pending = store.pending()
        if arguments.waiting:
            waiting = store.waiting(max(0, arguments.limit))
            for one, due in waiting:
                since = one.not_before or one.created_at
                _line(*_about(one), f"{since:%Y-%m-%dT%H:%M:%SZ}", f"{due:%Y-%m-%dT%H:%M:%SZ}", one.attempts,
                      one.last_error)  # fmt: skip
            told = Message(
                f"{len(waiting)} of {pending} deliveries that wait, oldest first: id, kind, submission, since when, "
                "next try, tries so far, last error.",
                f"{counted(len(waiting), 'envoi')} en attente sur {pending}, du plus ancien au plus récent : id, "
                "nature, soumission, depuis quand, prochain essai, essais faits, dernière erreur.",
            )
        else:
            for letter in store.dead_letters():
                _line(*_about(letter), letter.last_error)
            told = Message(
                f"{pending} deliveries wait for their turn (--waiting).",
                f"{counted(pending, 'envoi')} en attente (--waiting).",
            )
    finally:
        store.close()
    print(told.in_(settings.language), file=sys.stderr)
    return 0


def run_replay(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.clock import utc_now
    from review_gate.adapters.stores import open_store
    from review_gate.domain.change import DeliveryKind

    settings = settings_of(arguments)

    if bool(arguments.delivery) == arguments.all:
        tell(
            settings,
            "Name deliveries (see `review-gate outbox list`) or give --all.",
            "Nommez des envois (voir `review-gate outbox list`) ou donnez --all.",
        )
        return 2
    store = open_store(settings.database)
    try:
        letters = store.dead_letters() if arguments.all else []
        posts = [letter for letter in letters if letter.kind is DeliveryKind.PUBLISH]
        ids = [letter.id for letter in letters if letter not in posts] if arguments.all else arguments.delivery
        unknown = [delivery_id for delivery_id in ids if not store.replay(delivery_id, utc_now())]
    finally:
        store.close()
    for delivery_id in unknown:
        tell(
            settings,
            f"'{delivery_id}' is no dead letter that can be sent again (see `review-gate outbox list`): it was "
            "delivered, its row is damaged, or its words are gone, by age or because they were erased.",
            f"« {delivery_id} » n'est pas un envoi abandonné que l'on puisse refaire (voir `review-gate outbox list`) "
            ": il est arrivé, sa ligne est abîmée, ou ses textes ont disparu, avec l'âge ou parce qu'ils ont été "
            "effacés.",
        )
    for letter in posts:
        tell(
            settings,
            f"'{letter.id}' is a post: look whether somebody has put it out by hand, then name it.",
            f"« {letter.id} » est une publication : vérifiez que personne ne l'a publiée à la main, puis nommez-la.",
        )
    due = len(ids) - len(unknown)
    print(
        Message(f"{due} deliveries are due again.", f"{counted(due, 'envoi')} à refaire maintenant.").in_(
            settings.language
        )
    )
    return 1 if unknown else 0


def _about(one: Delivery) -> tuple[str, str, str]:
    return one.id, one.kind.value, str(one.submission_id or one.payload.get("submission_id") or "-")


def _line(*fields: object) -> None:
    print("\t".join(one_line(str(field)) for field in fields))  # an error may quote what another server said
