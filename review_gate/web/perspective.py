"""The Perspective API's interface (v1alpha1) over our own scorer: change the address and the key, keep the client.

The figures are those of our model, not Google's: thresholds want a look (docs/integrations.md). Nothing of a comment is
stored, whatever `doNotStore` says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from review_gate.domain.change import Change, Event
from review_gate.ports import ApiKey, Clock, NewId, Store, StoreError
from review_gate.web import google_errors as google
from review_gate.web.auth import known_key, may
from review_gate.web.bodies import parse_json
from review_gate.web.perspective_bodies import MAX_BYTES, AnalyzeBody, Attribute, SuggestBody, TextEntry, parse
from review_gate.web.perspective_discovery import discovery
from review_gate.web.problems import Problem
from review_gate.web.scoring import NotScored, TextScores
from review_gate.web.tracking import told_of_store

ATTRIBUTES: Mapping[str, str] = {
    "TOXICITY": "toxicity",
    "SEVERE_TOXICITY": "severe_toxicity",
    "IDENTITY_ATTACK": "identity_attack",
    "INSULT": "insult",
    "PROFANITY": "obscene",
    "THREAT": "threat",
    "SEXUALLY_EXPLICIT": "sexual_explicit",
}
"""Perspective's name for each label of our scorer."""
MAX_SPANS = 60
_SENTENCE = re.compile(r"\S.*?(?:(?<![.!?…])[.!?…]++(?=\s|$)|(?=\n)|$)", re.DOTALL)


def perspective_blueprint(scores: TextScores, store: Store, clock: Clock, new_id: NewId, url: str | None) -> Blueprint:
    """The routes. `url`: the public address that the discovery document names; None: the one it was asked at."""
    api = Blueprint("perspective", __name__)

    @api.get("/$discovery/rest")
    def document() -> Response:
        version = request.args.get("version", "v1alpha1")
        if version != "v1alpha1":
            raise google.GoogleError(404, f"There is no version '{version[:40]}': ask for version=v1alpha1.")
        return jsonify(discovery((url or request.host_url).rstrip("/")))

    @api.post("/v1alpha1/comments:analyze")
    def analyze() -> Response:
        _key(store)
        body = parse(AnalyzeBody, _json())
        return jsonify(_analysis(scores, body))

    @api.post("/v1alpha1/comments:suggestscore")
    def suggest() -> Response:
        key = _key(store)
        body = parse(SuggestBody, _json())
        store.commit(Change(events=(_suggested(body, key, Event(new_id(), clock(), "score.suggested", key.name)),)))
        told = {"requestedLanguages": body.languages} if body.languages else {}
        return jsonify(_with_token(told, body.client_token))

    @api.errorhandler(google.GoogleError)
    def refuse(error: google.GoogleError) -> Response:
        return error.response()

    @api.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        if error.status == 429:
            answer = google.GoogleError(429, error.message.en).response()
            answer.headers.update(error.headers)
            return answer
        return google.bad_json(error.message.en).response()

    @api.errorhandler(HTTPException)
    def too_large(error: HTTPException) -> Response:
        return google.refused("COMMENT_TOO_LONG", "Comment text too long.").response()

    @api.errorhandler(NotScored)
    def silent(error: NotScored) -> Response:
        return google.GoogleError(503, "The scorer did not answer: try again. Nothing was scored.").response()

    @api.errorhandler(StoreError)
    def store_trouble(error: StoreError) -> Response:
        return google.GoogleError(503, told_of_store(error).message.en).response()

    return api


def _key(store: Store) -> ApiKey:
    given = request.args.get("key") or request.headers.get("X-Goog-Api-Key")
    if not given:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not given:
        raise google.no_key()
    found = known_key(store, given)
    if found is None:
        raise google.bad_key()
    if not may(found, "check"):
        raise google.not_allowed(found.name, "check")
    return found


def _json() -> Any:
    return parse_json(request.get_data(cache=True))


def _text(comment: TextEntry | None) -> str:
    text = (comment.text if comment else None) or ""
    if not text.strip():
        raise google.refused("COMMENT_EMPTY", "Comment must be non-empty.")
    if len(text.encode()) > MAX_BYTES:
        raise google.refused("COMMENT_TOO_LONG", "Comment text too long.")
    return text


def _asked(wanted: Mapping[str, Any] | None) -> None:
    """Raises unless at least one attribute is asked for, and none that we do not have."""
    if not wanted:
        raise google.refused("NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes")
    for name in wanted:
        if name not in ATTRIBUTES:
            raise google.GoogleError(400, f"Unknown requested attribute: {name}")


