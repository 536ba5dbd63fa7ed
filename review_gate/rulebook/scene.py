"""What a rule gets to see: the draft, what is in its pictures, the customer's message, and what was found in them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol

from numpy.typing import NDArray

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.domain.picture import file_name
from review_gate.domain.verdict import Span
from review_gate.rulebook.index import Index, Place
from review_gate.rulebook.meaning import judges
from review_gate.rulebook.terms import TermList
from review_gate.signals.normalise import normalise, written
from review_gate.signals.unmask import unmask_view
from review_gate.signals.views import Normalised

Vectors = NDArray[Any]


class Encoder(Protocol):
    """Turns texts into numbers, one row a text."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (n, d): what `similar_to` compares by."""

    def __hash__(self) -> int: ...

    def features(self, texts: Sequence[str]) -> Vectors:
        """Everything known of each text (n, f): what `learned` judges by."""


@lru_cache(maxsize=1024)  # many rules ask about each text, and customers and bots say the same again and again
def judged(encoder: Encoder, of: str, text: str) -> tuple[float, ...]:
    """The shares that the model `of` (see meaning.py) gives its labels for a text."""
    return tuple(judges()[of].shares(encoder.features([text]))[0].tolist())


SHORT = 1000
"""Characters of a text whose reading is worth keeping, at most: 100 bytes each."""


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A term in a text: its place in the text as it was written, and the words there."""

    start: int
    end: int
    found: str
    disguised: bool = False

    @property
    def span(self) -> Span:
        return self.start, self.end

    def overlaps(self, other: Match) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Find:
    """What a kind reports: where (None: not in the text), what, and words for the message's gaps (`named`: those that
    differ by language)."""

    span: Span | None = None
    found: str | None = None
    fills: Mapping[str, str] = field(default_factory=dict)
    suggestion: Message | None = None
    disguised: bool = False
    named: Mapping[str, Message] = field(default_factory=dict)


@dataclass(frozen=True)
class Matcher:
    """All term lists of all rules, ready to be looked for in each view."""

    plain: Index
    written: Index | None
    disguised: Index | None


class Reading:
    """One text and what was found in it. `languages`: whose terms count; none means all."""

    def __init__(self, text: str, matcher: Matcher, languages: frozenset[str]) -> None:
        self.text = text
        self._matcher = matcher
        self._languages = languages

    @cached_property
    def plain(self) -> Normalised:
        return normalise(self.text)

    @cached_property
    def everything(self) -> dict[TermList, list[Match]]:
        """Where the terms of each list are, in order, each place once."""
        found: dict[TermList, list[Match]] = {}
        self._note(found, self.plain, self._matcher.plain.find(self.plain.text), False)
        if self._matcher.written is not None:
            view = written(self.text)
            self._note(found, view, self._matcher.written.find(view.text), False)
        if self._matcher.disguised is not None:
            view = unmask_view(self.plain)
            if view.text != self.plain.text:
                self._note(found, view, self._matcher.disguised.find(view.text), True)
            if "*" in view.text:
                self._note(found, view, self._matcher.disguised.find_masked(view.text), True, masked=True)
        return {terms: _longest(matches) for terms, matches in found.items()}

    def _note(
        self,
        found: dict[TermList, list[Match]],
        view: Normalised,
        places: dict[TermList, list[Place]],
        disguised: bool,
        masked: bool = False,
    ) -> None:
        for terms, hits in places.items():
            for term, start, end in hits:
                if term.languages and self._languages and term.languages.isdisjoint(self._languages):
                    continue
                first, last = view.span(start, end)
                shown = self.text[first:last]
                if disguised and not masked and normalise(shown).text == view.text[start:end]:
                    continue
                found.setdefault(terms, []).append(Match(first, last, shown, disguised))

    def matches(self, terms: TermList | None) -> list[Match]:
        """Where the terms of one list are, in order."""
        return self.everything.get(terms, []) if terms is not None else []

    @cached_property
    def _words(self) -> list[int]:
        return [word.start() for word in re.finditer(r"[^\W_]+", self.text)]

    def words_between(self, one: Match, two: Match) -> int:
        """How many words begin after the end of `one` and before `two`."""
        return bisect_left(self._words, two.start) - bisect_left(self._words, one.end)


_read = lru_cache(maxsize=1024)(Reading)


def read(text: str, matcher: Matcher, languages: frozenset[str]) -> Reading:
    """A reading of `text`. Of short ones the last are kept: bots and customers say the same again and again."""
    return _read(text, matcher, languages) if len(text) <= SHORT else Reading(text, matcher, languages)


def _longest(matches: list[Match]) -> list[Match]:
    """In order; of several that begin at one place or lie in another one, the longest."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.start, -m.end, m.disguised)):
        if kept and match.end <= kept[-1].end:
            continue
        kept.append(match)
    return kept


