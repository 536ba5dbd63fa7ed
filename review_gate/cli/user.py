"""`review-gate user create|list|password|disable|unlink`: who may sign in to the pages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from review_gate.cli.common import Ended, add_settings, settings_of, tell
from review_gate.cli.usage import said
from review_gate.domain.days import moment_in_figures
from review_gate.domain.message import Message

if TYPE_CHECKING:
    from review_gate.adapters.accounts import Accounts

ROLES = ("author", "reviewer", "lead", "rule_owner", "admin")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "user",
        help=said("create, list and disable accounts for the pages", "crée, liste et désactive les comptes des pages"),
    )
    commands = parser.add_subparsers(required=True, metavar="create|list|password|disable|unlink")
    create = commands.add_parser(
        "create",
        help=said(
            "make an account and print its one-time password",
            "crée un compte et affiche son mot de passe à usage unique",
        ),
    )
    create.add_argument(
        "--name",
        default="",
        help=said(
            "the name others see (default: from the address)",
            "le nom que voient les autres (par défaut : tiré de l'adresse)",
        ),
    )
    create.add_argument(
        "--role",
        action="append",
        choices=ROLES,
        default=[],
        help=said("repeatable (default author)", "rôle, plusieurs fois possible (par défaut author)"),
    )
    create.add_argument(
        "--speaks",
        choices=("en", "fr"),
        help=said(
            "language of the pages (default: the browser's)", "langue des pages (par défaut : celle du navigateur)"
        ),
    )
    listing = commands.add_parser("list", help=said("the accounts and their roles", "les comptes et leurs rôles"))
    password = commands.add_parser(
        "password",
        help=said(
            "print a new one-time password; signs out everywhere",
            "affiche un nouveau mot de passe à usage unique ; déconnecte partout",
        ),
    )
    disable = commands.add_parser(
        "disable", help=said("sign out everywhere and keep out", "déconnecte partout et ferme l'accès")
    )
    unlink = commands.add_parser(
        "unlink",
        help=said(
            "let somebody else of the company's sign-in have the account",
            "laisse quelqu'un d'autre prendre le compte par la connexion d'entreprise",
        ),
    )
    runs = ((create, run_create), (listing, run_list), (password, run_password), (disable, run_disable),
            (unlink, run_unlink))  # fmt: skip
    for command, run in runs:
        if command is not listing:
            command.add_argument("--email", required=True, help=said("address of the account", "adresse du compte"))
        add_settings(command, "database", "language")
        command.set_defaults(run=run)


def run_create(arguments: argparse.Namespace) -> int:
    from review_gate.domain.submission import Role

    with _accounts(arguments) as accounts:
        roles = [Role(role) for role in arguments.role]
        print(accounts.create(arguments.email, arguments.name, roles, arguments.speaks))
    tell(
        settings_of(arguments),
        "This password works once: the first sign-in asks for a new one.",
        "Ce mot de passe ne sert qu'une fois : la première connexion en demande un nouveau.",
    )
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.stores import open_store

    settings = settings_of(arguments)
    store = open_store(settings.database)
    try:
        for user in store.users():
            ended = user.disabled_at and moment_in_figures(user.disabled_at)
            state = Message(f"disabled {ended.en}", f"désactivé le {ended.fr}") if ended else Message("active", "actif")
            print("\t".join((user.email, user.name, ",".join(sorted(user.roles)), state.in_(settings.language))))
    finally:
        store.close()
    return 0


def run_password(arguments: argparse.Namespace) -> int:
    with _accounts(arguments) as accounts:
        print(accounts.reset(arguments.email))
    return 0


def run_disable(arguments: argparse.Namespace) -> int:
    with _accounts(arguments) as accounts:
        accounts.disable(arguments.email)
    return 0


def run_unlink(arguments: argparse.Namespace) -> int:
    with _accounts(arguments) as accounts:
        accounts.unlink(arguments.email)
    return 0


@contextmanager
def _accounts(arguments: argparse.Namespace) -> Iterator[Accounts]:
    """The accounts of the database. A refusal is printed and ends the command with 1."""
    from review_gate.adapters.accounts import Accounts, Refused
    from review_gate.adapters.clock import utc_now
    from review_gate.adapters.stores import open_store

    settings = settings_of(arguments)
    store = open_store(settings.database)
    try:
        yield Accounts(store, utc_now)
    except Refused as refused:
        print(refused.message.in_(settings.language), file=sys.stderr)
        raise Ended(1) from None
    finally:
        store.close()
