"""Approved templates over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, BeforeValidator, ConfigDict

from review_gate.domain.template import Template
from review_gate.gate import Gate
from review_gate.ports import Keys
from review_gate.web.auth import authenticate
from review_gate.web.bodies import Language, Market, Short, Text, _moment, parse_as, parse_json
from review_gate.web.language import language


class TemplateBody(BaseModel):
    """A text with slots such as {name}, who answers for it, and until when it is good."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Text
    owner: Short
    expires: Annotated[datetime, BeforeValidator(_moment)]
    channel: Short | None = None
    market: Market | None = None
    lang: Language | None = None
    occasion: Literal["crisis"] | None = None


def templates_blueprint(gate: Gate, keys: Keys) -> Blueprint:
    """The routes under /v1/templates."""
    api = Blueprint("templates", __name__, url_prefix="/v1/templates")

    @api.get("")
    def templates() -> Response:
        authenticate(keys, "read")
        return _json({"items": [template_json(template) for template in gate.templates.all()], "next": None})

    @api.put("/<name>")
    def approve(name: str) -> Response:
        person = authenticate(keys, "admin")
        body = parse_as(TemplateBody, parse_json(request.get_data(cache=True)))
        wanted = Template(name, body.text, body.owner, person.id, body.expires, body.expires,
                          body.channel, body.market, body.lang, occasion=body.occasion)  # fmt: skip
        return _json(template_json(gate.templates.approve(wanted, person)))

    @api.delete("/<name>")
    def retire(name: str) -> Response:
        person = authenticate(keys, "admin")
        gate.templates.retire(name, person)
        return Response(status=204)

    return api


def template_json(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "text": template.text,
        "owner": template.owner,
        "approved_by": template.approved_by,
        "approved_at": template.approved_at.isoformat(),
        "expires": template.expires.isoformat(),
        "channel": template.channel,
        "market": template.market,
        "lang": template.lang,
        "occasion": template.occasion,
        "source": template.source,
        "uses": template.uses,
    }


def _json(value: Any) -> Response:
    answer = jsonify(value)
    answer.headers["Content-Language"] = language()
    return answer
