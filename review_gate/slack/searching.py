"""Looks for a message of ours that an earlier try may have posted without hearing so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from review_gate.ports import Undeliverable
from review_gate.slack.client import call

CLOCK_SKEW_SECONDS = 3600
"""By how much Slack's clock may differ from ours, and how long after it was noted a try may take at most."""
HISTORY_PAGES = 10


def find(
    client: WebClient,
    event_type: str,
    payload: tuple[str, str],
    receipt: Mapping[str, Any],
    note: Callable[[Mapping[str, Any]], object],
) -> str | None:
    """The timestamp of the message with that metadata (one field of it) in the channel of `receipt` (`channel`, `since`
    when it was tried), or None: whatever came in long after the try is not looked through.

    Raises Undeliverable for very many messages. How far it got is noted in the receipt, and the next try looks on.
    """
    channel, since = str(receipt["channel"]), float(receipt["since"])
    oldest, cursor = max(0.0, since - CLOCK_SKEW_SECONDS), ""
    latest = float(receipt.get("looked") or since + CLOCK_SKEW_SECONDS)
    name, value = payload
    for _ in range(HISTORY_PAGES):
        answer = history(client, channel, oldest, cursor, latest)
        messages = answer.get("messages") or []
        for message in messages:
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == event_type and (metadata.get("event_payload") or {}).get(name) == value:
                return str(message["ts"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not answer.get("has_more") or not cursor:
            return None
    if messages:
        note({**receipt, "looked": messages[-1]["ts"]})
    raise Undeliverable("Many messages around the last try: ours is looked for among them")


def history(
    client: WebClient, channel: str, oldest: float, cursor: str = "", latest: float | None = None
) -> SlackResponse:
    """A page of the channel's messages with their metadata, newest first; `oldest` and `latest` (which is not among
    them) in seconds since 1970."""
    params = {"channel": channel, "limit": 200, "include_all_metadata": True, "oldest": f"{oldest:.6f}"}
    if latest is not None:
        params["latest"] = f"{latest:.6f}"
    if cursor:
        params["cursor"] = cursor
    return call(lambda: client.api_call("conversations.history", params=params))
