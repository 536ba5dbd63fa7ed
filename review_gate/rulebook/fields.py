"""A group of fields of a pack, read strictly: each mistake is noted with its place, and reading goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import yaml

from review_gate.domain.message import Message
from review_gate.rulebook import mistakes
from review_gate.rulebook.errors import did_you_mean
from review_gate.rulebook.patterns import PatternError
from review_gate.rulebook.source import Source
from review_gate.rulebook.terms import Term, TermList, View, parse

LANGUAGES = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "zh"])

_INT = "tag:yaml.org,2002:int"
_FLOAT = "tag:yaml.org,2002:float"
_BOOL = "tag:yaml.org,2002:bool"
_BY_LANGUAGE = Message("terms by language", "les termes par langue")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the terms of a rule are read unless a list says otherwise."""

    languages: frozenset[str] = frozenset()
    inflect: bool = True
    exact: bool = False
    disguised: bool = False

    @property
    def view(self) -> View:
        return "written" if self.exact else "plain"


class Fields:
    """One group of fields. Every reading method takes a key, remembers that it is known, and answers a usable value
    even after an error (`source.errors` tells). Call `done()` last: what was not asked for is unknown."""

    def __init__(self, source: Source, node: yaml.Node, what: Message, parent: Fields | None = None) -> None:
        self.source = source
        self.node = node
        self.what = what
        self.spelling: Spelling = parent.spelling if parent else Spelling()
        self.lists: list[TermList] = parent.lists if parent else []
        self._values: dict[str, yaml.Node] = {}
        self._keys: dict[str, yaml.Node] = {}
        self._asked: set[str] = set()
        if not isinstance(node, yaml.MappingNode):
            source.error(node, mistakes.no_group(what))
            return
        for key, value in node.value:
            name = source.text(key, Message("a field's name", "un nom de champ"))
            if name is None:
                continue
            if name in self._keys:
                first = self._keys[name].start_mark.line + 1
                drop = Message("YAML would drop the first one", "YAML oublierait le premier")
                source.error(key, mistakes.here_twice(name, first), drop)
                continue
            self._keys[name], self._values[name] = key, value

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def error(self, key: str, message: Message, hint: Message | None = None) -> None:
        """A mistake at the value of `key` (or at the group, where there is none)."""
        self.source.error(self._values.get(key, self.node), message, hint)

    def get(self, key: str, required: bool = False) -> yaml.Node | None:
        self._asked.add(key)
        node = self._values.get(key)
        if node is None and required:
            needs = Message(f"{self.what.en} needs '{key}'", f"{self.what.fr} : il manque « {key} »")
            self.source.error(self.node, needs)
        return node

    def text(self, key: str, required: bool = False) -> str:
        node = self.get(key, required)
        found = self.source.text(node, mistakes.named(key)) if node is not None else None
        if found is not None and not found.strip() and node is not None:
            self.source.error(node, Message(f"'{key}' is empty", f"« {key} » est vide"))
        return found or ""

    def name(self, key: str, default: str = "") -> str:
        """A text that may look like a date or number to YAML (2026-11-13, 11-11)."""
        node = self.get(key)
        if node is None:
            return default
        if isinstance(node, yaml.ScalarNode) and node.value:
            return str(node.value)
        self.source.error(node, Message(f"'{key}' must be a text", f"« {key} » doit être un texte"))
        return default

    def one_of(self, key: str, known: Iterable[str], default: str | None = None) -> str:
        """One of the words of `known`; needed when there is no default."""
        choices = sorted(known)
        if key not in self._values and default is not None:
            self._asked.add(key)
            return default
        word = self.text(key, required=True)
        if word and word not in choices:
            unknown = Message(f"'{word}' is not a {key}", f"« {word} » n'est pas une valeur de « {key} »")
            self.error(key, unknown, did_you_mean(word, choices))
            return default or choices[0]
        return word or default or choices[0]

    def flag(self, key: str, default: bool) -> bool:
        node = self.get(key)
        if node is None:
            return default
        if isinstance(node, yaml.ScalarNode) and node.tag == _BOOL and node.value.lower() in ("true", "false"):
            return bool(node.value.lower() == "true")
        self.source.error(
            node, Message(f"'{key}' must be true or false", f"« {key} » doit être vrai ou faux (true, false)")
        )
        return default

    def number(self, key: str, default: float | None = None, low: float = 0, high: float = 1_000_000) -> float:
        """A number from low to high; needed when there is no default."""
        node = self.get(key, required=default is None)
        if node is None:
            return low if default is None else default
        if isinstance(node, yaml.ScalarNode) and node.tag in (_INT, _FLOAT):
            try:
                value = float(node.value)
            except ValueError:
                value = float("nan")
            if low <= value <= high:
                return value
        self.source.error(node, mistakes.no_number(key, low, high))
        return low if default is None else default

    def whole(self, key: str, default: int | None = None, low: int = 0, high: int = 1_000_000) -> int:
        value = self.number(key, default, low, high)
        if value != int(value):
            self.error(key, Message(f"'{key}' must be a whole number", f"« {key} » doit être un nombre entier"))
        return int(value)

    def date(self, key: str) -> date | None:
        node = self.get(key)
        if node is None:
            return None
        try:
            return date.fromisoformat(node.value)
        except (ValueError, TypeError):
            self.source.error(node, mistakes.no_date(key))
            return None

    def texts(self, key: str, required: bool = False) -> list[tuple[str, yaml.Node]]:
        """A list of texts, each with its node. A single text counts as a list of one."""
        node = self.get(key, required)
        if node is None:
            return []
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not items:
            self.source.error(node, Message(f"'{key}' is an empty list", f"« {key} » est une liste vide"))
        found = []
        for item in items:
            text = self.source.text(item, mistakes.entry_of(key))
            if text is not None and not text.strip():
                self.source.error(item, Message(f"an entry of '{key}' is empty", f"une entrée de « {key} » est vide"))
            elif text is not None:
                found.append((text, item))
        return found

    def words(self, key: str, known: Iterable[str] | None = None) -> frozenset[str]:
        """A set of words, all of `known` if that is given."""
        choices = sorted(known) if known is not None else None
        found = self.texts(key)
        for word, node in found:
            if choices is not None and word not in choices:
                unknown = Message(
                    f"'{word}' is not known as one of {key}", f"« {word} » n'est pas une valeur de « {key} »"
                )
                self.source.error(node, unknown, did_you_mean(word, choices))
        return frozenset(word for word, _ in found)

    def group(self, key: str, required: bool = False) -> Fields | None:
        node = self.get(key, required)
        return Fields(self.source, node, mistakes.named(key), self) if node is not None else None

    def groups(self, key: str, required: bool = False) -> list[Fields]:
        """A list of groups of fields."""
        node = self.get(key, required)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.source.error(node, mistakes.no_list(key))
            return []
        return [Fields(self.source, item, mistakes.entry_of(key), self) for item in node.value]

    def items(self) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """All fields as (key, key's node, value's node): for groups whose keys the writer chooses."""
        for key, node in self._values.items():
            self._asked.add(key)
            yield key, self._keys[key], node

    def message(self, key: str, required: bool = False) -> Message | None:
        """A sentence in English and in French: both are needed."""
        group = self.group(key, required)
        if group is None:
            return None
        found = Message(en=group.text("en", required=True), fr=group.text("fr", required=True))
        group.done()
        return found

    def spelled(self, spelling: Spelling) -> Fields:
        """The same fields, with terms read that way from here on."""
        self.spelling = spelling
        return self

    def terms(self, key: str = "terms", required: bool = False, *, also_patterns: bool = False) -> TermList | None:
        """The terms of a field: a list, or lists by language. With `also_patterns`, those of the field `patterns`
        too, where every entry is a pattern."""
        node = self.get(key, required and not (also_patterns and "patterns" in self))
        terms = self._term_lists(node, pattern=False) if node is not None else []
        if also_patterns:
            patterns = self.get("patterns")
            terms += self._term_lists(patterns, pattern=True) if patterns is not None else []
            if node is None and patterns is None:
                return None
        elif node is None:
            return None
        return self.listed(terms)

    def listed(self, terms: Iterable[Term]) -> TermList:
        """A list of terms that the index will look for, in the rule's spelling."""
        made = TermList(tuple(terms), self.spelling.view, self.spelling.disguised)
        self.lists.append(made)
        return made

    def _term_lists(self, node: yaml.Node, pattern: bool) -> list[Term]:
        if not isinstance(node, yaml.MappingNode):
            return self._entries(node, self.spelling.languages, pattern)
        found: list[Term] = []
        for language, key_node, value in Fields(self.source, node, _BY_LANGUAGE).items():
            if language not in LANGUAGES:
                self.source.error(key_node, mistakes.no_language(language), did_you_mean(language, LANGUAGES))
            elif self.spelling.languages and language not in self.spelling.languages:
                self.source.error(key_node, mistakes.never_counts(language))
            found += self._entries(value, frozenset({language}), pattern)
        return found

    def _entries(self, node: yaml.Node, languages: frozenset[str], pattern: bool) -> list[Term]:
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if isinstance(node, yaml.MappingNode) or not items:
            self.source.error(
                node, Message("this must be a list of at least one term", "il faut une liste d'au moins un terme")
            )
            return []
        found: list[Term] = []
        for item in items:
            entry = self.source.text(item, Message("a term", "un terme"))
            if entry is None:
                continue
            if not entry.strip():
                self.source.error(item, Message("a term is empty", "un terme est vide"))
                continue
            found += self.parse_term(entry, item, languages, pattern)
        return found

    def parse_term(self, entry: str, node: yaml.Node, languages: frozenset[str], pattern: bool = False) -> list[Term]:
        """The terms of one entry, in the rule's spelling; an error and nothing when it cannot be read."""
        how = self.spelling
        try:
            return parse(entry, languages, inflect=how.inflect, exact=how.exact, pattern=pattern)
        except PatternError as error:
            self.source.error(node, error.message, error.hint, shift=error.at)
            return []

    def done(self) -> None:
        """Every field that nobody asked for is a mistake."""
        for name, key in self._keys.items():
            if name not in self._asked:
                unknown = Message(f"{self.what.en} has no field '{name}'", f"{self.what.fr} : pas de champ « {name} »")
                self.source.error(key, unknown, did_you_mean(name, self._asked))
