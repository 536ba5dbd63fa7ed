"""What is wrong in a file or a variable, in both languages: pydantic and the parsers speak English alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from review_gate.domain.message import Message


class Unfit(ValueError):
    """A value that cannot be used; `message` says why."""

    def __init__(self, en: str, fr: str) -> None:
        super().__init__(en)
        self.message = Message(en, fr)


WHOLE, NUMBER, YES_NO = "un nombre entier est attendu", "un nombre est attendu", "true ou false est attendu"
LIST, TABLE, DATE = "une liste est attendue", "des paires clé et valeur sont attendues", "une date est attendue"
CHOICE = "valeurs possibles : {expected}"

FRENCH: Mapping[str, str] = {
    "missing": "ce champ est obligatoire",
    "extra_forbidden": "ce champ n'existe pas",
    "string_type": "un texte est attendu",
    "string_pattern_mismatch": "n'a pas la forme attendue, {pattern}",
    "string_too_short": "trop court, longueur minimale : {min_length}",
    "string_too_long": "trop long, longueur maximale : {max_length}",
    "too_short": "trop peu de valeurs, minimum : {min_length}",
    "too_long": "trop de valeurs, maximum : {max_length}",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "bool_type": YES_NO,
    "bool_parsing": YES_NO,
    "greater_than": "doit être supérieur à {gt}",
    "greater_than_equal": "doit être supérieur ou égal à {ge}",
    "less_than": "doit être inférieur à {lt}",
    "less_than_equal": "doit être inférieur ou égal à {le}",
    "literal_error": CHOICE,
    "enum": CHOICE,
    "tuple_type": LIST,
    "list_type": LIST,
    "set_type": LIST,
    "frozen_set_type": LIST,
    "dict_type": TABLE,
    "model_type": TABLE,
    "model_attributes_type": TABLE,
    "date_type": DATE,
    "date_from_datetime_parsing": DATE,
    "path_type": "un chemin de fichier est attendu",
    "union_tag_invalid": "« {tag} » est inconnu ici, valeurs possibles : {expected_tags}",
    "union_tag_not_found": "il manque {discriminator}",
}
"""Pydantic's own errors, by their type."""


def problems(error: ValidationError) -> Iterator[tuple[tuple[int | str, ...], str, Message]]:
    """Where each one is, its type, and what is wrong there."""
    for one in error.errors(include_input=False, include_url=False):
        yield one["loc"], one["type"], _told(one)


def _told(problem: ErrorDetails) -> Message:
    context = problem.get("ctx", {})
    if isinstance(own := context.get("error"), Unfit):
        return own.message
    known = FRENCH.get(problem["type"])
    if known is None:
        return Message(problem["msg"], f"valeur refusée ({problem['msg']})")
    return Message(problem["msg"], known.format(**{name: _in_french(value) for name, value in context.items()}))


def _in_french(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.12g}".replace(".", ",")
    return str(value).replace(" or ", " ou ")  # 'a' or 'b', as pydantic lists choices


def not_utf8(error: UnicodeDecodeError) -> Message:
    return Message(f"not UTF-8: byte {error.start}", f"pas de l'UTF-8 : octet {error.start}")


def not_toml(error: ValueError) -> Message:
    """With the place that the parser names, at the end of its sentence."""
    said = str(error)
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", said)
    if found is None:
        return Message(f"not TOML: {said}", f"pas du TOML : {said}")
    what, line, column = found.groups()
    return Message(f"not TOML: {said}", f"pas du TOML, ligne {line}, colonne {column} : {what}")
