"""What happened after publishing, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Self

from flask import Blueprint, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from review_gate.domain.change import Idempotency
from review_gate.domain.errors import IdempotencyConflict
from review_gate.domain.outcome import Outcome, Readings
from review_gate.gate import Gate, Once
from review_gate.gate.outcomes import Record
from review_gate.ports import Keys
from review_gate.web.api import _after_race, _body, _earlier, _json, _once
from review_gate.web.auth import authenticate
from review_gate.web.bodies import Plain, Short, _moment, parse_as

MAX_NOTE = 2000
READINGS = ("complaints", "deleted", "csat", "effort", "nps", "note")


_ONE_AT_LEAST: dict[str, Any] = {
    "anyOf": [{"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in READINGS]
}


def _whole(value: Any) -> Any:
    """In JSON 3.0 is a whole number, too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class ReadingsBody(BaseModel):
    """What was counted or answered: at least one of these."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_ONE_AT_LEAST)

    complaints: Annotated[int, Field(ge=0, le=10**9), BeforeValidator(_whole)] | None = None
    deleted: bool | None = None
    csat: Annotated[float, Field(ge=1, le=5)] | None = None
    effort: Annotated[float, Field(ge=1, le=7)] | None = None
    nps: Annotated[float, Field(ge=0, le=10)] | None = None
    note: Annotated[Plain, Field(max_length=MAX_NOTE)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.readings().empty:
            raise PydanticCustomError("says_nothing", "says nothing")
        return self

    def readings(self) -> Readings:
        return Readings(self.complaints, self.deleted, self.csat, self.effort, self.nps, self.note)


class OutcomeBody(ReadingsBody):
    """The outcome of a submission. `published_at`: when it really went out, where that was not the planned time; the
    first report's counts."""

    published_at: Annotated[datetime, BeforeValidator(_moment)] | None = None


class ReplyOutcomeBody(ReadingsBody):
    """The outcome of a bot's reply. `bot` is needed for one that is older than the memory of replies."""

    bot: Short | None = None


def outcomes_blueprint(gate: Gate, keys: Keys) -> Blueprint:
    """The routes, beside the submission or the reply that they are about."""
    api = Blueprint("outcomes", __name__, url_prefix="/v1")

    def reported(who: str, about: str, report: Callable[[Record | None], Outcome]) -> Response:
        once = _once(who, f"outcome {about}", 200, None)
        earlier = _earlier(gate, once)
        if earlier is not None:
            return earlier
        try:
            return _json(outcome_json(report(None if once is None else lambda outcome: _remembered(once, outcome))))
        except IdempotencyConflict:
            return _after_race(gate, once)

    @api.post("/submissions/<submission_id>/outcome")
    def report_outcome(submission_id: str) -> Response:
        person = authenticate(keys, "submit", "check")
        body = parse_as(OutcomeBody, _body())
        return reported(
            person.id,
            submission_id,
            lambda record: gate.outcomes.of_submission(
                submission_id, body.readings(), person, body.published_at, record
            ),
        )

    @api.get("/submissions/<submission_id>/outcome")
    def outcome(submission_id: str) -> Response:
        authenticate(keys, "read", "submit", "check")
        return _json(outcome_json(gate.outcomes.get(submission_id)))

    @api.post("/replies/<reply_id>/outcome")
    def report_reply_outcome(reply_id: str) -> Response:
        person = authenticate(keys, "submit", "check")
        body = parse_as(ReplyOutcomeBody, _body())
        return reported(
            person.id,
            reply_id,
            lambda record: gate.outcomes.of_reply(reply_id, body.readings(), person, body.bot, record),
        )

    @api.get("/replies/<reply_id>/outcome")
    def reply_outcome(reply_id: str) -> Response:
        authenticate(keys, "read", "submit", "check")
        return _json(outcome_json(gate.outcomes.get(reply_id)))

    return api


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Everything that is known now, whichever report brought it."""
    readings = outcome.readings
    return {
        "id": outcome.id,
        "about": outcome.about.value,
        **{name: getattr(readings, name) for name in READINGS},
        "bad": outcome.bad,
        "went_out_at": outcome.circumstances.went_out_at.isoformat(),
        "reported_by": outcome.reported_by,
        "reported_at": outcome.reported_at.isoformat(),
        "version": outcome.version,
    }


def _remembered(once: Once, outcome: Outcome) -> Idempotency:
    return Idempotency(once.scope, once.key, once.body_sha256, once.status, outcome_json(outcome), outcome.reported_at)
