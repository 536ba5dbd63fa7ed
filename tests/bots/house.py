"""A gate with a store in memory and a clock that is moved by hand, for tests about bots."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from review_gate.adapters.clock import uuid7
from review_gate.adapters.language import DETECTORS
from review_gate.adapters.scorers.repetition import RepetitionScorer
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.domain.breaker import BreakerPolicy
from review_gate.domain.policy import Policy, RepetitionPolicy
from review_gate.domain.submission import Person, Role
from review_gate.domain.verdict import Severity
from review_gate.gate import Checked, Gate, Screening
from review_gate.ports import Scorer
from review_gate.settings.holding_file import load_holding
from tests.builders import FakeClock, NoRules, WordScorer, reply

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = Person("shop", "shop", frozenset({Role.AUTHOR}))
LEAD = Person("lea", "Léa", frozenset({Role.ADMIN}))

POLICY = Policy(
    name="bots",
    version=1,
    thresholds={
        "toxicity": {"insult": ((Severity.HOLD, 0.6),)},
        "repetition": {"conversation": ((Severity.HOLD, 1.0),), "across": ((Severity.HOLD, 1.0),)},
    },
    repetition=RepetitionPolicy(across_share=0.25),
    breaker=BreakerPolicy(watch_words=("boycott", "scandale")),
)


@dataclass
class House:
    gate: Gate
    store: SqlStore
    clock: FakeClock

    def says(self, text: str, bot: str = "faq", conversation: str | None = None, **fields: Any) -> Checked:
        """One check, a second after the last one."""
        self.clock.pass_(seconds=1)
        return self.gate.check(reply(text, bot=bot, conversation=conversation, **fields), KEY)

    def state(self, bot: str = "faq") -> str:
        return self.gate.bots.get(bot).breaker.state.value

    def events(self, prefix: str = "bot.") -> list[tuple[str, str]]:
        """(kind, actor) of the events about bots, oldest first."""
        return [(item.event.kind, item.event.actor) for item in self.store.log() if item.event.kind.startswith(prefix)]


@contextmanager
def house(policy: Policy = POLICY, scorers: tuple[Scorer, ...] | None = None, **breaker: Any) -> Iterator[House]:
    policy = replace(policy, breaker=replace(policy.breaker, **breaker))
    store = open_store("sqlite::memory:")
    found = scorers if scorers is not None else (WordScorer(), RepetitionScorer(policy.repetition))
    screening = Screening(DETECTORS["eldc"](), found, NoRules, policy, load_holding())
    clock = FakeClock(MORNING)
    try:
        yield House(Gate(store, lambda: screening, clock, uuid7), store, clock)
    finally:
        store.close()
