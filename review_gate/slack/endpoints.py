"""Slack's way in over HTTP: three addresses, each verified before anything reads the body."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from flask import Blueprint, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from werkzeug.datastructures import Headers

MAX_BODY = 1024 * 1024
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_BROKEN = re.compile("[\0\ud800-\udfff]")

Shape: TypeAlias = Any
"""Types that a value may have; or the shapes of an object's fields (EACH: of all of them); or, in a list, that of each
entry."""
EACH = "*"

_OPTION = {"value": str}
_STATE = {"values": {EACH: {EACH: {"selected_option": _OPTION, "selected_options": [_OPTION]}}}}
_SHAPE: Shape = {
    **dict.fromkeys(("type", "command", "text", "trigger_id", "callback_id", "user_id", "channel_id"), str),
    **dict.fromkeys(("team", "enterprise", "item"), (dict, str)),
    "user": {"id": str, "name": str, "username": str},
    "channel": {"id": str},
    "container": {"channel_id": str},
    "message": {"text": str, "ts": str},
    "view": {"id": str, "type": str, "callback_id": str, "private_metadata": str, "state": _STATE},
    "state": _STATE,
    "actions": [{"action_id": str, "block_id": str, "type": str, "value": str, "selected_option": _OPTION}],
    "event": {**dict.fromkeys(("type", "subtype", "tab", "text", "ts", "thread_ts"), str), "user": (str, dict)},
    "authorizations": [dict],
    "response_urls": [dict],
}
"""Of a body, as far as Bolt and the listeners look into it. A field may always be missing or null."""
_BY_A_PERSON = frozenset({"block_actions", "view_submission", "view_closed", "message_action", "shortcut"})


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
        try:
            asked = to_bolt_request(request)
        except (ValueError, AttributeError, TypeError, KeyError, RecursionError):  # signed, and yet not Slack's
            return _plain(400, "unreadable")
        if not shaped(asked.body):
            return _plain(400, "unreadable")
        return to_flask_response(app.dispatch(asked))

    for address in ("interactions", "commands", "events"):
        blueprint.add_url_rule(f"/slack/{address}", address, receive, methods=["POST"])
    return blueprint


def shaped(body: Mapping[str, Any]) -> bool:
    """Whether what Bolt and the listeners look into has the shape that they expect there."""
    if not _fits(body, _SHAPE) or not _whole(body):
        return False
    kind = body.get("type")
    if kind == "event_callback":
        return bool((body.get("event") or {}).get("type"))
    if kind not in _BY_A_PERSON:
        return True
    actions = body.get("actions") or ()
    named = bool((body.get("user") or {}).get("id")) and all(one.get("action_id") for one in actions)
    windowed = not kind.startswith("view_") or bool((body.get("view") or {}).get("type"))
    return named and windowed and (kind != "block_actions" or bool(actions))


def _whole(body: Mapping[str, Any]) -> bool:
    """Whether every text in it can be stored: without NUL and halves of surrogate pairs."""
    waiting: list[Any] = [body]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and _BROKEN.search(one):
            return False
        if isinstance(one, Mapping):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
    return True


def _fits(value: Any, shape: Shape) -> bool:
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(one, shape[0]) for one in value)
    if not isinstance(shape, dict):
        return isinstance(value, shape)
    if not isinstance(value, dict):
        return False
    named = ((one, shape.get(name, shape.get(EACH))) for name, one in value.items() if one is not None)
    return all(_fits(one, wanted) for one, wanted in named if wanted is not None)


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
