"""What changed between two texts, word by word. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n.!?]*[\n.!?]*")
MOST_WORDS = 3000
"""Longer texts are compared sentence by sentence: word by word would take seconds."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch that stayed, went or came."""

    change: Literal["same", "gone", "new"]
    text: str


def differences(old: str, new: str) -> list[Part]:
    """The parts in order: those not `new` together are `old`, those not `gone` together are `new`."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        before, after = _pieces(old), _pieces(new)
    parts: list[Part] = []
    gone, new = "", ""
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old_words, new_words = "".join(before[i:j]), "".join(after[k:m])
        if tag == "equal" and ((old_words.strip() and len(old_words) > 1) or not (gone or new) or j == len(before)):
            parts += [*_change(gone, new), Part("same", old_words)]
            gone, new = "", ""
        else:  # a blank between two changes belongs to them: phrases are easier to read than words taken in turns
            gone, new = gone + old_words, new + new_words
    return parts + _change(gone, new)


def _change(gone: str, new: str) -> list[Part]:
    change: list[Part] = []
    if gone:
        change.append(Part("gone", gone))
    if new:
        change.append(Part("new", new))
    return change


def _pieces(text: str) -> list[str]:
    return [piece for piece in _LINES.findall(text) if piece]
