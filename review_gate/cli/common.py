"""What the commands share: the flags for settings, reading them, and speaking their language."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from review_gate.domain.message import Message
from review_gate.settings import Settings, load_settings

FLAGS = ("database", "host", "port", "workers", "rules", "policy", "language")


class Ended(Exception):
    """The command ends with this exit status: what is wrong was said."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def add_settings(parser: argparse.ArgumentParser, *names: str) -> None:
    """The flags for the settings in `names`, of those in FLAGS; --config always."""
    parser.add_argument("--config", type=Path, help="settings file (default review-gate.toml, where there is one)")
    if "database" in names:
        parser.add_argument("--database", help="sqlite:PATH or postgresql://… (default sqlite:var/gate.db)")
    if "host" in names:
        parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    if "port" in names:
        parser.add_argument("--port", type=int, help="port to listen on (default 8080)")
    if "workers" in names:
        parser.add_argument("--workers", type=int, help="web processes (default 2)")
    if "rules" in names:
        parser.add_argument("--rules", type=Path, help="folder of the rule packs (default rules)")
    if "policy" in names:
        parser.add_argument("--policy", type=Path, help="policy file (default: the one that came with the program)")
    if "language" in names:
        parser.add_argument("--language", choices=("en", "fr"), help="language of the messages (default en)")


def settings_of(arguments: argparse.Namespace, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that hold for this call, in `environ` (default the process's own). Raises SettingsError."""
    flags = {name: getattr(arguments, name, None) for name in FLAGS}
    return load_settings(flags, environ, arguments.config)


def login() -> str:
    """Who runs the command, for the record: their login; their number in a container whose user has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # which of the two goes by the version of Python
        return f"uid {os.getuid()}"


def tell(settings: Settings, en: str, fr: str) -> None:
    """Says it in the language of the settings, on standard error: standard output is for what was asked for."""
    print(Message(en, fr).in_(settings.language), file=sys.stderr)


def reason(error: Exception) -> Message:
    """What an error says: what comes from a library is English in both."""
    message = getattr(error, "message", None)
    return message if isinstance(message, Message) else Message(str(error), str(error))


def counted(number: int, *words: str) -> str:
    """The number and its French words, which take an s from two on: 0 modèle, 2 modèles expirés."""
    s = "s" if number > 1 else ""
    return " ".join((str(number), *(word + s for word in words)))
