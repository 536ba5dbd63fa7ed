"""Where the service finds its settings: a file, the environment, the command line; the last one holds."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from review_gate.domain.message import LANGUAGES, Message
from review_gate.settings.outlets import VARIABLE, variable_of
from review_gate.settings.settings import Settings
from review_gate.settings.words import not_toml, not_utf8, problems

log = logging.getLogger(__name__)

FILE = "review-gate.toml"
PREFIX = "REVIEW_GATE_"

OF_THE_CLIENT = frozenset({"REVIEW_GATE_URL", "REVIEW_GATE_API_KEY"})
"""What the Python client reads (review_gate.client): whoever tries it has them set while calling commands."""
SLACK_VARIABLES = {
    "SLACK_BOT_TOKEN": "slack_bot_token",
    "SLACK_SIGNING_SECRET": "slack_signing_secret",
    "SLACK_APP_TOKEN": "slack_app_token",
    "SLACK_CLIENT_ID": "slack_client_id",
    "SLACK_CLIENT_SECRET": "slack_client_secret",
}


class SettingsError(Exception):
    """A setting that cannot be used; `message` says which one, where it stands and what to write."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


def spoken(flag: str | None = None, environ: Mapping[str, str] | None = None, file: Path | None = None) -> str:
    """The language of messages where the settings are not read yet, or cannot be: as far as the `flag`, the
    environment or the file tells."""
    environ = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        found = tomllib.loads((file or Path(environ.get(PREFIX + "CONFIG", FILE))).read_text(encoding="utf-8"))
    asked = (flag, environ.get(PREFIX + "LANGUAGE"), found.get("language"))
    return next((one for one in asked if one in LANGUAGES), "en")


def load_settings(
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """The settings that hold. Raises SettingsError.

    `flags` whose value is None are taken as not given. Slack's three credentials keep the names that Slack gives them.
    """
    environ = os.environ if environ is None else environ
    path = file or Path(environ.get(PREFIX + "CONFIG", FILE))
    values: dict[str, Any] = {}
    source: dict[str, str] = {}
    if path.is_file():
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            told = not_utf8(error) if isinstance(error, UnicodeDecodeError) else not_toml(error)
            raise SettingsError(Message(f"{path}: {told.en}", f"{path} : {told.fr}")) from error
        values.update(_with_secrets(found, environ, path))
        source.update(dict.fromkeys(found, str(path)))
    elif file is not None or PREFIX + "CONFIG" in environ:
        raise SettingsError(
            Message(f"{path}: there is no such settings file", f"{path} : ce fichier de réglages n'existe pas")
        )
    for variable, value in environ.items():
        name = SLACK_VARIABLES.get(variable)
        if variable.startswith(VARIABLE):  # an outlet's secret
            continue
        if name is None and variable.startswith(PREFIX) and variable != PREFIX + "CONFIG":
            name = variable.removeprefix(PREFIX).lower()
            if variable in OF_THE_CLIENT:
                continue
            if name not in Settings.model_fields:  # another program's, or a slip: say so, and go on
                log.warning("%s is no setting of Review Gate: it was ignored", variable)
                name = None
        if name is not None and value != "":
            values[name], source[name] = value, variable
    for name, flag in (flags or {}).items():
        if flag is not None:
            values[name], source[name] = flag, "--" + name.replace("_", "-")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        lines = list(_lines(error, source))
        raise SettingsError(Message("\n".join(one.en for one in lines), "\n".join(one.fr for one in lines))) from error


def _with_secrets(found: Mapping[str, Any], environ: Mapping[str, str], path: Path) -> dict[str, Any]:
    """What the file says, with each outlet's secret from the environment. Raises SettingsError for one in the file."""
    outlets = found.get("publish", [])
    if not isinstance(outlets, list) or not all(isinstance(one, dict) for one in outlets):
        return dict(found)
    filled = []
    for one in outlets:
        variable = variable_of(str(one.get("name", "")))
        if "secret" in one:
            raise SettingsError(
                Message(
                    f"{path}: a secret does not belong into this file: put it into {variable}",
                    f"{path} : un secret n'a pas sa place dans ce fichier : mettez-le dans {variable}",
                )
            )
        filled.append({**one, "secret": environ.get(variable) or None})
    return {**found, "publish": filled} if filled else dict(found)


def _lines(error: ValidationError, source: Mapping[str, str]) -> Iterator[Message]:
    for place, kind, told in problems(error):
        name = str(place[0]) if place else ""
        where = source.get(name, name)
        if kind == "extra_forbidden" and len(place) == 1:
            known = ", ".join(sorted(Settings.model_fields))
            yield Message(
                f"{where}: there is no setting '{name}'. Known: {known}",
                f"{where} : le réglage « {name} » n'existe pas. Réglages connus : {known}",
            )
        else:
            inside = ".".join(str(part) for part in place) if name == "publish" else ""
            en, fr = (f"{inside}: ", f"{inside} : ") if inside else ("", "")
            yield Message(f"{where or 'settings'}: {en}{told.en}", f"{where or 'réglages'} : {fr}{told.fr}")
