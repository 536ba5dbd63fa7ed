"""What all steps of a submission's life have in common: the next version, an event, the card. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from review_gate.domain import outgoing
from review_gate.domain.change import Change, Delivery, Event, Moment
from review_gate.domain.submission import State, Submission


def step(before: Submission, after: Submission, kind: str, actor: str, moment: Moment,
         data: dict[str, Any] | None = None, also: Iterable[Delivery] = ()) -> Change:  # fmt: skip
    """From one version to the next: the card is brought up to date, and `also` goes out with it."""
    return Change(
        submission=after,
        expected_version=before.version,
        events=(event(after, kind, actor, moment, data),),
        deliveries=(outgoing.card(after, moment), *also),
    )


def close(submission: Submission, state: State, actor: str, moment: Moment) -> Change:
    """It ends without a decision, in `state`; the publisher is told."""
    closed = onward(submission, moment, state=state, claim=None, publication=None)
    return step(submission, closed, f"submission.{state.value}", actor, moment, also=outgoing.webhook(closed, moment))


def onward(submission: Submission, moment: Moment, **fields: Any) -> Submission:
    """Its next version, with these `fields` changed."""
    return replace(submission, version=submission.version + 1, updated_at=moment.now, **fields)


def event(submission: Submission, kind: str, actor: str, moment: Moment,
          data: dict[str, Any] | None = None) -> Event:  # fmt: skip
    """What the audit log says of it. A drill's events carry its mark."""
    mark = {} if submission.drill is None else {"drill": submission.drill.scenario}
    told = {"version": submission.version, **mark, **(data or {})}
    return Event(moment.id(), moment.now, kind, actor, submission.id, told)
