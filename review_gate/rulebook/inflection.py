"""The endings that a plain term also matches with: few, regular, written down in docs/writing-rules.md.

No dictionary: a rule's writer can tell from the term alone what it matches. Irregular forms are terms of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from review_gate.signals.normalise import fold

_VOWELS = "aeiouyàâéèêëîïôöùûüáíóúãõ"


_FEMININE = (
    ("teur", ("teuse", "trice"), 5),
    ("eur", ("euse",), 4),
    ("eux", ("euse",), 4),
    ("ien", ("ienne",), 5),
    ("if", ("ive",), 4),
    ("el", ("elle",), 6),
    ("er", ("ère",), 6),
)
"""A French ending, its feminine ones, and from how many letters on: *mer* is not *mère*."""


def _french(word: str) -> set[str]:
    forms = {word}
    for ending, feminine, letters in _FEMININE:
        if word.endswith(ending) and len(word) >= letters:
            forms |= {word.removesuffix(ending) + other + plural for other in feminine for plural in ("", "s")}
            break
    if word.endswith("al"):
        forms |= {word[:-2] + "aux"}
    elif word.endswith(("eau", "eu", "au")):
        forms |= {word + "x"}
    elif not word.endswith(("s", "x", "z")):
        forms |= {word + "s"}
    if len(word) >= 4 and not word.endswith(("e", "a", "i", "o", "u", "y", "x", "z")):
        forms |= {word + "e", word + "es"}
    return forms


def _english(word: str) -> set[str]:
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return {word, word[:-1] + "ies"}
    return {word, word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")}


def _spanish(word: str) -> set[str]:
    return {word, word + ("s" if word[-1] in _VOWELS else "es")}


def _portuguese(word: str) -> set[str]:
    return {word, word[:-2] + "ões"} if word.endswith("ão") else _spanish(word)


def _german(word: str) -> set[str]:
    return {word} | {word + ending for ending in ("e", "en", "n", "er", "s", "es", "em")}


def _italian(word: str) -> set[str]:
    last = {"o": "oiae", "a": "aeio", "e": "ei"}.get(word[-1], "")
    return {word} | {word[:-1] + vowel for vowel in last}


def _dutch(word: str) -> set[str]:
    return {word, word + "s", word + "en", word + "e"}


_BY_LANGUAGE = {
    "fr": _french,
    "en": _english,
    "es": _spanish,
    "pt": _portuguese,
    "de": _german,
    "it": _italian,
    "nl": _dutch,
}

INCLUSIVE = (
    r"(?:[·•‧∙.\-](?:e|x|s|es|le|les|ne|nes|se|ses|te|tes|ve|ves|re|res|ere|eres|ice|ices|rice|rices|trice|trices"
    r"|euse|euses)(?![^\W_]))+|\((?:e|le|ne|se|te|trice|rice|euse|s|es)\)(?:\(?s\)?)?(?![^\W_])"
)
"""What may follow a French word written for everybody: étudiant·e·s, acteur.rice, employé(e)s."""


def forms(word: str, languages: Iterable[str]) -> frozenset[str]:
    """`word` (not empty) with the endings of each of the languages, folded. A word with a digit has only itself."""
    word = word.lower()
    found = {word}
    if re.search(r"[^\W\d_]", word) and not re.search(r"\d", word):
        for language in languages:
            endings = _BY_LANGUAGE.get(language)
            if endings:
                found |= endings(word)
    return frozenset(fold(form) for form in found)