def file_words(url: str) -> str:
    """The words in the name of a media file: `/2024/summer_sale-final.JPG` says "summer sale final"."""
    name = file_name(url)
    return re.sub(r"[_\-.+\s]+", " ", re.sub(r"\.\w{2,5}$", "", name)).strip()


def screened_text(draft: Draft) -> str:
    """The draft's text and, each on a line of its own after it, what its media say: alt text, file name, and the text
    that was read in a picture."""
    lines = [draft.text]
    for media in draft.media:
        lines += [part for part in (media.alt, file_words(media.url)) if part]
        if media.look is not None and media.look.words:
            lines.append(f"▣ {media.look.words}")  # rules about alt texts look at whole lines: this is none of them
    return "\n\n".join(lines)


class Scene:
    """One draft in front of the rules. Everything is worked out once, and only when a rule asks."""

    def __init__(self, matcher: Matcher, draft: Draft, context: Context, encoder: Encoder | None = None) -> None:
        self.matcher = matcher
        self.draft = draft
        self.context = context
        self.encoder = encoder
        self.languages = frozenset(context.languages)

    @cached_property
    def reading(self) -> Reading:
        """The draft's text with that of its media."""
        return read(screened_text(self.draft), self.matcher, self.languages)

    @cached_property
    def customer(self) -> Reading | None:
        """The customer's message, if the draft answers one."""
        if not self.draft.in_reply_to:
            return None
        spoken = frozenset({self.context.customer_lang}) if self.context.customer_lang else self.languages
        return read(self.draft.in_reply_to, self.matcher, spoken)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The spans of the sentences of the draft's text, then of the whole where it has several."""
        text = self.draft.text
        spans = [m.span() for m in re.finditer(r"[^\s.!?…\n][^.!?…\n]*[.!?…]*", text)]
        kept = [span for span in spans if len(text[span[0] : span[1]].split()) >= 3][:12]
        return [*kept, (0, len(text))] if len(kept) != 1 else kept

    @cached_property
    def vectors(self) -> Vectors | None:
        """One unit vector for each of `sentences`; None without an encoder."""
        if self.encoder is None:
            return None
        return self.encoder.encode([self.draft.text[start:end] for start, end in self.sentences])


class View:
    """A scene as one rule sees it: without the matches that its `except` takes out."""

    def __init__(self, scene: Scene, excepted: TermList | None) -> None:
        self.scene = scene
        self.draft = scene.draft
        self.context = scene.context
        self._excepted = excepted

    def matches(self, terms: TermList | None) -> list[Match]:
        """Where the terms are in the draft (and, after the text's end, in its media), exceptions left out."""
        return self._without(self.scene.reading, self.scene.reading.matches(terms))

    def customer_matches(self, terms: TermList | None) -> list[Match]:
        """Where the terms are in the customer's message, exceptions left out; nothing when there is none."""
        reading = self.scene.customer
        return self._without(reading, reading.matches(terms)) if reading is not None else []

    def excepts(self, span: Span | None) -> bool:
        """Whether this place of the draft overlaps one of the rule's exceptions."""
        if span is None or self._excepted is None:
            return False
        here = Match(*span, "")
        return any(here.overlaps(other) for other in self.scene.reading.matches(self._excepted))

    def _without(self, reading: Reading, matches: list[Match]) -> list[Match]:
        if not matches or self._excepted is None:
            return matches
        out = reading.matches(self._excepted)
        return [match for match in matches if not any(match.overlaps(other) for other in out)] if out else matches
