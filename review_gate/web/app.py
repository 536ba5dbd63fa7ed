"""The Flask application: routes, errors, headers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from review_gate.domain.errors import GateError
from review_gate.domain.message import Message
from review_gate.gate import Gate
from review_gate.ports import Store, StoreError
from review_gate.web.api import api_blueprint
from review_gate.web.bodies import MAX_BODY
from review_gate.web.bots import bots_blueprint, freezes_blueprint
from review_gate.web.language import language
from review_gate.web.openapi import openapi_blueprint
from review_gate.web.outcomes import outcomes_blueprint
from review_gate.web.problems import TITLES, Problem
from review_gate.web.templates_api import templates_blueprint
from review_gate.web.tracking import route_asked, told_of_store

log = logging.getLogger(__name__)

BROKEN = Message(
    "Something broke here and was written to the log. Nothing was allowed; it is safe to try again.",
    "Quelque chose s'est cassé ici et a été consigné. Rien n'a été autorisé ; vous pouvez réessayer.",
)


def create_app(
    gate: Gate,
    store: Store,
    ready: Callable[[], Sequence[Message]],
    public_keys: Callable[[], Mapping[str, Any]],
    language_setting: str = "en",
    blueprints: Sequence[Blueprint] = (),
    stopping: threading.Event | None = None,
) -> Flask:
    """The application. `ready` answers what is missing before drafts can be taken (nothing: ready),
    `public_keys` the key set that release tokens are verified with. When `stopping` is set, whoever waits for a
    decision is answered at once."""
    app = Flask("review_gate.web", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, LANGUAGE=language_setting)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.register_blueprint(api_blueprint(gate, store, stopping or threading.Event()))
    app.register_blueprint(bots_blueprint(gate, store))
    app.register_blueprint(freezes_blueprint(gate, store))
    app.register_blueprint(templates_blueprint(gate, store))
    app.register_blueprint(outcomes_blueprint(gate, store))
    app.register_blueprint(openapi_blueprint())
    for blueprint in blueprints:
        app.register_blueprint(blueprint)

    @app.before_request
    def refuse_nul() -> None:
        if "\0" in request.path:  # nothing has such a name, and PostgreSQL cannot even be asked for it
            raise Problem(404, "not-found", _nothing_here())

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "alive"})

    @app.get("/readyz")
    def readyz() -> Response:
        missing = [one.in_(language()) for one in ready()]
        answer = jsonify({"status": "not ready" if missing else "ready", "missing": missing})
        answer.status_code = 503 if missing else 200
        return answer

    @app.get("/.well-known/jwks.json")
    def jwks() -> Response:
        answer = jsonify(public_keys())
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer

    @app.get("/problems/<code>")
    def problem(code: str) -> Response:
        title = TITLES.get(code)
        if title is None:
            raise Problem(404, "not-found", _nothing_here())
        return jsonify({"type": f"/problems/{code}", "title": title.in_(language())})

    @app.errorhandler(Problem)
    def on_problem(error: Problem) -> Response:
        return error.response(language())

    @app.errorhandler(GateError)
    def on_gate_error(error: GateError) -> Response:
        return Problem.of(error).response(language())

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> Response:
        return of_http(error).response(language())

    @app.errorhandler(StoreError)
    def on_store_error(error: StoreError) -> Response:
        return told_of_store(error).response(language())

    @app.errorhandler(Exception)
    def on_error(error: Exception) -> Response:
        # The exception's own text may hold a draft: its type and trace are enough to find the place.
        log.error("%s %s failed: %s", request.method, route_asked(), type(error).__name__, exc_info=error)
        return Problem(500, "internal", BROKEN).response(language())

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def _nothing_here() -> Message:
    return Message(
        f"There is nothing at {request.path}. The API lives under /v1.",
        f"Il n'y a rien à l'adresse {request.path}. L'API se trouve sous /v1.",
    )


def of_http(error: HTTPException) -> Problem:
    """The problem document of an error that Flask raised itself."""
    status = error.code or 500
    if status == 404:
        return Problem(404, "not-found", _nothing_here())
    if status == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        message = Message(
            f"{request.method} is not possible here: use {allowed}.",
            f"{request.method} est impossible ici : {allowed}.",
        )
        return Problem(405, "method-not-allowed", message, headers={"Allow": allowed})
    if status == 413:
        return Problem.too_large()
    if status >= 500:
        return Problem(status, "internal", BROKEN)
    told = Message(error.description or error.name, f"Le serveur ne peut pas traiter cette requête ({error.name}).")
    return Problem(status, "unsupported-media-type" if status == 415 else "bad-request", told)
