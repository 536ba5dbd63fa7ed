"""What may come from Slack, by either way in: bodies are checked as deep as Bolt and the listeners look into them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from slack_bolt import App, BoltRequest, BoltResponse

log = logging.getLogger(__name__)

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
    "view": {
        "id": str,
        "type": str,
        "callback_id": str,
        "private_metadata": str,
        "state": _STATE,
        "blocks": [{"type": str, "block_id": str}],
    },
    "state": _STATE,
    "actions": [{"action_id": str, "block_id": str, "type": str, "value": str, "selected_option": _OPTION}],
    "event": {**dict.fromkeys(("type", "subtype", "tab", "text", "ts", "thread_ts"), str), "user": (str, dict)},
    "authorizations": [dict],
    "response_urls": [dict],
}
"""Of a body, as far as Bolt and the listeners look into it. A field may always be missing or null."""
_BY_A_PERSON = frozenset({"block_actions", "view_submission", "view_closed", "message_action", "shortcut"})


def dispatch(app: App, read: Callable[[], BoltRequest]) -> BoltResponse:
    """What `app` answers to the request that `read` makes of what arrived; 400 where that is nothing of Slack's."""
    try:
        asked = read()
        known = shaped(asked.body)
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        known = False
    if not known:
        log.warning("A request that came as Slack's is none: it was refused")  # its words belong into no log
        return BoltResponse(status=400, body="unreadable")
    return app.dispatch(asked)


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
