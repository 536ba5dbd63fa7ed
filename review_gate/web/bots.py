"""The bots over HTTP: see them, stop one, let it in again, say what may repeat."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict

from review_gate.domain.freeze import Freeze
from review_gate.domain.message import Message
from review_gate.gate import Gate
from review_gate.gate.bots import BotSeen
from review_gate.gate.freezes import scope_of
from review_gate.ports import Keys
from review_gate.web.auth import authenticate
from review_gate.web.bodies import Short, Text, parse_as, parse_json
from review_gate.web.language import language
from review_gate.web.problems import FieldError, Problem


class WhyBody(BaseModel):
    """Body of pause and resume."""

    model_config = ConfigDict(extra="forbid", strict=True)

    why: Short


class RepeatBody(BaseModel):
    """Body of a text that may repeat."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Text


def bots_blueprint(gate: Gate, keys: Keys) -> Blueprint:
    """The routes under /v1/bots. Names with a slash work too."""
    api = Blueprint("bots", __name__, url_prefix="/v1/bots")

    @api.get("")
    def bots() -> Response:
        authenticate(keys, "read")
        return _json({"items": [bot_json(seen, language()) for seen in gate.bots.all()], "next": None})

    @api.get("/<path:name>")
    def bot(name: str) -> Response:
        authenticate(keys, "read")
        return _json(bot_json(gate.bots.get(name), language()))

    @api.post("/<path:name>/pause")
    def pause(name: str) -> Response:
        person = authenticate(keys, "admin")
        why = parse_as(WhyBody, _body()).why
        return _json(bot_json(gate.bots.pause(name, why, person), language()))

    @api.post("/<path:name>/resume")
    def resume(name: str) -> Response:
        person = authenticate(keys, "admin")
        why = parse_as(WhyBody, _body()).why
        return _json(bot_json(gate.bots.resume(name, why, person), language()))

    @api.post("/<path:name>/repeats")
    def repeats(name: str) -> Response:
        person = authenticate(keys, "admin")
        text = parse_as(RepeatBody, _body()).text
        gate.bots.allow_repeat(name, text, person)
        return _json({"bot": name, "text": text, "allowed_by": person.id})

    return api


def freezes_blueprint(gate: Gate, keys: Keys) -> Blueprint:
    """The routes under /v1/freezes. A scope is `brand` or a market in two capitals."""
    api = Blueprint("freezes", __name__, url_prefix="/v1/freezes")

    @api.get("")
    def freezes() -> Response:
        authenticate(keys, "read")
        return _json({"items": [freeze_json(freeze) for freeze in gate.freezes.all()], "next": None})

    @api.put("/<scope>")
    def freeze(scope: str) -> Response:
        person = authenticate(keys, "admin")
        why = parse_as(WhyBody, _body()).why
        made, back = gate.freezes.freeze(_scope(scope), why, person)
        return _json({**freeze_json(made), "called_back": back})

    @api.post("/<scope>/lift")
    def lift(scope: str) -> Response:
        person = authenticate(keys, "admin")
        why = parse_as(WhyBody, _body()).why
        return _json(freeze_json(gate.freezes.lift(_scope(scope), why, person)))

    return api


def _scope(word: str) -> str:
    try:
        return scope_of(word)
    except ValueError as error:
        french = f"« {word} » n'est pas une portée : « brand » ou un marché en deux majuscules, comme FR."
        raise Problem.invalid([FieldError("scope", Message(f"{error}.", french))]) from None


def freeze_json(freeze: Freeze) -> dict[str, Any]:
    return {"scope": freeze.scope, "by": freeze.by_name, "at": freeze.at.isoformat(), "why": freeze.why}


def bot_json(seen: BotSeen, spoken: str) -> dict[str, Any]:
    """A bot's switch and its last hour."""
    breaker = seen.breaker
    return {
        "name": breaker.bot,
        "state": breaker.state.value,
        "since": breaker.since.isoformat(),
        "by": breaker.by_name or None,
        "why": breaker.why.in_(spoken) or None,
        "reopens_at": breaker.reopens_at.isoformat() if breaker.reopens_at else None,
        "last_hour": {"replies": seen.replies, "held": seen.held},
    }


def _body() -> Any:
    return parse_json(request.get_data(cache=True) or b"{}")


def _json(value: Any) -> Response:
    answer = jsonify(value)
    answer.headers["Content-Language"] = language()
    return answer
