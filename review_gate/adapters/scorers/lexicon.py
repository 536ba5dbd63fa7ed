"""Patterns from the package's data files, read once: what a customer's message or a reply is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2
import yaml

from review_gate.signals.normalise import fold

DATA = Path(__file__).parent.parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Found:
    """The first words that a pattern found, in the plain view of the text."""

    words: str


class Patterns:
    """Some patterns of several languages as one, in RE2: it reads a text once, however many alternatives there are."""

    def __init__(self, by_lang: Mapping[str, Any], person: Mapping[str, str] | None = None) -> None:
        every = [
            pattern.replace("{person}", (person or {}).get(lang, "{person}"))
            for lang, patterns in by_lang.items()
            for pattern in patterns
        ]
        self._pattern = re2.compile("|".join(f"(?:{pattern})" for pattern in every))

    def find(self, text: str) -> Found | None:
        """`text` is folded (see signals.normalise.fold)."""
        match = self._pattern.search(text)
        return Found(match.group()) if match else None

    def without(self, text: str) -> str:
        """`text` with what the patterns find taken out."""
        return str(self._pattern.sub(" ", text))


@dataclass(frozen=True, slots=True)
class DistressLexicon:
    """The kinds of distress and what sounds like it and is harmless."""

    kinds: Mapping[str, Patterns]
    harmless: Patterns

    def read(self, message: str) -> dict[str, str]:
        """Kind of distress -> the words that tell of it."""
        plain = self.harmless.without(fold(message))
        found = {kind: patterns.find(plain) for kind, patterns in self.kinds.items()}
        return {kind: hit.words.strip() for kind, hit in found.items() if hit is not None}


@dataclass(frozen=True, slots=True)
class ToneLexicon:
    """What customers and replies sound like."""

    customer: Mapping[str, Patterns]
    reply: Mapping[str, Patterns]

    def of_customer(self, message: str) -> dict[str, str]:
        """Mood of the customer -> the words that tell of it."""
        return _all(self.customer, message)

    def of_reply(self, text: str) -> dict[str, str]:
        """Quality of the reply -> the words that tell of it."""
        return _all(self.reply, text)


def _all(every: Mapping[str, Patterns], text: str) -> dict[str, str]:
    plain = fold(text)
    found = {name: patterns.find(plain) for name, patterns in every.items()}
    return {name: hit.words.strip() for name, hit in found.items() if hit is not None}


@cache
def distress_lexicon() -> DistressLexicon:
    """From data/distress.yml."""
    read = yaml.safe_load((DATA / "distress.yml").read_text(encoding="utf-8"))
    kinds = {kind: Patterns(by_lang, read["person"]) for kind, by_lang in read["kinds"].items()}
    return DistressLexicon(kinds, Patterns(read["harmless"], read["person"]))


@cache
def tone_lexicon() -> ToneLexicon:
    """From data/tone.yml."""
    read = yaml.safe_load((DATA / "tone.yml").read_text(encoding="utf-8"))
    return ToneLexicon(
        {name: Patterns(by_lang) for name, by_lang in read["customer"].items()},
        {name: Patterns(by_lang) for name, by_lang in read["reply"].items()},
    )
