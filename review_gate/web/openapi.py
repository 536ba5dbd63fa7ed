"""The OpenAPI 3.1 document, made from the code, and a page to try the API that needs nobody else's server."""

from __future__ import annotations

from importlib import resources
from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic.json_schema import models_json_schema

from review_gate import __version__
from review_gate.web.operations import JSON, OPERATIONS, PROBLEM, Model, Operation
from review_gate.web.shapes import ProblemDocument

REFS = "#/components/schemas/{model}"
WORDS = {
    200: "Done",
    201: "Kept",
    202: "Taken in",
    204: "Done, and there is nothing to tell",
    400: "The body cannot be read, or asks for something that cannot be",
    401: "No API key, or an unknown one",
    403: "The key lacks the scope, or this is not permitted now",
    404: "There is no such thing",
    409: "Refused as things are now",
    413: "The body is too large",
    415: "Another kind of content is expected",
    422: "A field or a parameter is not right",
    429: "Too many requests: wait as long as Retry-After says",
    501: "What this needs is not installed",
    503: "Nothing was decided: try again",
}
PAGE = {"": ("try.html", "text/html"), "/try.js": ("try.js", "text/javascript"), "/try.css": ("try.css", "text/css")}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


def openapi_blueprint() -> Blueprint:
    """`/openapi.json` and, under `/docs/api`, the page."""
    api = Blueprint("openapi", __name__)
    told = document()

    @api.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(told)

    def page(name: str, kind: str) -> Response:
        content = resources.files("review_gate.web").joinpath("try_it", name).read_text("utf-8")
        answer = Response(content, content_type=f"{kind}; charset=utf-8")
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    for path, (name, kind) in PAGE.items():
        api.add_url_rule(
            f"/docs/api{path}", endpoint=name.replace(".", "_"), view_func=page, defaults={"name": name, "kind": kind}
        )
    return api


def document() -> dict[str, Any]:
    """The OpenAPI document as a JSON value."""
    models: list[Model] = [ProblemDocument]
    for operation in OPERATIONS:
        given = (operation.body, *operation.answers.values(), *operation.errors.values())
        models += [model for model in given if model is not None]
    refs, schemas = models_json_schema([(model, "validation") for model in dict.fromkeys(models)], ref_template=REFS)
    named: dict[Model, dict[str, Any]] = {model: ref for (model, _), ref in refs.items()}  # type: ignore[misc]
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Review Gate",
            "version": __version__,
            "description": "Nothing goes out under the brand's name until it has passed the gate. Messages come in"
            " English or French, as Accept-Language asks.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {name: _untitled(schema) for name, schema in schemas["$defs"].items()},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "`review-gate key create` makes one."},
                "perspective": {"type": "apiKey", "in": "query", "name": "key"},
            },
        },
    }


def _operation(operation: Operation, named: dict[Model, dict[str, Any]]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, model in operation.answers.items():
        responses[str(status)] = _response(status, JSON, named[model] if model else {"type": "object"})
    for status, kinds in operation.files.items():
        responses[str(status)] = {"description": WORDS[status], "content": {kind: {} for kind in kinds}}
    for status, model in operation.errors.items():
        responses[str(status)] = _response(status, JSON, named[model])
    for status in operation.problems:
        responses[str(status)] = _response(status, PROBLEM, named[ProblemDocument])
    scopes = f"The key needs the scope {' or '.join(f'`{scope}`' for scope in operation.scopes)}; `admin` has all."
    told: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": " ".join(filter(None, (operation.description, scopes if operation.scopes else ""))),
        "responses": dict(sorted(responses.items())),
        "security": [] if operation.security == "none" else [{operation.security: []}],
    }
    if operation.parameters:
        told["parameters"] = [*operation.parameters]
    if operation.body is not None:
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": named[operation.body]}}}
    if operation.upload:
        told["requestBody"] = {"required": True, "content": operation.upload}
    return told


def _response(status: int, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    if status == 204:
        return {"description": WORDS[status]}
    return {"description": WORDS[status], "content": {kind: {"schema": schema}}}


def _untitled(schema: Any) -> Any:
    """Without the titles that pydantic makes from the fields' names: they say nothing twice."""
    if isinstance(schema, list):
        return [_untitled(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _untitled(item) for name, item in schema.items() if name != "title" or not isinstance(item, str)}
