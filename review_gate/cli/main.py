"""Parses the command line and calls the command's module."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from itertools import pairwise

from review_gate import __version__, logs
from review_gate.cli import (
    audit,
    backup,
    bot,
    check,
    demo,
    doctor,
    drill,
    erase,
    exporting,
    importing,
    key,
    migrate,
    model,
    outbox,
    rescreen,
    rules,
    serve,
    slack,
    templates,
    user,
)
from review_gate.cli.common import FLAGS, Ended
from review_gate.cli.usage import said, usage_in
from review_gate.domain.message import LANGUAGES
from review_gate.ports import Misconfigured, StoreError
from review_gate.settings import PolicyError, SettingsError, spoken
from review_gate.threads import one_thread

SERVICES = ("serve", "web", "work")
COMMANDS = (
    serve,
    check,
    key,
    user,
    bot,
    templates,
    rules,
    rescreen,
    outbox,
    audit,
    erase,
    backup,
    migrate,
    importing,
    exporting,
    model,
    doctor,
    slack,
    drill,
    demo,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Answers its exit status: 0 done, 1 something is wrong with what was given, 2 wrong usage."""
    given = sys.argv[1:] if arguments is None else arguments
    one_thread()
    with usage_in(spoken(_flag(given, "--language"))):
        chosen = _parsed(given)
    logs.set_up("json" if os.environ.get("REVIEW_GATE_LOG") == "json" else "text")  # until the settings are read
    if chosen.command not in SERVICES:  # who waits for a command's answer wants that, and what is wrong
        logging.getLogger().setLevel(logging.WARNING)
    try:
        return int(chosen.run(chosen) or 0)
    except Ended as ended:
        return ended.status
    except (PolicyError, SettingsError, StoreError, Misconfigured) as error:
        language = spoken(getattr(chosen, "language", None), file=getattr(chosen, "config", None))
        print(error.message.in_(language), file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130


def _flag(given: Sequence[str], name: str) -> str | None:
    """The value of a flag in a command line that is not parsed yet."""
    for one, following in pairwise((*given, "")):
        if one == name:
            return following
        if one.startswith(name + "="):
            return one.partition("=")[2]
    return None


def _parsed(given: Sequence[str]) -> argparse.Namespace:
    chosen = usage().parse_args(given)
    chosen.language = getattr(chosen, "language", None) or chosen.spoken  # `--language fr key list` is as good
    return chosen


def usage() -> argparse.ArgumentParser:
    """The whole command line, with its help in the language of usage_in."""
    parser = argparse.ArgumentParser(
        prog="review-gate",
        description=said(
            "Nothing goes out under the brand's name until it has passed the gate.",
            "Rien ne part au nom de la marque sans être passé par le portail.",
        ),
    )
    version = said("show the version and exit", "affiche la version")
    parser.add_argument("--version", action="version", version=f"review-gate {__version__}", help=version)
    _, *language = FLAGS["language"]
    parser.add_argument("--language", choices=LANGUAGES, dest="spoken", help=said(*language))
    subparsers = parser.add_subparsers(dest="command", required=True, metavar=said("COMMAND", "COMMANDE"))
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser
