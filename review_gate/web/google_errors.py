"""Errors in the shape that Google's interfaces give them, as clients of the Perspective API expect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from pydantic_core import ErrorDetails

STATUS = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}
_ERROR = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
_BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


class GoogleError(Exception):
    """An error answer on its way out."""

    def __init__(self, code: int, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    def response(self) -> Response:
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "status": STATUS.get(self.code, "INVALID_ARGUMENT"),
        }
        if self.details is not None:
            error["details"] = [self.details]
        answer = jsonify({"error": error})
        answer.status_code = self.code
        return answer


def refused(error_type: str, message: str, **details: Any) -> GoogleError:
    """What is wrong with a comment; `error_type` is the word that clients look for."""
    return GoogleError(400, message, {"@type": _ERROR, "errorType": error_type, **details})


def bad_key() -> GoogleError:
    return GoogleError(
        400,
        "API key not valid. Please pass a valid API key.",
        {"@type": _INFO, "reason": "API_KEY_INVALID", "domain": "review-gate"},
    )


def no_key() -> GoogleError:
    message = "The request is missing a valid API key: send one that `review-gate key create` made as ?key=KEY."
    return GoogleError(403, message)


def not_allowed(name: str, scope: str) -> GoogleError:
    return GoogleError(403, f"The key '{name}' lacks the scope '{scope}': use a key that has it.")


def bad_json(why: str) -> GoogleError:
    return GoogleError(400, f"Invalid JSON payload received. {why}")


def bad_field(problem: ErrorDetails) -> GoogleError:
    """What pydantic found, in Google's words: an unknown name, or a value of the wrong type."""
    path = [str(part) for part in problem["loc"]]
    if problem["type"] == "extra_forbidden":
        where = f" at '{_snake('.'.join(path[:-1]))}'" if path[:-1] else ""
        message = f'Invalid JSON payload received. Unknown name "{_plain(path[-1])}"{where}: Cannot find field.'
    else:
        message = f"Invalid value at '{_snake('.'.join(path))}': {problem['msg']}"
    violation = {"field": _snake(".".join(path)), "description": message}
    return GoogleError(400, message, {"@type": _BAD_REQUEST, "fieldViolations": [violation]})


def _snake(name: str) -> str:
    return _plain(re.sub(r"(?<=[a-z])([A-Z])", lambda found: "_" + found[1].lower(), name))


def _plain(name: str) -> str:
    """Without half surrogates, which could not be written down again."""
    return name.encode("utf-8", "replace").decode()
