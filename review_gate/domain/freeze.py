"""One switch for a crisis: while it is on, nothing goes out for a market, or for the whole brand. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from review_gate.domain.days import moment_in_figures
from review_gate.domain.message import Message
from review_gate.domain.places import country
from review_gate.domain.verdict import Action, Reason, Severity, Source, Verdict

BRAND = "brand"
"""The scope of a freeze of everything. Any other scope is a market (ISO 3166-1)."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """Who stopped what, when and why."""

    scope: str
    by: str
    by_name: str
    at: datetime
    why: str

    def covers(self, market: str | None) -> bool:
        """Whether it stops what goes out for `market`. What names no market may go out anywhere: it is stopped too."""
        return self.scope == BRAND or market is None or market == self.scope

    @property
    def message(self) -> Message:
        where = Message("The brand", "La marque") if self.scope == BRAND else scope_words(self.scope)
        since = moment_in_figures(self.at)
        return Message(
            f"{where.en} is frozen since {since.en} ({self.by_name}: {self.why}): nothing goes out"
            " until a lead lifts it.",
            f"{where.fr} : publication gelée depuis le {since.fr} ({self.by_name} : {self.why})."
            " Rien ne sort avant qu'un responsable ne lève le gel.",
        )


def scope_words(scope: str) -> Message:
    """What is frozen, inside a sentence."""
    return Message("the whole brand", "toute la marque") if scope == BRAND else country(scope)


def frozen(verdict: Verdict, freeze: Freeze) -> Verdict:
    """The verdict with the freeze as its first reason: at least hold."""
    reason = Reason(Source.POLICY, Severity.HOLD, freeze.message, rule="frozen")
    action = verdict.action if verdict.action is Action.BLOCK else Action.HOLD
    others = tuple(r for r in verdict.reasons if r.rule != "frozen")
    return replace(verdict, action=action, severity=max(verdict.severity, Severity.HOLD), reasons=(reason, *others))
