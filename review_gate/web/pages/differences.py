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
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(Part("same", "".join(before[i:j])))
            continue
        if j > i:
            parts.append(Part("gone", "".join(before[i:j])))
        if m > k:
            parts.append(Part("new", "".join(after[k:m])))
    return parts


def _pieces(text: str) -> list[str]:
    return [piece for piece in _LINES.findall(text) if piece]
