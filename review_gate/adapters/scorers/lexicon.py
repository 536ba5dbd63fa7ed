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
        self.pattern = "|".join(f"(?:{pattern})" for pattern in every)
        self._compiled = re2.compile(self.pattern)

    def find(self, text: str) -> Found | None:
        """`text` is folded (see signals.normalise.fold)."""
        match = self._compiled.search(text)
        return Found(match.group()) if match else None

    def without(self, text: str) -> str:
        """`text` with what the patterns find taken out."""
        return str(self._compiled.sub(" ", text))


class Lexicon:
    """Patterns under several names, asked for together: most texts hold none of them."""

    def __init__(self, patterns: Mapping[str, Patterns]) -> None:
        self._patterns = tuple(patterns.items())
        self._any = re2.Set.SearchSet()
        for _, one in self._patterns:
            self._any.Add(one.pattern)
        self._any.Add("")  # always there: without it the set has given up, and each pattern is asked by itself
        self._any.Compile()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self._patterns)

    def read(self, text: str) -> dict[str, str]:
        """Name -> the words in `text` (folded) that tell of it, in the order of the data file."""
        there = set(self._any.Match(text))
        asked = self._patterns
        if len(self._patterns) in there:
            asked = tuple(one for number, one in enumerate(self._patterns) if number in there)
        found = {name: patterns.find(text) for name, patterns in asked}
        return {name: hit.words.strip() for name, hit in found.items() if hit is not None}


@dataclass(frozen=True, slots=True)
class DistressLexicon:
    """The kinds of distress and what sounds like it and is harmless."""

    kinds: Lexicon
    harmless: Patterns

    def read(self, message: str) -> dict[str, str]:
        """Kind of distress -> the words that tell of it."""
        return self.kinds.read(self.harmless.without(fold(message)))


@dataclass(frozen=True, slots=True)
class ToneLexicon:
    """What customers and replies sound like."""

    customer: Lexicon
    reply: Lexicon

    def of_customer(self, message: str) -> dict[str, str]:
        """Mood of the customer -> the words that tell of it."""
        return self.customer.read(fold(message))

    def of_reply(self, text: str) -> dict[str, str]:
        """Quality of the reply -> the words that tell of it."""
        return self.reply.read(fold(text))


@cache
def distress_lexicon() -> DistressLexicon:
    """From data/distress.yml."""
    read = yaml.safe_load((DATA / "distress.yml").read_text(encoding="utf-8"))
    kinds = {kind: Patterns(by_lang, read["person"]) for kind, by_lang in read["kinds"].items()}
    return DistressLexicon(Lexicon(kinds), Patterns(read["harmless"], read["person"]))


@cache
def tone_lexicon() -> ToneLexicon:
    """From data/tone.yml."""
    read = yaml.safe_load((DATA / "tone.yml").read_text(encoding="utf-8"))
    return ToneLexicon(
        Lexicon({name: Patterns(by_lang) for name, by_lang in read["customer"].items()}),
        Lexicon({name: Patterns(by_lang) for name, by_lang in read["reply"].items()}),
    )
