"""Decisions about several drafts at once, for leads: each is a decision of its own, with its own result."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from review_gate.domain.errors import GateError, NotPermitted
from review_gate.domain.message import Message
from review_gate.domain.permits import LEADING
from review_gate.domain.submission import Answer, Person, Submission
from review_gate.domain.verdict import Severity
from review_gate.gate.gate import Gate, Seen
from review_gate.ports import StoreError

log = logging.getLogger(__name__)


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


NO_MORE = Message(
    "It could not be saved: the database took no more. Tell whoever runs Review Gate, then decide again.",
    "Impossible à enregistrer : la base n'accepte plus rien. Prévenez la personne qui administre Review Gate, puis "
    "recommencez.",
)
ONE_BY_ONE = Message(
    "It is risky: look at it on its own page and decide there.",
    "C'est risqué : regardez-le sur sa page et décidez-y.",
)


def decide_each(
    gate: Gate, chosen: Iterable[Chosen], answer: Answer, person: Person, comment: str = "", reason_code: str = ""
) -> Sequence[Done]:
    """Decides about one after the other; what was decided, changed or is their own stays as it is, and is told so.
    What the screening would hold is not approved this way. Raises NotPermitted for anybody but a lead.

    Where the store takes no more of them (a full disk), the rest is left and told so; StoreError when it took none."""
    if not person.roles & LEADING:
        raise NotPermitted(
            Message("Only leads decide about several drafts at once.", "Seuls les responsables décident en lot.")
        )
    results: list[Done] = []
    left = list(chosen)
    try:
        while left:
            results.append(_decide(gate, left[0], answer, person, comment, reason_code))
            left.pop(0)
    except StoreError as error:
        if all(one.refused is not None for one in results):
            raise
        log.error("%d of several drafts were not decided: the store took no more", len(left), exc_info=error)
    return [*results, *(Done(one.id, None, NO_MORE) for one in left)]


def _decide(gate: Gate, one: Chosen, answer: Answer, person: Person, comment: str, reason_code: str) -> Done:
    found: Submission | None = None
    try:
        found = gate.get(one.id)
        if answer is Answer.APPROVE and found.verdict.severity >= Severity.HOLD:
            return Done(one.id, found, ONE_BY_ONE)
        return Done(one.id, gate.decide(one.id, answer, person, one.seen, comment, reason_code))
    except GateError as error:
        return Done(one.id, found, error.message)
