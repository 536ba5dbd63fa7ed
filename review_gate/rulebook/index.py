"""All terms of all rules at once: one pass over a text tells which of them are in it, and where.

Words are looked up by the first word of each term, so that the time goes by the length of the text and not by the
number of terms. Patterns are first asked for together (`PatternSet`), then one by one where they may match.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import re2

from review_gate.domain.verdict import Span
from review_gate.rulebook.inflection import INCLUSIVE
from review_gate.rulebook.patterns import PatternSet, compiled
from review_gate.rulebook.terms import Term, TermList

MOST = 50
"""Matches of one pattern in one text, at most: a text that is nothing but matches needs no more of them."""

_WORD = re.compile(r"[^\W_]+")
_INCLUSIVE = re.compile(INCLUSIVE)

Place = tuple[Term, int, int]
"""A term and where it is in the view, start and end."""


class Index:
    """The terms of one view. `find` answers, for each list, where its terms are."""

    def __init__(self, lists: Iterable[TermList]) -> None:
        self._words: dict[str, list[tuple[TermList, Term, re.Pattern[str] | None]]] = defaultdict(list)
        self._prefixes: dict[str, list[tuple[TermList, Term, re.Pattern[str]]]] = defaultdict(list)
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
        regex = re.compile(term.regex)
        for key in term.keys:
            self._words[key].append((terms, term, None if term.simple else regex))
        for prefix in term.prefixes:
            self._prefixes[prefix].append((terms, term, regex))

    def find(self, text: str) -> dict[TermList, list[Place]]:
        """Where each list's terms are in `text` (a view's text), in no particular order."""
        found: dict[TermList, list[Place]] = defaultdict(list)
        words = self._words
        for token in _WORD.finditer(text):
            entries = words.get(token.group())
            if entries:
                for terms, term, regex in entries:
                    place = _simple(text, term, token) if regex is None else _matched(text, term, token, regex)
                    if place:
                        found[terms].append(place)
            if self._lengths:
                self._find_prefixed(text, token, found)
        for terms, term, symbol in self._symbols:
            if symbol in text:
                found[terms].extend((term, at, at + len(symbol)) for at in _occurrences(text, symbol))
        if self._set:
            self._find_patterns(text, found)
        return found

    def _find_prefixed(self, text: str, token: re.Match[str], found: Mapping[TermList, list[Place]]) -> None:
        word = token.group()
        for length in self._lengths:
            if length > len(word):
                break
            for terms, term, regex in self._prefixes.get(word[:length], ()):
                place = _matched(text, term, token, regex)
                if place:
                    found[terms].append(place)

    def _find_patterns(self, text: str, found: Mapping[TermList, list[Place]]) -> None:
        assert self._set is not None
        data = text.encode(errors="surrogatepass")
        offsets = None if len(data) == len(text) else _offsets(text)
        for index in self._set.possible(data):
            regex, owners = self._compiled[index]
            for start, end in _spans(regex, data):
                if offsets is not None:
                    start, end = offsets[start], offsets[end]
                if _whole(text, start, end):
                    for terms, term in owners:
                        found[terms].append((term, start, end))


def _unescaped(regex: str) -> str:
    return re.sub(r"\\(.)", r"\1", regex, flags=re.DOTALL)


def _simple(text: str, term: Term, token: re.Match[str]) -> Place:
    end = token.end()
    if "fr" in term.languages and text[end : end + 1] in tuple("·•‧∙.-("):
        inclusive = _INCLUSIVE.match(text, end)
        if inclusive:
            end = inclusive.end()
    return term, token.start(), end


def _matched(text: str, term: Term, token: re.Match[str], regex: re.Pattern[str]) -> Place | None:
    if token.start() < term.lead:
        return None
    match = regex.match(text, token.start() - term.lead)
    return (term, match.start(), match.end()) if match else None


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
