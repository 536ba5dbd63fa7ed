"""What is wrong with a pack, and where: enough for somebody without a programmer's hand to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PackError:
    """One mistake. `line` and `column` count from 1; `source` is the line as it stands in the file."""

    path: str
    line: int
    column: int
    message: str
    source: str = ""
    hint: str = ""

    def __str__(self) -> str:
        shown = [f"{self.path}:{self.line}:{self.column}: {self.message}"]
        if self.source.strip():
            margin = "".join("\t" if c == "\t" else " " for c in self.source[: self.column - 1])
            shown += [f"  {self.source}", f"  {margin}^"]
        if self.hint:
            shown.append(f"  {self.hint}")
        return "\n".join(shown)


class PackErrors(Exception):
    """Packs that cannot be used. `errors` has every mistake that was found, by file and line."""

    def __init__(self, errors: Sequence[PackError]) -> None:
        self.errors = tuple(sorted(errors))
        super().__init__("\n".join(str(error) for error in self.errors))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: the nearest one, else all there are."""
    choices = sorted(known)
    near = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else f"known: {', '.join(choices)}"
