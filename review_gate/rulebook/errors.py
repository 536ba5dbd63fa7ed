"""What is wrong with a pack, and where: enough for somebody without a programmer's hand to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from review_gate.domain.message import Message


@dataclass(frozen=True, slots=True)
class PackError:
    """One mistake. `line` and `column` count from 1; `source` is the line as it stands in the file, `hint` what to
    do."""

    path: str
    line: int
    column: int
    message: Message
    source: str = ""
    hint: Message | None = None

    def __str__(self) -> str:
        return self.in_("en")

    def in_(self, language: str) -> str:
        """The mistake with its line and the hint, for a person who speaks `language`."""
        shown = [f"{self.path}:{self.line}:{self.column}: {self.message.in_(language)}"]
        if self.source.strip():
            margin = "".join("\t" if c == "\t" else " " for c in self.source[: self.column - 1])
            shown += [f"  {self.source}", f"  {margin}^"]
        if self.hint is not None:
            shown.append(f"  {self.hint.in_(language)}")
        return "\n".join(shown)


class PackErrors(Exception):
    """Packs that cannot be used. `errors` has every mistake that was found, by file and line."""

    def __init__(self, errors: Sequence[PackError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda one: (one.path, one.line, one.column, one.message.en)))
        self.message = Message(self.in_("en"), self.in_("fr"))
        super().__init__(self.message.en)

    def in_(self, language: str) -> str:
        return "\n".join(error.in_(language) for error in self.errors)


def did_you_mean(word: str, known: Iterable[str], *, name_all: bool = False) -> Message:
    """A hint for a word that is not known: the nearest one, else (or, with `name_all`, as well) all there are."""
    choices = sorted(known)
    every = Message(f"known: {', '.join(choices)}", f"valeurs connues : {', '.join(choices)}")
    near = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if not near:
        return every
    meant = Message(f"did you mean '{near[0]}'?", f"vouliez-vous dire « {near[0]} » ?")
    return Message(f"{meant.en} {every.en}", f"{meant.fr} {every.fr}") if name_all else meant
