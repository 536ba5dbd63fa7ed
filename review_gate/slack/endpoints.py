"""Slack's way in over HTTP: three addresses, each verified before anything reads the body."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from flask import Blueprint, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from werkzeug.datastructures import Headers

from review_gate.slack.shape import dispatch

MAX_BODY = 1024 * 1024
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class _Now(SignatureClock):
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now()


def slack_blueprint(app: App, signing_secret: str, now: Callable[[], float] = time.time) -> Blueprint:
    """POST /slack/interactions, /slack/commands and /slack/events. A request that Slack did not sign within the last
    five minutes gets 401 and reaches nothing; `now` is in seconds since 1970."""
    blueprint = Blueprint("slack", __name__)
    verifier = SignatureVerifier(signing_secret, _Now(now))

    def receive() -> Response:
        if (request.content_length or 0) > MAX_BODY:
            return _plain(413, "too large")
        body = request.get_data(cache=True)
        if len(body) > MAX_BODY:
            return _plain(413, "too large")
        if not signed(verifier, body, request.headers):
            return _plain(401, "invalid request")
        return to_flask_response(dispatch(app, lambda: to_bolt_request(request)))

    for address in ("interactions", "commands", "events"):
        blueprint.add_url_rule(f"/slack/{address}", address, receive, methods=["POST"])
    return blueprint


def signed(verifier: SignatureVerifier, body: bytes, headers: Headers) -> bool:
    """Whether Slack signed this body, recently. False for any garbage."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        return False
    try:
        return bool(verifier.is_valid(body.decode("utf-8"), timestamp, signature))
    except UnicodeDecodeError:
        return False


def _plain(status: int, words: str) -> Response:
    return Response(words, status=status, mimetype="text/plain")
