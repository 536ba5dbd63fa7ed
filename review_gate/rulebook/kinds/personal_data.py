"""Somebody's phone number, address, IBAN, card: told by their check digits, not by their looks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, Self

from review_gate.domain.message import Message
from review_gate.rulebook.fields import Fields
from review_gate.rulebook.personal import DETECTORS, WHAT, plain_spaces, regions_of
from review_gate.rulebook.scene import Find, View
from review_gate.signals.normalise import fold

_MOST = 20
"""Places of one sort that are told, at most."""


@dataclass(frozen=True)
class PersonalData:
    """Hits what the named detectors of personal.py find, media's words too.

    `allow`: the brand's own numbers and addresses; `@brand.example` allows all of a domain.
    """

    word: ClassVar[str] = "personal_data"
    fills: ClassVar[frozenset[str]] = frozenset({"found", "what"})
    triggers: ClassVar[None] = None

    detect: tuple[str, ...]
    allow: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        detect = fields.words("detect", DETECTORS)
        if not detect:
            known = ", ".join(sorted(DETECTORS))
            fields.error(
                "kind",
                Message(
                    f"personal data needs 'detect': which of {known}",
                    f"il faut « detect » pour des données personnelles : lesquelles de {known}",
                ),
            )
        return cls(tuple(sorted(detect)), tuple(_bare(text) for text, _ in fields.texts("allow")))

    def find(self, view: View) -> list[Find]:
        written = view.scene.reading.text
        text = plain_spaces(written)
        regions = regions_of(view.draft.market, view.context.languages)
        finds = []
        for what in self.detect:
            for start, end in islice(DETECTORS[what](text, regions), _MOST):
                found = written[start:end]
                if not self._allowed(found) and not view.excepts((start, end)):
                    finds.append(Find((start, end), found, named={"what": WHAT[what]}))
        return finds

    def _allowed(self, found: str) -> bool:
        bare = _bare(found)
        return any(bare == allowed or (allowed[:1] == "@" and bare.endswith(allowed)) for allowed in self.allow)


def _bare(text: str) -> str:
    """An address as it is compared; a number by its digits alone, +33 and 0 alike."""
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 7 and "@" not in text:
        return digits[-9:]
    return fold(text.strip())
