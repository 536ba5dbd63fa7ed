"""Small makers of domain objects, so that a test says only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from math import nan
from typing import Any

from review_gate.domain.change import Moment
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.lifecycle import open_submission
from review_gate.domain.policy import Policy
from review_gate.domain.submission import Person, Role, Submission
from review_gate.domain.verdict import Action, Severity, Signal, SignalState, Verdict

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

ANNE = Person("anne", "Anne", frozenset({Role.AUTHOR}))
RENE = Person("U1RENE", "René", frozenset({Role.AUTHOR, Role.REVIEWER}))
SOFIA = Person("U2SOFIA", "Sofia", frozenset({Role.AUTHOR, Role.REVIEWER}))
LEA = Person("U3LEA", "Léa", frozenset({Role.AUTHOR, Role.REVIEWER, Role.LEAD}))

POLICY = Policy(
    name="test",
    version=1,
    thresholds={
        "toxicity": {"insult": ((Severity.BLOCK, 0.95), (Severity.HOLD, 0.6), (Severity.WARN, 0.4))},
        "repetition": {"conversation": ((Severity.HOLD, 1.0),), "across": ((Severity.HOLD, 1.0),)},
    },
)


def verdict(text: str = "Hello", action: Action = Action.HOLD, severity: Severity = Severity.NONE) -> Verdict:
    return Verdict(action, severity, "en", (), (), Draft(text).text_sha256, "test-model", {"test": 1}, "test@1")


class Ids:
    """Counting ids: the same in every run."""

    def __init__(self, prefix: str = "id") -> None:
        self._numbers = count(1)
        self._prefix = prefix

    def __call__(self) -> str:
        return f"{self._prefix}-{next(self._numbers):04d}"


def moment(now: datetime = NOW, prefix: str = "m") -> Moment:
    return Moment(now, Ids(prefix))


def held(text: str = "Hello", **draft: Any) -> Submission:
    """A submission of Anne's that waits for a person."""
    opened = open_submission("s-1", Draft(text, **draft), verdict(text), "anne", moment(prefix="open"))
    assert opened.submission is not None
    return opened.submission


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class WordScorer:
    """Finds insults by one word: enough of a scorer to see what the gate does with scores."""

    name: str = "toxicity"
    model: str = "word-scorer-1"
    languages: frozenset[str] = frozenset({"en", "fr"})
    seen: list[str] = field(default_factory=list)

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        self.seen.append(draft.text)
        if context.lang is not None and context.lang not in self.languages:
            return [Signal(self.name, "insult", state=SignalState.INAPPLICABLE, detail=context.lang)]
        score = 0.99 if "moron" in draft.text else 0.7 if "idiot" in draft.text else 0.01
        start = draft.text.find("idiot")
        spans = ((start, start + 5),) if start >= 0 else ()
        return [Signal(self.name, "insult", score, spans=spans)]


class BrokenScorer:
    """Always raises."""

    name = "toxicity"
    model = "broken-1"

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        raise RuntimeError("the model is gone")


class NanScorer:
    """Always answers with a score that is not a number, as a network does whose weights are damaged."""

    name = "toxicity"
    model = "nan-1"

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        return [Signal(self.name, label, nan) for label in ("toxicity", "threat", "insult", "sexual_explicit")] + [
            Signal(self.name, "identity_attack", 0.01)
        ]


@dataclass
class NoRules:
    """A rulebook without rules."""

    versions: dict[str, int] = field(default_factory=lambda: {"test": 1})
    digest: str = "0123456789ab"

    def evaluate(self, draft: Draft, context: Context) -> Sequence[Any]:
        return ()


def reply(text: str, **fields: Any) -> Draft:
    return Draft(text, kind=Kind.REPLY, **fields)
