"""Handles that look like a known account and are spelled otherwise: `@PayPaI_Help`, `@BNP_Pariibas_SAV`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.domain.message import Message
from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Find, View
from review_gate.signals.normalise import fold

_HANDLE = re.compile(r"(?<![\w.@/])[@＠](\w[\w.\-]{2,63})")
_SHORTEST_TYPO = 6
"""Below this length of a name, doubled and swapped letters make other people's names too often."""
_TWINS = str.maketrans({"0": "o", "1": "i", "l": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"})
_PAIRS = (("rn", "m"), ("vv", "w"))


@dataclass(frozen=True)
class LookAlike:
    """Hits a handle, in the text or in its media, of which a part begins like one of `names` but with other
    signs: a digit or a letter that looks the same, a letter doubled or left out of a double, two neighbours swapped.
    The name itself passes with whatever follows it.
    """

    word: ClassVar[str] = "look_alike"
    fills: ClassVar[frozenset[str]] = frozenset({"found", "name"})
    triggers: ClassVar[None] = None

    names: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        names = []
        for name, node in fields.texts("names", required=True):
            if not name.isalnum() or len(name) < 4:
                fields.source.error(
                    node,
                    Message(f"'{name}' is not a name to compare with", f"« {name} » n'est pas un nom à comparer"),
                    Message("four letters or more, no signs", "quatre lettres ou plus, sans signes"),
                )
                continue
            names.append(fold(name))
        return cls(tuple(names))

    def find(self, view: View) -> list[Find]:
        finds = []
        for match in _HANDLE.finditer(view.scene.reading.text):
            name = self._imitated(match.group(1))
            if name is not None and not view.excepts(match.span()):
                finds.append(Find(match.span(), match.group(), {"name": name}))
        return finds

    def _imitated(self, handle: str) -> str | None:
        starts = [re.sub(r"[_.\-]", "", part) for part in _parts(handle)]
        # A capital I passes for an l: only where it stands among small letters is it more than a capital.
        starts += [re.sub(r"(?<=[a-z])I(?=[a-z]|\b)", "l", start) for start in starts]
        plain = [fold(start) for start in starts]
        if any(start.startswith(name) for start in plain[: len(plain) // 2] for name in self.names):
            return None
        return next((name for start in plain for name in self.names if _imitates(start, name)), None)


def _parts(handle: str) -> Iterator[str]:
    """The handle from its beginning, and from after each separator on."""
    yield handle
    for match in re.finditer(r"[_.\-]+(?=\w)", handle):
        yield handle[match.end() :]


def _imitates(start: str, name: str) -> bool:
    for length in (len(name), len(name) + 1, len(name) - 1):
        shown, real = _seen(start[:length]), _seen(name)
        if len(start) < length:
            continue
        if shown == real:
            return True
        if len(name) >= _SHORTEST_TYPO and start[0] == name[0]:
            if re.sub(r"(.)\1+", r"\1", shown) == re.sub(r"(.)\1+", r"\1", real):
                return True
            if length == len(name) and shown in _swapped(real):
                return True
    return False


def _seen(text: str) -> str:
    """The text with signs that look alike made one."""
    for pair, one in _PAIRS:
        text = text.replace(pair, one)
    return text.translate(_TWINS)


def _swapped(name: str) -> set[str]:
    return {name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(len(name) - 1)}
