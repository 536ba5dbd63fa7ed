"""A text cut where its finds begin and end, so that each piece knows which reasons speak of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from review_gate.domain.verdict import Reason, Severity


@dataclass(frozen=True, slots=True)
class Piece:
    """`reasons` are indices into the verdict's reasons; empty for plain text. `begins`: those that begin here."""

    text: str
    reasons: tuple[int, ...] = ()
    severity: Severity = Severity.NONE
    begins: tuple[int, ...] = ()


def pieces(text: str, reasons: Sequence[Reason]) -> list[Piece]:
    """`text` in pieces that together are exactly `text`. Spans outside of it are ignored."""
    spans = [
        (index, max(0, reason.span[0]), min(len(text), reason.span[1]))
        for index, reason in enumerate(reasons)
        if reason.span is not None
    ]
    spans = [span for span in spans if span[1] < span[2]]
    edges = sorted({0, len(text), *(start for _, start, _ in spans), *(end for _, _, end in spans)})
    found = []
    for start, end in pairwise(edges):
        here = tuple(index for index, first, last in spans if first <= start and end <= last)
        severity = max((reasons[index].severity for index in here), default=Severity.NONE)
        begins = tuple(index for index, first, _ in spans if first == start)
        found.append(Piece(text[start:end], here, severity, begins))
    return found


def excerpt(text: str, reasons: Sequence[Reason], length: int = 220) -> list[Piece]:
    """The beginning of `text` in pieces, cut at `length` characters; from the first find on when that lies further."""
    starts = [reason.span[0] for reason in reasons if reason.span is not None and reason.span[0] < len(text)]
    first = min(starts, default=0)
    skipped = 0
    if first > length - 40:
        skipped = text.rfind(" ", 0, first - 40) + 1
    cut: list[Piece] = [Piece("… ")] if skipped else []
    position, room = 0, length
    for piece in pieces(text, reasons):
        start, position = position, position + len(piece.text)
        words = piece.text[max(0, skipped - start) :]
        if words and room > 0:
            cut.append(Piece(words[:room], piece.reasons, piece.severity, piece.begins))
            room -= len(words)
    if room < 0:
        cut.append(Piece("…"))
    return cut
