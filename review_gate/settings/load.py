"""Where the service finds its settings: a file, the environment, the command line; the last one holds."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from review_gate.settings.outlets import VARIABLE, variable_of
from review_gate.settings.settings import Settings

log = logging.getLogger(__name__)

FILE = "review-gate.toml"
PREFIX = "REVIEW_GATE_"

SLACK_VARIABLES = {
    "SLACK_BOT_TOKEN": "slack_bot_token",
    "SLACK_SIGNING_SECRET": "slack_signing_secret",
    "SLACK_APP_TOKEN": "slack_app_token",
    "SLACK_CLIENT_ID": "slack_client_id",
    "SLACK_CLIENT_SECRET": "slack_client_secret",
}


class SettingsError(Exception):
    """A setting that cannot be used; the text says which one, where it stands and what to write."""


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
            raise SettingsError(f"{path}: {error}") from error
        values.update(_with_secrets(found, environ, path))
        source.update(dict.fromkeys(found, str(path)))
    elif file is not None or PREFIX + "CONFIG" in environ:
        raise SettingsError(f"{path}: there is no such settings file")
    for variable, value in environ.items():
        name = SLACK_VARIABLES.get(variable)
        if variable.startswith(VARIABLE):  # an outlet's secret
            continue
        if name is None and variable.startswith(PREFIX) and variable != PREFIX + "CONFIG":
            name = variable.removeprefix(PREFIX).lower()
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
        raise SettingsError("\n".join(_lines(error, source))) from error


def _with_secrets(found: Mapping[str, Any], environ: Mapping[str, str], path: Path) -> dict[str, Any]:
    """What the file says, with each outlet's secret from the environment. Raises SettingsError for one in the file."""
    outlets = found.get("publish", [])
    if not isinstance(outlets, list) or not all(isinstance(one, dict) for one in outlets):
        return dict(found)
    filled = []
    for one in outlets:
        variable = variable_of(str(one.get("name", "")))
        if "secret" in one:
            raise SettingsError(f"{path}: a secret does not belong into this file: put it into {variable}")
        filled.append({**one, "secret": environ.get(variable) or None})
    return {**found, "publish": filled} if filled else dict(found)


def _lines(error: ValidationError, source: Mapping[str, str]) -> list[str]:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        if problem["type"] == "extra_forbidden" and len(problem["loc"]) == 1:
            known = ", ".join(sorted(Settings.model_fields))
            lines.append(f"{source.get(name, name)}: there is no setting '{name}'. Known: {known}")
        else:
            where = ".".join(str(part) for part in problem["loc"]) + ": " if name == "publish" else ""
            lines.append(f"{source.get(name, name)}: {where}{problem['msg']}")
    return lines
