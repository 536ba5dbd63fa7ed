"""OpenAI's moderation interface (`POST /v1/moderations`) over our own scorer: change `base_url` and the key.

Four of the thirteen categories have a score of ours. The others answer what that interface answers where it has not
looked: score 0 and no applied input type. Whatever could not be looked at (a picture, a language that the model was
not made for) is flagged, because nobody knows that it is harmless.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError
from werkzeug.exceptions import HTTPException

from review_gate.domain.draft import MAX_TEXT
from review_gate.domain.policy import Policy
from review_gate.domain.verdict import Severity
from review_gate.ports import Keys, StoreError
from review_gate.web.auth import known_key, may
from review_gate.web.bodies import Plain, parse_json
from review_gate.web.problems import Problem
from review_gate.web.scoring import NotScored, TextScores
from review_gate.web.tracking import told_of_store

SCORED: Mapping[str, str] = {
    "hate": "identity_attack",
    "harassment": "insult",
    "harassment/threatening": "threat",
    "sexual": "sexual_explicit",
}
"""The label of our scorer behind each category that has one."""
CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
MODELS = ("omni-moderation-latest", "omni-moderation-2024-09-26", "text-moderation-latest", "text-moderation-stable")
NOT_SEEN = "X-Review-Gate-Not-Examined"
"""Header that names what is flagged only because it was not looked at."""
MAX_INPUTS = 32


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TextPart(_Part):
    type: Literal["text"]
    text: Annotated[Plain, Field(max_length=MAX_TEXT)]


class ImageUrl(_Part):
    url: Annotated[Plain, Field(min_length=1)]


class ImagePart(_Part):
    """A picture, by address or as data: taken, never fetched, never called harmless."""

    type: Literal["image_url"]
    image_url: ImageUrl


Part = Annotated[TextPart | ImagePart, Field(discriminator="type")]
Text = Annotated[Plain, Field(max_length=MAX_TEXT)]


def _form(value: Any) -> str:
    if isinstance(value, list):
        return "parts" if value and isinstance(value[0], dict) else "texts"
    return "text"


class ModerationBody(_Part):
    """A text, a list of texts (a result each), or a list of parts (one result for all)."""

    input: Annotated[
        Annotated[Text, Tag("text")]
        | Annotated[list[Text], Field(min_length=1, max_length=MAX_INPUTS), Tag("texts")]
        | Annotated[list[Part], Field(min_length=1, max_length=MAX_INPUTS), Tag("parts")],
        Discriminator(_form),
    ]
    model: Literal[MODELS] | None = None  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """An error answer in OpenAI's shape."""

    status: int
    message: str
    type: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None


def openai_blueprint(scores: TextScores, keys: Keys, policy: Policy) -> Blueprint:
    """The route. A category is true from the score on at which `policy` holds a draft for its label."""
    api = Blueprint("openai", __name__)

    @api.post("/v1/moderations")
    def moderations() -> Response:
        _authenticate(keys)
        body = _parse(parse_json(request.get_data(cache=True)))
        results, unseen = [], set()
        for texts, pictures in _inputs(body):
            result, missing = _result(scores, policy, texts, pictures)
            results.append(result)
            unseen |= missing
        answer = jsonify({"id": f"modr-{secrets.token_hex(16)}", "model": body.model or MODELS[0], "results": results})
        if unseen:
            answer.headers[NOT_SEEN] = ", ".join(sorted(unseen))
        return answer

    @api.errorhandler(Refusal)
    def refuse(error: Refusal) -> Response:
        told = {"message": error.message, "type": error.type, "param": error.param, "code": error.code}
        answer = jsonify({"error": told})
        answer.status_code = error.status
        return answer

    @api.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        if error.status != 429:
            return refuse(Refusal(400, error.message.en))
        answer = refuse(Refusal(429, error.message.en, "rate_limit_error", code="rate_limit_exceeded"))
        answer.headers.update(error.headers)
        return answer

    @api.errorhandler(HTTPException)
    def other(error: HTTPException) -> Response:
        return refuse(Refusal(error.code or 400, "The request is larger than 1 MiB: send fewer texts at a time."))

    @api.errorhandler(NotScored)
    def silent(error: NotScored) -> Response:
        return refuse(Refusal(503, "The scorer did not answer: try again. Nothing was scored.", "server_error"))

    @api.errorhandler(StoreError)
    def store_trouble(error: StoreError) -> Response:
        return refuse(Refusal(503, told_of_store(error).message.en, "server_error"))

    return api


def _authenticate(keys: Keys) -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Refusal(401, "You didn't provide an API key: send it as 'Authorization: Bearer KEY'.")
    found = known_key(keys, key)
    if found is None:
        raise Refusal(401, "Incorrect API key provided: it is unknown or was revoked.", code="invalid_api_key")
    if not may(found, "check"):
        message = f"The key '{found.name}' lacks the scope 'check': use a key that has it."
        raise Refusal(403, message, code="insufficient_permissions")


def _parse(value: Any) -> ModerationBody:
    if not isinstance(value, dict):
        raise Refusal(400, "The body must be a JSON object with 'input'.")
    try:
        return ModerationBody.model_validate({name: item for name, item in value.items() if item is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        loc = first["loc"]
        place = (*loc[:1], *loc[2:3], *loc[4:])  # the others are the forms of the input and of its part
        param = ".".join(map(str, place)).encode("utf-8", "replace").decode()
        if param == "model":
            asked = str(value["model"])[:80].encode("utf-8", "replace").decode()
            message = f"Invalid value for 'model' = {asked}: use one of {', '.join(MODELS)}."
        else:
            message = f"Invalid value for '{param or 'input'}': {first['msg']}."
        raise Refusal(400, message, param=param or "input") from None


def _inputs(body: ModerationBody) -> list[tuple[list[str], int]]:
    """The texts and the number of pictures of each result."""
    if isinstance(body.input, str):
        return [([body.input], 0)]
    if isinstance(body.input[0], str):
        return [([str(text)], 0) for text in body.input]
    texts = [part.text for part in body.input if isinstance(part, TextPart)]
    return [(texts, len(body.input) - len(texts))]


def _result(scores: TextScores, policy: Policy, texts: list[str], pictures: int) -> tuple[dict[str, Any], set[str]]:
    """One result, and what of its input was not looked at."""
    highest: dict[str, float] = {}
    unseen = {"image"} if pictures else set()
    looked = False
    for text in texts:
        if not text.strip():
            continue
        language = scores.language(text)
        found = scores.score(text, [language])
        if found is None:
            unseen.add(f"text in '{language}'")
            continue
        looked = True
        for label in SCORED.values():
            if label not in found:
                raise NotScored(label)
            highest[label] = max(found[label], highest.get(label, 0.0))
    applied = {name: ["text"] if looked and name in SCORED else [] for name in CATEGORIES}
    values = {name: highest.get(SCORED.get(name, ""), 0.0) for name in CATEGORIES}
    true = {
        name: name in SCORED and policy.severity_of("toxicity", SCORED[name], values[name]) >= Severity.HOLD
        for name in CATEGORIES
    }
    result = {
        "flagged": bool(unseen) or any(true.values()),
        "categories": true,
        "category_scores": values,
        "category_applied_input_types": applied,
    }
    return result, unseen
