"""`review-gate key create|list|revoke|webhook|rotate-release`: API keys, a secret for signing webhooks, and a new key
for signing release tokens."""

from __future__ import annotations

import argparse
import base64
import secrets
from typing import Any

from review_gate.cli.common import add_settings, settings_of, tell
from review_gate.cli.usage import said
from review_gate.domain.days import moment_in_figures
from review_gate.domain.message import Message

SCOPES = ("submit", "check", "read", "admin")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "key", help=said("create, list and revoke API keys", "crée, liste et révoque les clés de l'API")
    )
    commands = parser.add_subparsers(required=True, metavar="create|list|revoke|webhook|rotate-release")

    create = commands.add_parser(
        "create",
        help=said(
            "make a key and print it: it cannot be shown again",
            "crée une clé et l'affiche : elle ne pourra plus être montrée",
        ),
    )
    create.add_argument(
        "--name",
        required=True,
        help=said(
            "whose key it is; drafts without an author carry this name",
            "à qui est la clé ; les textes sans auteur portent ce nom",
        ),
    )
    create.add_argument(
        "--scope",
        required=True,
        action="append",
        choices=SCOPES,
        help=said("what it may do (repeatable)", "ce qu'elle permet (plusieurs fois possible)"),
    )
    listing = commands.add_parser(
        "list", help=said("the keys, without the keys themselves", "la liste des clés, sans leur valeur")
    )
    revoke = commands.add_parser(
        "revoke", help=said("make a key useless at once", "rend une clé inutilisable aussitôt")
    )
    revoke.add_argument("--name", required=True, help=said("whose key it is", "à qui est la clé"))
    webhook = commands.add_parser(
        "webhook", help=said("print a new REVIEW_GATE_WEBHOOK_SECRET", "affiche un nouveau REVIEW_GATE_WEBHOOK_SECRET")
    )
    rotate = commands.add_parser(
        "rotate-release",
        help=said(
            "sign release tokens with a new key from now on",
            "signe désormais les jetons de publication avec une nouvelle clé",
        ),
    )
    rotate.add_argument(
        "--drop",
        action="store_true",
        help=said(
            "refuse all tokens signed so far: a key became known",
            "refuse tous les jetons signés jusqu'ici : une clé a été divulguée",
        ),
    )
    runs = (run_create, run_list, run_revoke, run_webhook, run_rotate)
    for command, run in zip((create, listing, revoke, webhook, rotate), runs, strict=True):
        add_settings(command, "database", "language")
        command.set_defaults(run=run)


def run_create(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.clock import utc_now, uuid7
    from review_gate.adapters.stores import open_store
    from review_gate.web.auth import make_key, new_key

    key = new_key()
    settings = settings_of(arguments)
    store = open_store(settings.database)
    try:
        store.add_key(make_key(arguments.name, frozenset(arguments.scope), key, uuid7(), utc_now()))
    except ValueError:
        tell(
            settings,
            f"There is an active key named '{arguments.name}' already. Revoke it first, or take another name.",
            f"Il y a déjà une clé active nommée « {arguments.name} ». Révoquez-la d'abord, ou choisissez un autre nom.",
        )
        return 1
    finally:
        store.close()
    print(key)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.stores import open_store

    settings = settings_of(arguments)
    store = open_store(settings.database)
    try:
        for key in store.keys():  # noqa: SIM118 - not a dict
            made, ended = moment_in_figures(key.created_at), key.revoked_at and moment_in_figures(key.revoked_at)
            created = Message(f"created {made.en}", f"créée le {made.fr}")
            state = Message(f"revoked {ended.en}", f"révoquée le {ended.fr}") if ended else Message("active", "active")
            told = (message.in_(settings.language) for message in (created, state))
            print("\t".join((key.name, ",".join(sorted(key.scopes)), *told)))
    finally:
        store.close()
    return 0


def run_revoke(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.clock import utc_now
    from review_gate.adapters.stores import open_store

    settings = settings_of(arguments)
    store = open_store(settings.database)
    try:
        if store.revoke_key(arguments.name, utc_now()):
            return 0
    finally:
        store.close()
    tell(
        settings,
        f"There is no active key named '{arguments.name}': see `review-gate key list`.",
        f"Il n'y a pas de clé active nommée « {arguments.name} » : voir `review-gate key list`.",
    )
    return 1


def run_webhook(arguments: argparse.Namespace) -> int:
    print("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
    return 0


def run_rotate(arguments: argparse.Namespace) -> int:
    """Running processes sign with the new key at once; its id is printed."""
    from review_gate.adapters.release import ReleaseSigner
    from review_gate.adapters.stores import open_store

    store = open_store(settings_of(arguments).database)
    try:
        print(ReleaseSigner(store).rotate(drop=arguments.drop))
    finally:
        store.close()
    return 0
