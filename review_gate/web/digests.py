"""The daily look over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict

from review_gate.domain.message import Message
from review_gate.gate.digests import Digests
from review_gate.insight.digest import Digest
from review_gate.ports import Keys
from review_gate.web.auth import authenticate
from review_gate.web.bodies import parse_as, parse_json
from review_gate.web.language import language
from review_gate.web.problems import FieldError, Problem


class MarkBody(BaseModel):
    """What a reviewer says of a reply that went out unseen."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reply: str
    mark: Literal["fine", "should_have_been_held"]


def digests_blueprint(digests: Digests, keys: Keys) -> Blueprint:
    """The routes under /v1/digests; a day is written as 2026-11-23."""
    api = Blueprint("digests", __name__, url_prefix="/v1/digests")

    @api.get("/<day>")
    def show(day: str) -> Response:
        authenticate(keys, "read")
        return _json(digest_json(digests, digests.of(_day(day))))

    @api.post("/<day>/marks")
    def mark(day: str) -> Response:
        person = authenticate(keys, "admin")
        body = parse_as(MarkBody, parse_json(request.get_data(cache=True)))
        marked = digests.mark(_day(day), body.reply, body.mark == "should_have_been_held", person)
        return _json(digest_json(digests, marked))

    return api


def digest_json(digests: Digests, found: Digest) -> dict[str, Any]:
    """Counts, the sample with its marks, and what they tell; estimates are null while there is nothing to go by."""
    recall, suggestion = digests.recall(found), digests.suggestion(found)
    return {
        "day": found.day.isoformat(),
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "sent": dict(found.sent),
        "held": dict(found.held),
        "reasons": dict(found.reasons),
        "late": found.late,
        "stopped": dict(found.stopped),
        "sample": [{**asdict(item), "at": item.at.isoformat(), "mark": _word(item.mark)} for item in found.sample],
        "precision": asdict(found.precision) if found.precision else None,
        "recall": asdict(recall) if recall else None,
        "suggested_threshold": asdict(suggestion) if suggestion else None,
    }


def _word(mark: bool | None) -> str | None:
    return None if mark is None else "should_have_been_held" if mark else "fine"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = Message("Write a day as 2026-11-23.", "Écrivez un jour comme 2026-11-23.")
        raise Problem.invalid([FieldError("day", message)]) from None


def _json(value: Any) -> Response:
    answer = jsonify(value)
    answer.headers["Content-Language"] = language()
    return answer
