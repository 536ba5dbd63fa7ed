"""One spelling for many: case, accents, œ, typographic signs, full width and invisible characters folded.

Three views of a text, each with offsets back to it:

- `written(text)`: as written, only with plain apostrophes, hyphens and spaces, and nothing invisible;
- `normalise(text)`: the plain view, folded as well; what rules and fingerprints read;
- `unmask(text)` (see unmask.py): disguises undone too; garbles honest text, so it is only ever an additional view.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from review_gate.signals.views import Normalised, mapped, unchanged

_LETTERS = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d",
            "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i"}  # fmt: skip
_SIGNS = dict.fromkeys("‘’‚‛ʼ´′`", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\ufeff\u2060\u3164\uffa0")
_SPELLINGS = frozenset({"<wide>", "<narrow>", "<noBreak>", "<font>", "<compat>", "<circle>", "<small>"})
"""Compatibility forms that are another spelling of the same letter. Superscripts and fractions are not: ™ would glue
`tm` to the brand's name."""


def _attaches(character: str) -> bool:
    return unicodedata.combining(character) != 0 or character in "\ufe0e\ufe0f"


def _plainer(character: str) -> str:
    """The character without a typographic costume; '' when nobody can see it."""
    if character in _INVISIBLE or (unicodedata.category(character) == "Cf"):
        return ""
    if unicodedata.decomposition(character).partition(" ")[0] in _SPELLINGS:
        character = unicodedata.normalize("NFKC", character)
    return "".join(_SIGNS.get(c, " " if unicodedata.category(c) == "Zs" else c) for c in character)


def _fold(character: str) -> str:
    plainer = _plainer(character)
    folded = "".join(_LETTERS.get(c, c) for c in plainer).casefold()
    return "".join(c for c in unicodedata.normalize("NFD", folded) if unicodedata.category(c) != "Mn")


def _dress_down(character: str) -> str:
    return "" if character in "\ufe0e\ufe0f" else _plainer(character)


class _Table(dict[str, str]):
    """Remembers what a character becomes, so that each is worked out once in a process's life."""

    def __init__(self, work_out: Callable[[str], str]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, character: str) -> str:
        self[character] = becomes = self._work_out(character)
        return becomes


_FOLDED = _Table(_fold)
_WRITTEN = _Table(_dress_down)


@lru_cache(maxsize=64)  # scorers and rules ask for the view of the same few texts; 0.2 MB for the longest
def normalise(text: str) -> Normalised:
    """The plain view: lower case, no accents, œ as oe, plain signs, nothing invisible, full width as usual width."""
    if text.isascii():
        return unchanged(text.lower().replace("`", "'"))
    return mapped(text, [_FOLDED[c] for c in text], _attaches)


def written(text: str) -> Normalised:
    """The text with its case and accents, but plain apostrophes, hyphens and spaces and nothing invisible."""
    if text.isascii():
        return unchanged(text.replace("`", "'"))
    return mapped(text, [_WRITTEN[c] for c in text], _attaches)


def fold(text: str) -> str:
    """Only the text of the plain view."""
    return text.lower().replace("`", "'") if text.isascii() else normalise(text).text
