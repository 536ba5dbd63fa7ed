"""A text with its finds marked; a long one shortened so that the finds stay in sight. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from review_gate.domain.message import Message
from review_gate.domain.verdict import Span
from review_gate.slack.blockkit import Block, run, width

HEAD = 500
"""Characters of a shortened text's beginning that are always shown."""
TAIL = 150
AROUND = 80
"""Characters shown on each side of a find in a shortened text."""
LONGEST_FIND = 300
GAP_COST = 60
"""What the sentence about left-out characters takes."""


class Mark(Enum):
    PLAIN = "plain"
    FIND = "find"
    GAP = "gap"  # the piece's text is the number of characters left out


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    mark: Mark


def pieces(text: str, finds: Sequence[Span], budget: int) -> list[Piece]:
    """`text` cut into plain stretches, finds and gaps, together at most about `budget` UTF-16 units wide.

    `finds` come with the gravest first: when not all have room, those are kept. Spans outside of the text are ignored.
    """
    spans = [(max(0, start), min(len(text), end)) for start, end in finds if start < end and start < len(text)]
    shown = _windows(text, [span for span in spans if span[0] < span[1]], budget)
    marked = _merge(spans)
    result: list[Piece] = []
    position = 0
    for start, end in shown:
        if start > position:
            result.append(Piece(str(start - position), Mark.GAP))
        result.extend(_cut(text, start, end, marked))
        position = end
    if position < len(text):
        result.append(Piece(str(len(text) - position), Mark.GAP))
    return result


def runs(text: str, finds: Sequence[Span], budget: int, language: str) -> list[Block]:
    """The pieces as stretches of rich text: finds bold, gaps in italics and in words."""
    result = []
    for piece in pieces(text, finds, budget):
        if piece.mark is Mark.GAP:
            gap = Message(f" [… {piece.text} characters not shown …] ", f" [… {piece.text} caractères non affichés …] ")
            result.append(run(gap.in_(language), italic=True))
        elif piece.mark is Mark.FIND:
            result.append(run(piece.text, bold=True))
        else:
            result.append(run(piece.text))
    return result


def _windows(text: str, spans: list[Span], budget: int) -> list[Span]:
    if width(text) <= budget:
        return [(0, len(text))]
    # Where characters outside of the BMP occur each may count two: half the budget is safe for any mixture.
    limit = budget if width(text) == len(text) else budget // 2
    kept: list[Span] = [(0, min(HEAD, limit // 2))]
    for wanted in [(len(text) - min(TAIL, limit // 8), len(text)), *(_around(text, span) for span in spans)]:
        tried = _merge([*kept, wanted])
        if _cost(tried) <= limit:
            kept = tried
    spare = limit - _cost(kept)
    first_end = kept[0][1] + max(0, spare)
    return _merge([(0, min(len(text), first_end)), *kept])


def _around(text: str, span: Span) -> Span:
    end = min(span[1], span[0] + LONGEST_FIND)
    return max(0, span[0] - AROUND), min(len(text), end + AROUND)


def _cost(windows: list[Span]) -> int:
    return sum(end - start + GAP_COST for start, end in windows)


def _merge(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, start: int, end: int, marked: list[Span]) -> list[Piece]:
    result: list[Piece] = []
    position = start
    for first, last in marked:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if first > position:
            result.append(Piece(text[position:first], Mark.PLAIN))
        result.append(Piece(text[first:last], Mark.FIND))
        position = last
    if position < end:
        result.append(Piece(text[position:end], Mark.PLAIN))
    return result
