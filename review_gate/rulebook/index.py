"""All terms of all rules at once: one pass over a text tells which of them are in it, and where.

Words are looked up by the first word of each term, so that the time goes by the length of the text and not by the
number of terms. Patterns are first asked for together (`PatternSet`), then one by one where they may match.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise

import re2

from review_gate.domain.verdict import Span
from review_gate.rulebook.inflection import INCLUSIVE
from review_gate.rulebook.patterns import PatternSet, compiled
from review_gate.rulebook.terms import Term, TermList

MOST = 50
"""Matches of one pattern in one text, at most: a text that is nothing but matches needs no more of them."""

_WORD = re.compile(r"[^\W_]+")
_MASKED = re.compile(r"(?<![^\W_])[^\W\d_][^\W_]{0,20}\*[^\W_*]{0,20}(?:\*{1,20}[^\W_*]{0,20}){0,5}(?![^\W_])")
_JOINTS = "·•‧∙.-("
_INCLUSIVE = re.compile(INCLUSIVE)

Place = tuple[Term, int, int]
"""A term and where it is in the view, start and end."""


class _Entry:
    """A term under one of its first words. Its expression is compiled when that word first turns up: most never do,
    and thousands of them would make a reload slow."""

    __slots__ = ("_regex", "term", "terms")

    def __init__(self, terms: TermList, term: Term) -> None:
        self.terms = terms
        self.term = term
        self._regex: re.Pattern[str] | None = None

    def place(self, text: str, token: re.Match[str]) -> Place | None:
        """Where the term is, if its first word is `token`."""
        term = self.term
        if term.simple:
            return _simple(text, term, token)
        start = token.start()
        if start < term.lead or (term.needs and text.find(term.needs, start, start + term.reach) < 0):
            return None
        if self._regex is None:
            assert term.regex is not None
            self._regex = re.compile(term.regex)
        match = self._regex.match(text, start - term.lead)
        return (term, match.start(), match.end()) if match else None


class Index:
    """The terms of one view. `find` answers, for each list, where its terms are."""

    def __init__(self, lists: Iterable[TermList]) -> None:
        self._words: dict[str, list[_Entry]] = defaultdict(list)
        self._pairs: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
        self._prefixes: dict[str, list[_Entry]] = defaultdict(list)
        self._symbols: list[tuple[TermList, Term, str]] = []
        self._patterns: dict[str, list[tuple[TermList, Term]]] = defaultdict(list)
        for terms in lists:
            for term in terms.terms:
                self._add(terms, term)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._compiled = [(compiled(pattern), owners) for pattern, owners in self._patterns.items()]
        self._set = PatternSet(list(self._patterns)) if self._patterns else None

    def _add(self, terms: TermList, term: Term) -> None:
        if term.pattern is not None:
            self._patterns[term.pattern].append((terms, term))
            return
        assert term.regex is not None
        if not term.keys and not term.prefixes:
            self._symbols.append((terms, term, _unescaped(term.regex)))
            return
        entry = _Entry(terms, term)
        for key in term.keys:
            if not term.seconds:
                self._words[key].append(entry)
            for second in term.seconds:
                self._pairs[key, second].append(entry)
        for prefix in term.prefixes:
            self._prefixes[prefix].append(entry)

    def find(self, text: str) -> dict[TermList, list[Place]]:
        """Where each list's terms are in `text` (a view's text), in no particular order."""
        found: dict[TermList, list[Place]] = defaultdict(list)
        tokens = list(_WORD.finditer(text))
        words = [token.group() for token in tokens]
        for at, token in enumerate(tokens):
            entries = self._words.get(words[at])
            if entries:
                _note(text, token, entries, found)
            if self._lengths:
                self._find_prefixed(text, token, found)
        if self._pairs:
            self._find_pairs(text, tokens, words, found)
        for terms, term, symbol in self._symbols:
            if symbol in text:
                found[terms].extend((term, at, at + len(symbol)) for at in _occurrences(text, symbol))
        if self._set:
            self._find_patterns(text, found)
        return found

    def find_masked(self, text: str) -> dict[TermList, list[Place]]:
        """Words of one's own with stars for some of their letters: `f**k`. At least half of it, and two letters, must
        be there to see, the first of them in its place."""
        found: dict[TermList, list[Place]] = defaultdict(list)
        for token in _MASKED.finditer(text):
            masked = token.group()
            seen = len(masked) - masked.count("*")
            if seen < 2 or 2 * seen < len(masked) or masked.rstrip("*") in self._words:
                continue
            shape = re.compile(re.escape(masked).replace(r"\*", r"[^\W_]"))
            for word in self._by_shape.get((masked[0], len(masked)), ()):
                if shape.fullmatch(word):
                    for entry in self._words[word]:
                        if entry.term.simple:
                            found[entry.terms].append((entry.term, token.start(), token.end()))
        return found

    @cached_property
    def _by_shape(self) -> dict[tuple[str, int], list[str]]:
        """The single words that are looked for, by first letter and length."""
        shapes: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word, entries in self._words.items():
            if any(entry.term.simple for entry in entries):
                shapes[word[0], len(word)].append(word)
        return shapes

    def _find_prefixed(self, text: str, token: re.Match[str], found: Mapping[TermList, list[Place]]) -> None:
        word = token.group()
        for length in self._lengths:
            if length > len(word):
                break
            entries = self._prefixes.get(word[:length])
            if entries:
                _note(text, token, entries, found)

    def _find_pairs(
        self, text: str, tokens: list[re.Match[str]], words: list[str], found: Mapping[TermList, list[Place]]
    ) -> None:
        """Terms of several words, by their first two; an inclusive ending (étudiant·e·s) may stand between those."""
        for at, pair in enumerate(pairwise(words)):
            entries = self._pairs.get(pair)
            if entries:
                _note(text, tokens[at], entries, found)
            if text[tokens[at].end()] in _JOINTS:
                for later in words[at + 2 : at + 4]:
                    entries = self._pairs.get((pair[0], later))
                    if entries:
                        _note(text, tokens[at], entries, found)

    def _find_patterns(self, text: str, found: Mapping[TermList, list[Place]]) -> None:
        assert self._set is not None
        data = text.encode(errors="surrogatepass")
        offsets: list[int] | None = None
        for index in self._set.possible(text, data):
            regex, owners = self._compiled[index]
            for start, end in _spans(regex, data):
                if len(data) != len(text):
                    offsets = offsets or _offsets(text)
                    start, end = offsets[start], offsets[end]
                if _whole(text, start, end):
                    for terms, term in owners:
                        found[terms].append((term, start, end))


def _note(text: str, token: re.Match[str], entries: Iterable[_Entry], found: Mapping[TermList, list[Place]]) -> None:
    for entry in entries:
        place = entry.place(text, token)
        if place:
            found[entry.terms].append(place)


def _unescaped(regex: str) -> str:
    return re.sub(r"\\(.)", r"\1", regex, flags=re.DOTALL)


def _simple(text: str, term: Term, token: re.Match[str]) -> Place:
    end = token.end()
    if "fr" in term.languages and text[end : end + 1] in _JOINTS and end < len(text):
        inclusive = _INCLUSIVE.match(text, end)
        if inclusive:
            end = inclusive.end()
    return term, token.start(), end


def _occurrences(text: str, symbol: str) -> Iterator[int]:
    at = text.find(symbol)
    while at >= 0:
        yield at
        at = text.find(symbol, at + len(symbol))


def _spans(regex: re2._Regexp, data: bytes) -> Iterator[Span]:
    at = 0
    for _ in range(MOST):
        match = regex.search(data, at)
        if match is None:
            return
        start, end = match.span(1)
        yield start, end
        at = max(end - 1, start + 1) if end > start else end + 1
        while at < len(data) and data[at] & 0xC0 == 0x80:
            at += 1
        if at > len(data):
            return


def _offsets(text: str) -> list[int]:
    """For each byte of the text in UTF-8, and its end, the character it belongs to."""
    out: list[int] = []
    for i, character in enumerate(text):
        out.extend([i] * len(character.encode(errors="surrogatepass")))
    out.append(len(text))
    return out


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no word is cut, in any script (RE2 only knows the boundaries of unaccented Latin)."""
    if start == end:
        return False
    cut_before = start > 0 and _letter(text[start - 1]) and _letter(text[start])
    cut_after = end < len(text) and _letter(text[end]) and _letter(text[end - 1])
    return not (cut_before or cut_after)


def _letter(character: str) -> bool:
    return character.isalnum()
