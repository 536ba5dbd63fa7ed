"""`review-gate bot list|pause|resume|allow`: see the bots, stop one at once, let it in again."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from review_gate.cli.common import Ended, add_settings, login, settings_of
from review_gate.cli.usage import said
from review_gate.domain.breaker import BreakerState
from review_gate.domain.days import moment_in_figures
from review_gate.domain.message import Message

STATES = {
    BreakerState.CLOSED: "en marche",
    BreakerState.OPEN: "arrêté",
    BreakerState.HALF_OPEN: "surveillé",
}
"""In French; in English they go by the names that the API has for them."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "bot", help=said("see the bots, stop one, let it in again", "montre les bots, en arrête un, le laisse revenir")
    )
    commands = parser.add_subparsers(required=True, metavar="list|pause|resume|allow")

    listing = commands.add_parser(
        "list",
        help=said(
            "every bot that ever called, its switch and its last hour",
            "tous les bots qui ont appelé, leur interrupteur et leur dernière heure",
        ),
    )
    pause = commands.add_parser(
        "pause",
        help=said(
            "from now on every reply of the bot is held for a person",
            "dès maintenant, chaque réponse du bot attend une personne",
        ),
    )
    resume = commands.add_parser(
        "resume", help=said("let it in again, under watch first", "le laisse revenir, d'abord sous surveillance")
    )
    for command in (pause, resume):
        command.add_argument("name", help=said("the bot's name", "nom du bot"))
        command.add_argument(
            "--why", required=True, help=said("goes on record with your name", "la raison, consignée avec votre nom")
        )
    allow = commands.add_parser(
        "allow",
        help=said(
            "a text that the bot may repeat, whatever names and numbers are put in",
            "un texte que le bot peut répéter, quels que soient les noms et les nombres qu'on y met",
        ),
    )
    allow.add_argument("name", help=said("the bot's name", "nom du bot"))
    allow.add_argument("text", help=said("the text, as the bot sends it", "le texte, tel que le bot l'envoie"))
    for command in (pause, resume, allow):
        command.add_argument(
            "--by",
            default=login(),
            help=said(
                "who you are (default: your login)", "qui vous êtes (par défaut : votre identifiant de connexion)"
            ),
        )
    runs = ((listing, run_list), (pause, run_pause), (resume, run_resume), (allow, run_allow))
    for command, run in runs:
        add_settings(command, "database", "policy", "language")
        command.set_defaults(run=run)


def run_list(arguments: argparse.Namespace) -> int:
    with _Bots(arguments) as (bots, spoken):
        for seen in bots.all():
            print(_line(seen, spoken))
    return 0


def run_pause(arguments: argparse.Namespace) -> int:
    with _Bots(arguments) as (bots, spoken):
        known = {seen.breaker.bot for seen in bots.all()}
        if not arguments.why.strip():
            why = Message("Say why: --why must not be empty.", "Dites pourquoi : --why ne peut pas être vide.")
            return _refuse(why.in_(spoken))
        seen = bots.pause(arguments.name, arguments.why, _person(arguments))
        print(_line(seen, spoken))
        if arguments.name not in known:
            others = ", ".join(sorted(known))
            told = Message(
                f"'{arguments.name}' has not called yet: it is stopped from its first call on. Known: "
                f"{others or 'none'}.",
                f"« {arguments.name} » n'a encore rien demandé : il sera arrêté dès son premier appel. Bots connus : "
                f"{others or 'aucun'}.",
            )
            print(told.in_(spoken), file=sys.stderr)
    return 0


def run_resume(arguments: argparse.Namespace) -> int:
    with _Bots(arguments) as (bots, spoken):
        print(_line(bots.resume(arguments.name, arguments.why, _person(arguments)), spoken))
    return 0


def run_allow(arguments: argparse.Namespace) -> int:
    with _Bots(arguments) as (bots, spoken):
        bots.allow_repeat(arguments.name, arguments.text, _person(arguments))
        name = arguments.name
        told = Message(f"{name} may repeat this from now on.", f"{name} peut désormais répéter ce texte.")
        print(told.in_(spoken), file=sys.stderr)
    return 0


class _Bots:
    """The use cases on the database that the settings name, without loading any model. What they refuse is said, and
    ends the command with status 1."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._settings = settings_of(arguments)

    def __enter__(self) -> tuple[Any, str]:
        from review_gate.adapters.clock import utc_now, uuid7
        from review_gate.adapters.stores import open_store
        from review_gate.gate.bots import Bots
        from review_gate.gate.memory import Memory
        from review_gate.settings import load_policy

        policy = load_policy(self._settings.policy_file)
        self._store = open_store(self._settings.database)
        memory = Memory(self._store, lambda: policy)
        return Bots(self._store, memory, utc_now, uuid7), self._settings.language

    def __exit__(self, kind: object, error: BaseException | None, *_: object) -> None:
        from review_gate.domain.errors import GateError

        self._store.close()
        if isinstance(error, GateError):
            raise Ended(_refuse(error.message.in_(self._settings.language))) from error


def _person(arguments: argparse.Namespace) -> Any:
    """Whoever can write to the database may do this."""
    from review_gate.domain.submission import Person, Role

    return Person(arguments.by, arguments.by, frozenset({Role.ADMIN}))


def _line(seen: Any, spoken: str) -> str:
    breaker = seen.breaker
    since = moment_in_figures(breaker.since)
    fields = (
        Message(breaker.state.value, STATES[breaker.state]),
        Message(f"since {since.en}", f"depuis le {since.fr}"),
        Message(f"{seen.held}/{seen.replies} held", f"{seen.held}/{seen.replies} retenues"),
    )
    told = breaker.told.in_(spoken) if breaker.by else ""
    return "\t".join((breaker.bot, *(field.in_(spoken) for field in fields), told))


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 1
