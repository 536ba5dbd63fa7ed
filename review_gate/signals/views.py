"""A text as a matcher reads it, with the way back to the text as it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from review_gate.domain.verdict import Span


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` as it is matched. Character i of it came from `starts[i]` up to `ends[i]` (exclusive) of the original.

    Both sequences are as long as `text` and never fall. Several characters may share one place (œ becomes oe), and
    places may be left out (a zero-width space becomes nothing).
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @property
    def offsets(self) -> Sequence[int]:
        """Where each character of `text` begins in the original."""
        return self.starts

    def span(self, start: int, end: int) -> Span:
        """The place in the original that `text[start:end]` came from. An empty slice gives an empty span.

        Raises ValueError unless 0 <= start <= end <= len(text).
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"{start}:{end} is not a slice of a text of {len(self.text)} characters")
        if start == end:
            place = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return place, place
        return self.starts[start], self.ends[end - 1]


def unchanged(text: str) -> Normalised:
    """The text itself as a view."""
    return Normalised(text, range(len(text)), range(1, len(text) + 1))


def mapped(text: str, pieces: Sequence[str], attaches: Callable[[str], bool]) -> Normalised:
    """The view in which character i of `text` became `pieces[i]` (perhaps nothing).

    A character that became nothing and `attaches` (a combining mark) belongs to the one before it, so that a span
    never cuts a letter from its accent.
    """
    out = "".join(pieces)
    if len(out) == len(text) and all(pieces):
        return Normalised(out, range(len(text)), range(1, len(text) + 1))
    starts = [place for place, piece in enumerate(pieces) for _ in piece]
    ends = [place + 1 for place in starts]
    gone = [place for place, piece in enumerate(pieces) if not piece]
    if gone:
        reach = _reaches(text, gone, attaches)
        ends = [reach.get(end, end) for end in ends]
    return Normalised(out, tuple(starts), tuple(ends))


def _reaches(text: str, gone: Sequence[int], attaches: Callable[[str], bool]) -> dict[int, int]:
    """For each place where a run of attached characters begins, where it ends."""
    reach: dict[int, int] = {}
    for place in reversed(gone):
        if attaches(text[place]):
            reach[place] = reach.get(place + 1, place + 1)
    return reach


def rebuilt(view: Normalised, pieces: Iterable[tuple[str, int, int]]) -> Normalised:
    """A view of a view: each piece is (new text, start, end) over `view.text`, in order."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece, start, end in pieces:
        if not piece:
            continue
        out.append(piece)
        if len(piece) == end - start:
            starts.extend(view.starts[start:end])
            ends.extend(view.ends[start:end])
        else:
            first, last = view.span(start, end)
            starts.extend([first] * len(piece))
            ends.extend([last] * len(piece))
    return Normalised("".join(out), tuple(starts), tuple(ends))
