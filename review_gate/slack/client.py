"""Calls to Slack, and what its refusals mean for a delivery."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from review_gate.ports import Clock, Notes, Undeliverable

SLACK_API_URL = "https://slack.com/api/"
TIMEOUT_SECONDS = 10
OPERATOR_PAUSE = 300.0
"""Seconds before the next try where an operator has to repair something first."""

LONGEST_QUIET = 3600.0
"""Seconds that Slack's wish to be left alone is followed at most."""
QUIET = ("slack", "quiet")
"""The note of it: {"until"}, in ISO 8601."""

CONFIGURATION = {
    "not_authed": "no token was sent: set SLACK_BOT_TOKEN",
    "invalid_auth": "the token is wrong: set SLACK_BOT_TOKEN again",
    "token_expired": "the token has expired: set a new SLACK_BOT_TOKEN",
    "token_revoked": "the token was revoked: install the app again and set SLACK_BOT_TOKEN",
    "account_inactive": "the app or its workspace was switched off: install the app again",
    "missing_scope": "the app lacks a scope: compare it with `review-gate slack manifest`",
    "channel_not_found": "the channel is unknown: check REVIEW_GATE_SLACK_CHANNEL",
    "not_in_channel": "the app is not in the channel: invite it there",
    "is_archived": "the channel is archived: bring it back or set REVIEW_GATE_SLACK_CHANNEL to another",
    "restricted_action": "the workspace does not let the app post in this channel",
}
"""Refusals that an operator can repair: the delivery waits for them."""

OUR_FAULT = frozenset({"invalid_blocks", "invalid_arguments", "msg_too_long", "msg_blocks_too_long", "no_text"})
"""Refusals that the same message would meet again."""

Answer = TypeVar("Answer")


class SlowDown(Undeliverable):
    """Slack takes nothing for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Slack asks to slow down", retry_after=seconds)


class Quiet:
    """Once Slack has asked to slow down, nothing is sent until it may be: not by the delivery that heard it, nor by the
    next ones, on whichever node."""

    def __init__(self, notes: Notes, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Raises SlowDown instead of running the block while Slack wants quiet, and hears it when the block raises
        it."""
        noted = self._notes.note(*QUIET)
        left = (datetime.fromisoformat(noted["until"]) - self._clock()).total_seconds() if noted else 0.0
        if 0 < left <= LONGEST_QUIET:  # more than that: a clock that was set back
            raise SlowDown(left)
        try:
            yield
        except SlowDown as asked:
            until = self._clock() + timedelta(seconds=asked.retry_after or 0.0)
            self._notes.put_note(*QUIET, {"until": until.isoformat()})
            raise


def web_client(token: str, base_url: str = SLACK_API_URL, timeout: int = TIMEOUT_SECONDS) -> WebClient:
    """slack-sdk's client without retries of its own: a second try must look for the first one's message."""
    quiet = logging.getLogger("review_gate.slack.client")
    quiet.setLevel(logging.CRITICAL)  # whatever fails is told by the exception, once
    return WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet)


def error_code(error: SlackApiError) -> str:
    """Slack's word for what went wrong ('ratelimited', 'is_archived'…)."""
    data: Any = error.response.data if error.response is not None else None
    code = data.get("error") if isinstance(data, dict) else None
    return str(code or "unknown")


def call(method: Callable[[], Answer], handled: frozenset[str] = frozenset()) -> Answer:
    """Runs one call. Raises Undeliverable for everything but refusals that the caller knows how to handle
    (those stay SlackApiError: message_not_found, users_not_found and the like, and the codes in `handled`)."""
    try:
        return method()
    except SlackApiError as error:
        code = error_code(error)
        if code == "ratelimited" or error.response.status_code == 429:
            raise SlowDown(_retry_after(error)) from error
        if code in handled:
            raise
        if code in CONFIGURATION:
            raise Undeliverable(f"Slack refuses ({code}): {CONFIGURATION[code]}", retry_after=OPERATOR_PAUSE) from error
        if code in OUR_FAULT:
            raise Undeliverable(f"Slack refuses the message ({code})", final=True) from error
        raise
    except (SlackClientError, HTTPException, OSError, ValueError) as error:
        raise Undeliverable(f"Slack could not be reached: {type(error).__name__}") from error


def posted(answer: SlackResponse) -> tuple[str, str]:
    """Channel and timestamp of a message that was posted. Raises Undeliverable for an answer that does not name them:
    whoever it came from, nobody has seen the message."""
    channel, ts = answer.get("channel"), answer.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str) or not channel or not ts:
        raise Undeliverable("Slack's answer makes no sense: it names no message")
    return channel, ts


def _retry_after(error: SlackApiError) -> float:
    headers = {name.lower(): value for name, value in (error.response.headers or {}).items()}
    value = headers.get("retry-after", "")
    value = value[0] if isinstance(value, list) and value else value
    try:
        return min(LONGEST_QUIET, max(1.0, float(value)))
    except (TypeError, ValueError):
        return 30.0
