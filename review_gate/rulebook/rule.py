"""A rule, a pack, and all packs together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import ClassVar, Protocol

from review_gate.domain.days import SOON
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.message import Message
from review_gate.domain.verdict import Severity
from review_gate.rulebook.scene import Encoder, Find, Matcher, Scene, View
from review_gate.rulebook.terms import TermList


class Check(Protocol):
    """What a kind of rule does. A kind is a frozen dataclass with these, registered in kinds/__init__.py.

    `fills` are the gaps its messages may have, as the rule is set. `triggers` are lists of which at least one must be
    found for the rule to have anything to say; None: always ask it.
    """

    word: ClassVar[str]

    @property
    def fills(self) -> frozenset[str]: ...

    @property
    def triggers(self) -> tuple[TermList, ...] | None: ...

    def find(self, view: View) -> list[Find]:
        """What the rule sees, in any order; nothing when all is well."""


@dataclass(frozen=True, slots=True)
class Example:
    """A draft that a rule must hit or pass. `languages`: as if told by the screening; empty: the rule's own."""

    draft: Draft
    languages: tuple[str, ...]
    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Rule:
    """One named check with all that its writer said about it."""

    id: str
    pack: str
    version: int
    check: Check
    category: str
    severity: Severity
    status: str
    message: Message
    suggestion: Message | None
    languages: frozenset[str]
    kinds_of_draft: frozenset[str]
    channels: frozenset[str]
    markets: frozenset[str]
    excepted: TermList | None
    unless: TermList | None
    lists: tuple[TermList, ...]
    expires: date | None
    owner: str
    rationale: str
    source: str
    path: str
    line: int
    should_hit: tuple[Example, ...] = ()
    should_pass: tuple[Example, ...] = ()

    def expired(self, today: date) -> bool:
        """Whether the rule no longer fires: from its `expires` day on."""
        return self.expires is not None and self.expires <= today

    def meant_for(self, scene: Scene) -> bool:
        """Whether the draft is of the languages, kinds, channels and markets that the rule is for.

        What is not known of a draft (its market, channel or language) does not keep a rule away.
        """
        draft = scene.draft
        return (
            (not self.languages or not scene.languages or not self.languages.isdisjoint(scene.languages))
            and (not self.kinds_of_draft or draft.kind.value in self.kinds_of_draft)
            and (not self.channels or draft.channel is None or draft.channel.casefold() in self.channels)
            and (not self.markets or draft.market is None or draft.market.upper() in self.markets)
        )


@dataclass(frozen=True, slots=True)
class Pack:
    """One file: its name, its version, its rules in order. `digest` tells its text from another's: the first 12 signs
    of its SHA-256. `own_channels` are those that it knows beside the usual ones."""

    name: str
    version: int
    owner: str
    path: str
    rules: tuple[Rule, ...]
    description: str = ""
    digest: str = ""
    own_channels: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Packs:
    """All packs that count now, with the index over their terms. Made by load.py, never changed."""

    packs: tuple[Pack, ...]
    matcher: Matcher
    by_list: Mapping[TermList, tuple[Rule, ...]]
    untriggered: tuple[Rule, ...]
    encoder: Encoder | None = None

    @property
    def versions(self) -> dict[str, int]:
        """Each pack's version, for the verdict."""
        return {pack.name: pack.version for pack in self.packs}

    @cached_property
    def digest(self) -> str:
        """What tells all these packs, to the letter, from any others: 12 signs."""
        return sha256(" ".join(sorted(f"{pack.name}:{pack.digest}" for pack in self.packs)).encode()).hexdigest()[:12]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, retired ones too."""
        return tuple(rule for pack in self.packs for rule in pack.rules)

    @property
    def blind(self) -> tuple[str, ...]:
        """The ids of the live rules that cannot see, for want of an encoder: a screening with any is not complete."""
        if self.encoder is not None:
            return ()
        return tuple(rule.id for rule in self.rules if rule.check.word in BY_MEANING and rule.status == "live")

    def expired(self, today: date) -> tuple[Rule, ...]:
        """The rules that no longer fire because their day has come."""
        return tuple(rule for rule in self.rules if rule.status != "retired" and rule.expired(today))

    def expiring(self, today: date) -> tuple[Rule, ...]:
        """The rules whose day comes soon, in the order of their days."""
        ending = [
            (rule.expires, number, rule)
            for number, rule in enumerate(self.rules)
            if rule.status != "retired" and rule.expires is not None and today < rule.expires <= today + SOON
        ]
        return tuple(rule for *_, rule in sorted(ending, key=lambda each: each[:2]))

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)


BY_MEANING = frozenset({"learned", "similar_to"})
"""The kinds that need an encoder."""

KINDS_OF_DRAFT = frozenset(kind.value for kind in Kind)
