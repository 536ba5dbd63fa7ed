"""`review-gate slack manifest`: prints the app manifest for Slack."""

from __future__ import annotations

import argparse
import json
from typing import Any
from urllib.parse import urlsplit

from review_gate.cli.common import add_settings, settings_of, tell
from review_gate.cli.usage import said


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("slack", help=said("set up the Slack app", "met en place l'application Slack"))
    commands = parser.add_subparsers(dest="slack_command", required=True, metavar=said("COMMAND", "COMMANDE"))
    printed = commands.add_parser(
        "manifest",
        help=said("print the app manifest (JSON)", "affiche le manifeste de l'application (JSON)"),
        description=said(
            "Paste it at api.slack.com/apps, 'Create New App', 'From a manifest'.",
            "À coller sur api.slack.com/apps, « Create New App », « From a manifest ».",
        ),
    )
    printed.add_argument(
        "--url",
        help=said(
            "public https address of the service; without one (and without public_url in the settings) "
            "Slack is reached by Socket Mode, which needs no address but SLACK_APP_TOKEN",
            "adresse https publique du service ; sans elle (et sans public_url dans les réglages), Slack "
            "passe par le mode Socket, qui se contente de SLACK_APP_TOKEN",
        ),
    )
    printed.add_argument(
        "--oauth",
        action="store_true",
        help=said(
            "for several workspaces or an Enterprise Grid organisation (needs --url)",
            "pour plusieurs espaces de travail ou une organisation Enterprise Grid (demande --url)",
        ),
    )
    add_settings(printed, "language")
    printed.set_defaults(run=run_manifest)


def run_manifest(arguments: argparse.Namespace) -> int:
    """Exit status 2 for an address that Slack could not reach."""
    from review_gate.slack.manifest import manifest

    settings = settings_of(arguments)
    url = arguments.url or settings.public_url
    if url is not None and (urlsplit(url).scheme != "https" or not urlsplit(url).netloc):
        tell(
            settings,
            f"--url: '{url}' is no address that Slack can reach: write it as https://gate.example.com",
            f"--url : « {url} » n'est pas une adresse que Slack peut joindre : écrivez-la comme https://gate.example.com",
        )
        return 2
    several = bool(settings.slack_client_id) or arguments.oauth
    if several and url is None:
        tell(
            settings,
            "--oauth: Slack leads people back to the service, so it needs --url https://…",
            "--oauth : Slack ramène les gens vers le service, il faut donc --url https://…",
        )
        return 2
    made = manifest(url, settings.language, several=several)
    print(json.dumps(made, indent=2, ensure_ascii=False))
    return 0
