"""Cut texts for the toxicity scorer: windows for long texts, words and groups of words for explanations. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\S{1,400}")
WINDOW_WORDS = 60
WINDOW_CHARACTERS = 600
_OVERLAP_WORDS = 15

Span = tuple[int, int]
Weighted = tuple[int, int, float]


def words(text: str) -> list[Span]:
    """Start and end (in characters) of each word; what has no white space for 400 characters is cut there."""
    return [match.span() for match in _WORD.finditer(text)]


def windows(text: str) -> list[Span]:
    """Overlapping windows that together cover every word of the text; just one for a text that fits.

    A window holds at most `WINDOW_WORDS` words and `WINDOW_CHARACTERS` characters (but always one word), so that the
    network never has to cut it; neighbours share a quarter, so that no sentence is only seen in halves.
    """
    found = words(text)
    if len(found) <= WINDOW_WORDS and len(text) <= WINDOW_CHARACTERS:
        return [(0, len(text))]
    result: list[Span] = []
    first = 0
    while first < len(found):
        last = first
        while (
            last + 1 < len(found)
            and last + 1 - first < WINDOW_WORDS
            and found[last + 1][1] - found[first][0] <= WINDOW_CHARACTERS
        ):
            last += 1
        result.append((found[first][0], found[last][1]))
        if last + 1 == len(found):
            break
        first = max(first + 1, last + 1 - min(_OVERLAP_WORDS, (last - first) // 4))
    return result or [(0, len(text))]


def groups(found: Sequence[Span], most: int) -> list[list[Span]]:
    """Neighbouring words together, `most` groups of about the same number of words; order and cover stay."""
    size = max(1, -(-len(found) // most))
    return [list(found[at : at + size]) for at in range(0, len(found), size)]


def merged(text: str, spans: Iterable[Weighted]) -> tuple[Weighted, ...]:
    """Spans by position, those with nothing but white space between them made one; the highest weight stays."""
    result: list[Weighted] = []
    for start, end, weight in sorted(spans):
        if result and not text[result[-1][1] : start].strip():
            before = result.pop()
            result.append((before[0], end, max(before[2], weight)))
        else:
            result.append((start, end, weight))
    return tuple(result)
