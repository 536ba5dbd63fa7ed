"""Reads the texts that bots may send while a person takes over, and the help lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from review_gate.domain.holding import HelpLine, Holding
from review_gate.settings.yaml_file import read_yaml

HOLDING_FILE = Path(__file__).parent.parent / "data" / "holding.yml"

Lang = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Words = Annotated[str, Field(min_length=1, max_length=1000)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str
    market: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    number: str
    text: dict[Lang, Words]
    source: Annotated[str, Field(pattern=r"^https://")]
    checked: date


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    texts: dict[str, dict[Lang, Words]]
    help_lines: tuple[_Line, ...] = ()


def load_holding(path: Path = HOLDING_FILE) -> Holding:
    """The texts and help lines in `path` (YAML). Raises PolicyError."""
    found = read_yaml(path, _File)
    return Holding(found.texts, tuple(HelpLine(**line.model_dump()) for line in found.help_lines))
