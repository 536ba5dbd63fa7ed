"""What the commands share: the flags for settings, reading them, and speaking their language."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from review_gate.cli.usage import said
from review_gate.domain.message import LANGUAGES, Message
from review_gate.settings import Settings, load_settings

FLAGS: Mapping[str, tuple[type, str, str]] = {
    "database": (
        str,
        "sqlite:PATH or postgresql://… (default sqlite:var/gate.db)",
        "sqlite:CHEMIN ou postgresql://… (par défaut sqlite:var/gate.db)",
    ),
    "host": (str, "address to listen on (default 127.0.0.1)", "adresse d'écoute (par défaut 127.0.0.1)"),
    "port": (int, "port to listen on (default 8080)", "port d'écoute (par défaut 8080)"),
    "workers": (int, "web processes (default 2)", "processus web (par défaut 2)"),
    "rules": (Path, "folder of the rule packs (default rules)", "dossier des packs de règles (par défaut rules)"),
    "policy": (
        Path,
        "policy file (default: the one that came with the program)",
        "fichier de politique (par défaut : celui livré avec le programme)",
    ),
    "language": (
        str,
        "language of the messages and of the help (default en)",
        "langue des messages et de l'aide (par défaut en)",
    ),
}
"""Settings that have a flag: the type of the value, and what the help says in English and in French."""


class Ended(Exception):
    """The command ends with this exit status: what is wrong was said."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def add_settings(parser: argparse.ArgumentParser, *names: str) -> None:
    """The flags for the settings in `names`, of those in FLAGS; --config always."""
    file = said(
        "settings file (default review-gate.toml, where there is one)",
        "fichier de réglages (par défaut review-gate.toml, s'il existe)",
    )
    parser.add_argument("--config", type=Path, help=file)
    for name, (kind, en, fr) in FLAGS.items():
        if name in names:
            choices = LANGUAGES if name == "language" else None
            parser.add_argument(f"--{name}", type=kind, choices=choices, help=said(en, fr))


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
