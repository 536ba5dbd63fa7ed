"""The daily look over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict

from review_gate.domain.message import Message
from review_gate.gate.digests import Digests
from review_gate.insight.digest import Digest, Sampled
from review_gate.insight.limits import Replay
from review_gate.ports import Keys
from review_gate.web.auth import authenticate
from review_gate.web.bodies import Short, parse_as, parse_json
from review_gate.web.language import language
from review_gate.web.problems import FieldError, Problem


class MarkBody(BaseModel):
    """What a reviewer says of a reply that went out unseen."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reply: Short
    mark: Literal["fine", "should_have_been_held"]


def digests_blueprint(digests: Digests, keys: Keys) -> Blueprint:
    """The routes under /v1/digests; a day is written as 2026-11-23."""
    api = Blueprint("digests", __name__, url_prefix="/v1/digests")

    @api.get("/replay")
    def try_limit() -> Response:
        """What another limit of the score would have held, over the last month."""
        authenticate(keys, "read")
        return _json(replay_json(digests.try_limit(_limit(request.args.get("limit", "")))))

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
    month = digests.lately(found.day)
    return {
        "day": found.day.isoformat(),
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "sent": dict(found.sent),
        "held": dict(found.held),
        "reasons": dict(found.reasons),
        "late": found.late,
        "unread": list(found.unread),
        "stopped": dict(found.stopped),
        "clusters": [{**asdict(one), "at": one.at.isoformat()} for one in found.clusters],
        "sample": [_sampled(item) for item in found.sample],
        "precision": asdict(found.precision) if found.precision else None,
        "recall": asdict(recall) if recall else None,
        "suggested_threshold": asdict(suggestion) if suggestion else None,
        "month": asdict(month),
    }


def replay_json(found: Replay) -> dict[str, Any]:
    """A limit that was tried; `held` counts what it would have held besides what was held."""
    return {
        "limit": found.limit,
        "days": found.days,
        "sent": found.sent,
        "held": found.held,
        "held_a_day": round(found.a_day, 2),
        "by_bot": dict(found.by_bot),
        "by_day": {day.isoformat(): count for day, count in found.by_day.items()},
        "marked": {"caught": found.caught, "should_have_been_held": found.bad,
                   "disturbed": found.disturbed, "fine": found.fine},
        "examples": [_sampled(item) for item in found.examples],
    }  # fmt: skip


def _sampled(item: Sampled) -> dict[str, Any]:
    return {**asdict(item), "at": item.at.isoformat(), "mark": _word(item.mark)}


def _limit(text: str) -> float:
    try:
        found = float(text)
        if 0.0 <= found <= 1.0:
            return found
    except ValueError:
        pass
    message = Message("Write a score from 0 to 1, such as 0.4.", "Écrivez un score de 0 à 1, comme 0.4.")
    raise Problem.invalid([FieldError("limit", message)])


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
