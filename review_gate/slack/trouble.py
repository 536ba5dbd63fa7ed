"""What people in Slack are told when the store fails: a full disk, a damaged file, no answer. The outbox is in that
very store, so they are told at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.lazy_listener.thread_runner import ThreadLazyListenerRunner

from review_gate.domain.message import Message
from review_gate.ports import StoreBroken, StoreError, StoreFull
from review_gate.slack import modals
from review_gate.slack.clicks import Clicks, user_of

log = logging.getLogger(__name__)

SECONDS = 2
"""How long Slack may take to take it: the click that waits has three seconds in all."""

FULL = Message(
    "Not saved: the gate's disk is full. Nothing goes out because of this. Tell whoever runs Review Gate, then do it "
    "again.",
    "Non enregistré : le disque de Review Gate est plein. Rien ne partira pour autant. Prévenez la personne qui "
    "l'administre, puis recommencez.",
)
BROKEN = Message(
    "Not saved: the gate's database cannot be used. Nothing goes out because of this. Tell whoever runs Review Gate, "
    "then do it again.",
    "Non enregistré : la base de Review Gate est inutilisable. Rien ne partira pour autant. Prévenez la personne qui "
    "l'administre, puis recommencez.",
)
AWAY = Message(
    "Not saved: the gate's database did not answer in time. Nothing goes out because of this. Do it again in a moment.",
    "Non enregistré : la base de Review Gate n'a pas répondu à temps. Rien ne partira pour autant. Recommencez dans un "
    "instant.",
)


def listen(app: App, clicks: Clicks) -> None:
    """From now on whoever clicks, sends a window or types a command learns of it in words. Slack's warning sign is left
    to what nobody could be told; an event gets 503, and Slack sends it again."""

    def failed(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
        log.error("A request of Slack's failed: %s", type(error).__name__, exc_info=error)
        return _answer(body, message_of(error), clicks) if isinstance(error, StoreError) else None

    app.error(failed)
    runner = app.listener_runner
    runner.lazy_listener_runner = _Lazy(runner.logger, runner.listener_executor, clicks)


def message_of(error: StoreError) -> Message:
    """For people who cannot mend it."""
    return FULL if isinstance(error, StoreFull) else BROKEN if isinstance(error, StoreBroken) else AWAY


def _answer(body: Mapping[str, Any], message: Message, clicks: Clicks) -> BoltResponse:
    if body.get("command"):
        text = message.in_(clicks.language_at_once(str(body.get("user_id") or "")))
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})
    if body.get("type") == "view_submission":
        return BoltResponse(status=200, body=_in_window(body, message.in_(clicks.language_at_once(user_of(body)))))
    told = body.get("type") == "block_actions" and clicks.tell_at_once(body, message)
    return BoltResponse(status=200 if told else 503, body="")


def _in_window(body: Mapping[str, Any], words: str) -> dict[str, Any]:
    """Below the first field: the window stays open with all that was typed, to be sent again."""
    blocks = (body.get("view") or {}).get("blocks") or []
    fields = [one["block_id"] for one in blocks if one.get("type") == "input" and one.get("block_id")]
    if fields:
        return {"response_action": "errors", "errors": {fields[0]: words}}
    return {"response_action": "update", "view": modals.told(Message(words, words), "en")}


class _Lazy(ThreadLazyListenerRunner):
    """Runs what comes after the answer, such as opening a window: there is no answer left to say it in."""

    def __init__(self, logger: logging.Logger, executor: Any, clicks: Clicks) -> None:
        super().__init__(logger, executor)
        self._clicks = clicks

    def start(self, function: Callable[..., None], request: BoltRequest) -> None:
        @wraps(function)  # Bolt looks at its parameters
        def guarded(**given: Any) -> None:
            try:
                function(**given)
            except StoreError as error:
                log.error("What follows a click failed: %s", type(error).__name__, exc_info=error)
                self._clicks.tell_at_once(request.body, message_of(error))

        super().start(guarded, request)
