"""`review-gate key create|list|revoke|webhook`: API keys, and a secret for signing webhooks."""

from __future__ import annotations

import argparse
import base64
import secrets
import sys
from typing import Any

from review_gate.cli.common import add_settings, settings_of

SCOPES = ("submit", "check", "read", "admin")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("key", help="create, list and revoke API keys")
    commands = parser.add_subparsers(required=True, metavar="create|list|revoke|webhook")

    create = commands.add_parser("create", help="make a key and print it: it cannot be shown again")
    create.add_argument("--name", required=True, help="whose key it is; drafts without an author carry this name")
    create.add_argument("--scope", required=True, action="append", choices=SCOPES, help="what it may do (repeatable)")
    listing = commands.add_parser("list", help="the keys, without the keys themselves")
    revoke = commands.add_parser("revoke", help="make a key useless at once")
    revoke.add_argument("--name", required=True)
    webhook = commands.add_parser("webhook", help="print a new REVIEW_GATE_WEBHOOK_SECRET")
    for command, run in ((create, run_create), (listing, run_list), (revoke, run_revoke), (webhook, run_webhook)):
        add_settings(command, "database")
        command.set_defaults(run=run)


def run_create(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.clock import utc_now, uuid7
    from review_gate.adapters.stores import open_store
    from review_gate.web.auth import make_key, new_key

    key = new_key()
    store = open_store(settings_of(arguments).database)
    try:
        store.add_key(make_key(arguments.name, frozenset(arguments.scope), key, uuid7(), utc_now()))
    except ValueError as error:
        print(f"{error}. Revoke it first, or take another name.", file=sys.stderr)
        return 1
    finally:
        store.close()
    print(key)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.stores import open_store

    store = open_store(settings_of(arguments).database)
    try:
        for key in store.keys():  # noqa: SIM118 - not a dict
            state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "active"
            print(f"{key.name}\t{','.join(sorted(key.scopes))}\tcreated {key.created_at:%Y-%m-%d %H:%M}\t{state}")
    finally:
        store.close()
    return 0


def run_revoke(arguments: argparse.Namespace) -> int:
    from review_gate.adapters.clock import utc_now
    from review_gate.adapters.stores import open_store

    store = open_store(settings_of(arguments).database)
    try:
        if store.revoke_key(arguments.name, utc_now()):
            return 0
    finally:
        store.close()
    print(f"There is no active key named '{arguments.name}': see `review-gate key list`.", file=sys.stderr)
    return 1


def run_webhook(arguments: argparse.Namespace) -> int:
    print("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
    return 0
