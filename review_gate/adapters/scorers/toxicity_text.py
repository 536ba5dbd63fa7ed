"""Cut texts for the toxicity scorer: windows for long texts, words and groups of words for explanations. Pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"\S+")
WINDOW_WORDS = 60
_OVERLAP_WORDS = 15

Span = tuple[int, int]


def words(text: str) -> list[Span]:
    """Start and end (in characters) of each run of characters without white space."""
    return [match.span() for match in _WORD.finditer(text)]


def windows(text: str, size: int = WINDOW_WORDS, overlap: int = _OVERLAP_WORDS) -> list[Span]:
    """Overlapping windows that together cover the text; one that spans everything for a short text.

    `size` and `overlap` count words. A word is never cut, except that a single "word" of more than 1,000 characters
    (no white space at all) is taken in pieces, so that nothing escapes by leaving the spaces out.
    """
    found = [piece for start, end in words(text) for piece in _pieces(start, end)]
    if len(found) <= size and len(text) <= 1000:
        return [(0, len(text))]
    step = size - overlap
    result: list[Span] = []
    for first in range(0, len(found), step):
        group = found[first: first + size]
        # many long words: end the window early, the next one starts inside it
        while len(group) > 1 and group[-1][1] - group[0][0] > 1000:
            half = group[: max(1, len(group) // 2)]
            result.append((half[0][0], half[-1][1]))
            group = group[len(half):]
        result.append((group[0][0], group[-1][1]))
        if first + size >= len(found):
            break
    return result


def _pieces(start: int, end: int, limit: int = 1000) -> list[Span]:
    return [(at, min(at + limit, end)) for at in range(start, end, limit)]


def groups(found: list[Span], most: int) -> list[Span]:
    """Merge neighbouring words until at most `most` groups are left; their order and cover stay."""
    if len(found) <= most:
        return found
    step = -(-len(found) // most)
    return [(found[i][0], found[min(i + step, len(found)) - 1][1]) for i in range(0, len(found), step)]
