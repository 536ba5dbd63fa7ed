"""Follows each request: gives it an id, takes its time, writes its line in the log, feeds the meters."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

from review_gate.logs import REQUEST_ID, REQUESTS, request_id
from review_gate.ports import StoreBroken, StoreError
from review_gate.web.meters import Meters
from review_gate.web.problems import Problem

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
QUIET = frozenset({"healthz", "readyz", "operations.metrics", "pages.static"})
"""Asked every few seconds or for each page: no lines."""


def route_asked() -> str:
    """The rule that the request fits, for the log: its path and query may hold a key or a text."""
    return request.url_rule.rule if request.url_rule is not None else "none"


def track(app: Flask, meters: Meters) -> None:
    """Every answer of `app` carries its request's id from now on. Call it before the first request."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = request_id(request.headers.get(HEADER))
        REQUEST_ID.set(g.request_id)

    # The other hooks wait for `begin`: a request's id is there before anything can fail.
    hooks = app.before_request_funcs[None]
    hooks.insert(0, hooks.pop())

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        seconds = time.perf_counter() - g.began
        route = route_asked()
        meters.answered(request.method, route, response.status_code, seconds)
        if request.endpoint not in QUIET:
            report = REQUESTS.error if response.status_code >= 500 else REQUESTS.info
            report(
                "%s %s %d",
                request.method,
                route,
                response.status_code,
                extra={
                    "fields": {
                        "method": request.method,
                        "route": route,
                        "status": response.status_code,
                        "milliseconds": round(seconds * 1000, 1),
                    }
                },
            )
        return response

    @app.teardown_request
    def forget(error: BaseException | None) -> None:
        REQUEST_ID.set(None)


def told_of_store(error: StoreError) -> Problem:
    """Writes it to the log, and answers what the caller may know."""
    why = error if isinstance(error, StoreBroken) else "the store did not answer"
    log.error("%s %s failed: %s", request.method, route_asked(), why, exc_info=error)
    return Problem.of_store(error)
