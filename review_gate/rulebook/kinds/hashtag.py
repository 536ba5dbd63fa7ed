"""Hashtags, handles and site names: whose they are, and what else they can be read as."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.domain.message import Message
from review_gate.rulebook.fields import Fields
from review_gate.rulebook.inflection import forms
from review_gate.rulebook.scene import Find, View
from review_gate.rulebook.segment import best_reading, hidden, spelled_out
from review_gate.rulebook.terms import TermList
from review_gate.signals.normalise import fold

_PLACES = {
    "hashtag": re.compile(r"(?<![\w&/])[#＃]([^\W_]\w{2,99})"),
    "handle": re.compile(r"(?<![\w.@/])[@＠]([^\W_]\w{2,63})"),
    "link": re.compile(
        r"(?<![\w.@\-])(?:https?://)?(?:www\.)?([a-z][a-z0-9\-]{2,60})\.[a-z]{2,10}(?![\w])", re.IGNORECASE
    ),
}


@dataclass(frozen=True)
class Hashtag:
    """Hits a tag, in the text or in its media, that is one of `tags` (a * at the end: that begins so), or in which one
    of the words `hidden` can be read. `beside`: only when one of these terms is in the text too. For a hidden word the
    suggestion is how to write the tag so that it reads in one way only."""

    word: ClassVar[str] = "hashtag"

    tags: frozenset[str]
    prefixes: tuple[str, ...]
    hidden: tuple[str, ...]
    places: tuple[str, ...]
    beside: TermList | None

    @property
    def fills(self) -> frozenset[str]:
        more = {"hidden": self.hidden, "a": self.beside}
        return frozenset({"found", "tag", "reading", *(name for name, there in more.items() if there)})

    @property
    def triggers(self) -> tuple[TermList, ...] | None:
        return (self.beside,) if self.beside is not None else None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        tags = [fold(tag.lstrip("#@")) for tag, _ in fields.texts("tags")]
        words: set[str] = set()
        for word, node in fields.texts("hidden"):
            if not word.isalpha() or len(word) < 3:
                fields.source.error(
                    node,
                    Message(
                        f"'{word}' cannot be looked for inside a tag",
                        f"« {word} » ne peut pas être cherché dans un hashtag",
                    ),
                    Message("one word of three letters or more", "un seul mot de trois lettres ou plus"),
                )
                continue
            words |= forms(word, fields.spelling.languages) if fields.spelling.inflect else {fold(word)}
        if not tags and not words:
            fields.error(
                "kind",
                Message(
                    "a rule about hashtags needs 'tags' (whole ones) or 'hidden' (words in them)",
                    "une règle sur les hashtags demande « tags » (entiers) ou « hidden » (des mots dedans)",
                ),
            )
        return cls(
            tags=frozenset(tag for tag in tags if not tag.endswith("*")),
            prefixes=tuple(tag.rstrip("*") for tag in tags if tag.endswith("*")),
            hidden=tuple(sorted(words)),
            places=tuple(sorted(fields.words("in", _PLACES) or {"hashtag"})),
            beside=fields.terms("with", also_patterns=False),
        )

    def find(self, view: View) -> list[Find]:
        beside = view.matches(self.beside)
        if self.beside is not None and not beside:
            return []
        other = beside[0].found if beside else ""
        finds = []
        for place in self.places:
            for match in _PLACES[place].finditer(view.scene.reading.text):
                tag, shown = match.group(1), match.group().strip()
                plain = fold(tag.replace("_", "").replace("-", ""))
                if view.excepts(match.span()):
                    continue
                if plain in self.tags or any(plain.startswith(prefix) for prefix in self.prefixes):
                    fills = {"tag": shown, "reading": str(best_reading(plain)), "hidden": "", "a": other}
                    finds.append(Find(match.span(), shown, fills))
                    continue
                finds += self._hidden(tag.replace("-", "_"), plain, match, other)
        return finds

    def _hidden(self, tag: str, plain: str, match: re.Match[str], other: str) -> list[Find]:
        for word in self.hidden:
            if word not in plain:
                continue
            reading = hidden(tag, word)
            if reading is None:
                continue
            fills = {"tag": match.group(), "reading": str(reading), "hidden": word, "a": other}
            meant = best_reading(plain)
            clear = match.group()[: match.group().find(tag[:1])] + spelled_out(meant)
            advice = None
            if word not in meant.words:
                advice = Message(
                    f"If you mean “{meant}”, write it as {clear}.", f"Si vous voulez dire « {meant} », écrivez {clear}."
                )
            return [Find(match.span(), match.group(), fills, advice)]
        return []
