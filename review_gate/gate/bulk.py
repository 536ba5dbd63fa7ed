"""Decisions about several drafts at once, for leads: each is a decision of its own, with its own result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from review_gate.domain.errors import GateError, NotPermitted
from review_gate.domain.message import Message
from review_gate.domain.permits import LEADING
from review_gate.domain.submission import Answer, Person, Submission
from review_gate.domain.verdict import Severity
from review_gate.gate.gate import Gate, Seen


@dataclass(frozen=True, slots=True)
class Chosen:
    """One draft of several, as it was seen."""

    id: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one: `submission` as it is now (None: there is none), `refused` why nothing was decided."""

    id: str
    submission: Submission | None
    refused: Message | None = None


ONE_BY_ONE = Message(
    "It is risky: look at it on its own page and decide there.",
    "C'est risqué : regardez-le sur sa page et décidez-y.",
)


def decide_each(
    gate: Gate, chosen: Iterable[Chosen], answer: Answer, person: Person, comment: str = "", reason_code: str = ""
) -> Sequence[Done]:
    """Decides about one after the other; what was decided, changed or is their own stays as it is, and is told so.
    What the screening would hold is not approved this way. Raises NotPermitted for anybody but a lead."""
    if not person.roles & LEADING:
        raise NotPermitted(
            Message("Only leads decide about several drafts at once.", "Seuls les responsables décident en lot.")
        )
    return [_decide(gate, one, answer, person, comment, reason_code) for one in chosen]


def _decide(gate: Gate, one: Chosen, answer: Answer, person: Person, comment: str, reason_code: str) -> Done:
    found: Submission | None = None
    try:
        found = gate.get(one.id)
        if answer is Answer.APPROVE and found.verdict.severity >= Severity.HOLD:
            return Done(one.id, found, ONE_BY_ONE)
        return Done(one.id, gate.decide(one.id, answer, person, one.seen, comment, reason_code))
    except GateError as error:
        return Done(one.id, found, error.message)
