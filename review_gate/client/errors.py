"""What can go wrong when the gate is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class GateError(Exception):
    """Everything this package raises."""


class GateUnavailable(GateError):
    """The gate did not answer, or not with an answer: nothing was allowed. Asking again later is safe."""


class RequestRefused(GateError):
    """The gate refused the request itself: a bad key, a field that is not right, something that is not permitted.

    `status` is the HTTP status, `code` the last part of the problem's type, `document` the whole of it.
    """

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        self.status = status
        self.document = dict(document)
        self.code = str(document.get("type", "")).rsplit("/", 1)[-1]
        super().__init__(str(document.get("detail") or document.get("title") or f"The gate answered {status}"))


class BadSignature(GateError):
    """A webhook that the gate did not sign, or too long ago: throw it away."""
