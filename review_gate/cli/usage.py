"""The help of the command line in French: argparse's own words, which it looks up by gettext (this is the catalogue),
and ours, which stand in both languages where an option is added."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from review_gate.domain.message import Message

_LANGUAGE = ContextVar("language", default="en")

FRENCH: Mapping[str, str] = {
    "usage: ": "utilisation : ",
    "positional arguments": "arguments",
    "options": "options",
    "show this help message and exit": "affiche cette aide",
    "%(prog)s: error: %(message)s\n": "%(prog)s : erreur : %(message)s\n",
    "argument %(argument_name)s: %(message)s": "argument %(argument_name)s : %(message)s",
    "the following arguments are required: %s": "il manque : %s",
    "one of the arguments %s is required": "il faut l'un de ces arguments : %s",
    "unrecognized arguments: %s": "arguments inconnus : %s",
    "not allowed with argument %s": "ne va pas avec l'argument %s",
    "ambiguous option: %(option)s could match %(matches)s": "option ambiguë : %(option)s peut être %(matches)s",
    "ignored explicit argument %r": "ne prend pas de valeur : %r",
    "invalid %(type)s value: %(value)r": "valeur incorrecte (type attendu : %(type)s) : %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)": "valeur inconnue : %(value)r (au choix : %(choices)s)",
    "expected one argument": "il faut une valeur",
    "expected at least one argument": "il faut au moins une valeur",
    "expected at most one argument": "une valeur au plus",
    "expected %s argument": "il faut %s valeur",
    "expected %s arguments": "il faut %s valeurs",
}


@contextmanager
def usage_in(language: str) -> Iterator[None]:
    """Within the block argparse and the parsers made there speak `language`; what the catalogue lacks stays English."""
    if language != "fr":
        yield
        return
    outside = _LANGUAGE.set(language)
    before = {name: getattr(argparse, name) for name in ("_", "ngettext")}

    def look_up(text: str) -> str:
        return FRENCH.get(text, text)

    def look_up_number(one: str, more: str, number: int) -> str:
        return look_up(one if number < 2 else more)

    argparse.__dict__.update(_=look_up, ngettext=look_up_number)
    try:
        yield
    finally:
        argparse.__dict__.update(before)
        _LANGUAGE.reset(outside)


def said(en: str, fr: str) -> str:
    """A help text in the language of the parser that is being made (see usage_in)."""
    return Message(en, fr).in_(_LANGUAGE.get())
