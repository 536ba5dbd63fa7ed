"""One word that has a better one: the hit brings the suggestion along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import yaml

from review_gate.domain.message import Message
from review_gate.rulebook.errors import did_you_mean
from review_gate.rulebook.fields import LANGUAGES, Fields
from review_gate.rulebook.mistakes import no_language
from review_gate.rulebook.scene import Find, View
from review_gate.rulebook.terms import TermList


@dataclass(frozen=True)
class Substitution:
    """Hits each place where a word of `swap` is, and suggests what stands beside it there."""

    word: ClassVar[str] = "substitution"
    fills: ClassVar[frozenset[str]] = frozenset({"found", "better"})

    swaps: tuple[tuple[TermList, str], ...]

    @property
    def triggers(self) -> tuple[TermList, ...]:
        return tuple(terms for terms, _ in self.swaps)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        swap = fields.group("swap", required=True)
        if swap is None:
            return cls(())
        found: list[tuple[TermList, str]] = []
        for key, key_node, value in swap.items():
            if isinstance(value, yaml.MappingNode):
                if key not in LANGUAGES:
                    fields.source.error(key_node, no_language(key), did_you_mean(key, LANGUAGES))
                what = Message(f"the words in '{key}'", f"les mots en « {key} »")
                pairs = list(Fields(fields.source, value, what, fields).items())
                found += _swaps(fields, pairs, frozenset({key}))
            else:
                found += _swaps(fields, [(key, key_node, value)], fields.spelling.languages)
        return cls(tuple(found))

    def find(self, view: View) -> list[Find]:
        finds = []
        for terms, better in self.swaps:
            for match in view.matches(terms):
                advice = Message(f"Say “{better}”.", f"Dites « {better} ».")
                finds.append(Find(match.span, match.found, {"better": better}, advice, match.disguised))
        return finds


def _swaps(
    fields: Fields, pairs: list[tuple[str, yaml.Node, yaml.Node]], languages: frozenset[str]
) -> list[tuple[TermList, str]]:
    found = []
    for old, node, value in pairs:
        better = fields.source.text(value, Message("the better word", "le meilleur mot"))
        terms = fields.parse_term(old, node, languages)
        if better is not None:
            found.append((fields.listed(terms), better))
    return found
