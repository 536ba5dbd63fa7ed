"""What can go wrong by the rules of the gate. Each error carries the sentence that a person is shown."""

from __future__ import annotations

from review_gate.domain.message import Message


class GateError(Exception):
    """Something the gate refuses. `code` is stable and goes into the problem document's `type`."""

    code = "refused"

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


class NotFound(GateError):
    code = "not-found"


class NotPermitted(GateError):
    code = "not-permitted"


class Stale(GateError):
    """Somebody else changed the submission first: look at it again."""

    code = "stale-version"


class IdempotencyConflict(GateError):
    code = "idempotency-conflict"


class UnfitName(GateError):
    """A name that nobody can call by."""

    code = "invalid-field"


class TimeOver(GateError):
    """The planned time is over: the draft would expire before anybody has seen it."""

    code = "invalid-field"