def _analysis(scores: TextScores, body: AnalyzeBody) -> dict[str, Any]:
    text = _text(body.comment)
    wanted = body.requested_attributes or {}
    _asked(wanted)
    detected = scores.detect(text)
    if body.languages:
        languages = body.languages
    elif detected is not None:
        languages = [detected]
    elif any(character.isalpha() for character in text):
        languages = [scores.fallback]  # "idiot!" tells no language and is still worth a score
    else:
        raise google.refused("LANGUAGE_DETECTION_FAILED", "Unable to detect language")
    codes = [language.replace("_", "-").split("-")[0].lower() for language in languages]
    found = scores.score(text, codes)
    told: dict[str, Any] = {"languages": languages}
    if detected is not None:
        told["detectedLanguages"] = [detected]
    _with_token(told, body.client_token)
    if found is None:
        if body.drop_unsupported_attributes:
            return {"attributeScores": {}} | told
        raise _unsupported(next(iter(wanted)), languages, body.languages, detected)
    spans = [(0, len(text))]
    by_span = [found]
    if body.span_annotations:
        spans = sentences(text)
        by_span = [found] if len(spans) == 1 else [_known(scores.score(text[a:b], codes)) for a, b in spans]
    places = [(utf16(text, start), utf16(text, end)) for start, end in spans]
    return {
        "attributeScores": {
            name: _attribute(attribute, ATTRIBUTES[name], found, list(zip(places, by_span, strict=True)))
            for name, attribute in wanted.items()
            if _value(found, ATTRIBUTES[name]) >= (attribute.score_threshold or 0.0)
        }
    } | told


def _attribute(
    asked: Attribute,
    label: str,
    found: Mapping[str, float],
    by_span: Sequence[tuple[tuple[int, int], Mapping[str, float]]],
) -> dict[str, Any]:
    least = asked.score_threshold or 0.0
    spans = [
        {"begin": begin, "end": end, "score": _score(_value(scores, label))}
        for (begin, end), scores in by_span
        if _value(scores, label) >= least
    ]
    return ({"spanScores": spans} if spans else {}) | {"summaryScore": _score(_value(found, label))}


def _score(value: float) -> dict[str, Any]:
    return {"value": value, "type": "PROBABILITY"}


def _value(found: Mapping[str, float], label: str) -> float:
    """Raises NotScored where the scorer has no such label: its silence is no zero."""
    if label not in found:
        raise NotScored(label)
    return found[label]


def _known(found: Mapping[str, float] | None) -> Mapping[str, float]:
    if found is None:
        raise NotScored("language")
    return found


def _unsupported(attribute: str, languages: Sequence[str], asked: Sequence[str] | None,
                 detected: str | None) -> google.GoogleError:  # fmt: skip
    told = {
        "detectedLanguages": [detected] if detected else [],
        "requestedLanguages": list(asked or ()),
        "attribute": attribute,
    }
    return google.refused(
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        f"Attribute {attribute} does not support request languages: {', '.join(languages)}",
        languageNotSupportedByAttributeError=told,
    )


def _suggested(body: SuggestBody, key: ApiKey, event: Event) -> Event:
    """What is kept of a suggestion: the scores and the comment's hash, never its text."""
    text = _text(body.comment)
    wanted = body.attribute_scores
    if not wanted:
        raise google.refused("NO_REQUESTED_ATTRIBUTES", "Missing attribute_scores")
    _asked(wanted)
    told = {name: score.summary_score.value for name, score in wanted.items() if score.summary_score is not None}
    missing = next((name for name in wanted if told.get(name) is None), None)
    if missing is not None:
        raise google.GoogleError(400, f"Missing summary_score for attribute {missing}: send a value from 0 to 1.")
    data = {
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "scores": told,
        "languages": body.languages or [],
        "community": body.community_id or "",
    }
    return Event(event.id, event.at, event.kind, event.actor, None, data)


def _with_token(told: dict[str, Any], token: str | None) -> dict[str, Any]:
    if token is not None:
        told["clientToken"] = token
    return told


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in characters; neighbours together where there would be over MAX_SPANS."""
    found = [match.span() for match in _SENTENCE.finditer(text)]
    size = -(-len(found) // MAX_SPANS) or 1
    return [(found[at][0], found[min(at + size, len(found)) - 1][1]) for at in range(0, len(found), size)]


def utf16(text: str, index: int) -> int:
    """`index` counted in UTF-16 units, as Perspective counts and JavaScript does."""
    return index + sum(character > "\uffff" for character in text[:index])
