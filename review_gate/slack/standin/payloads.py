"""What Slack sends when somebody acts, in Slack's shape and signed as Slack signs. Pure, but for the time and POST."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import httpx

from review_gate.slack.standin import people

TIMEOUT_SECONDS = 10.0
FORM = "application/x-www-form-urlencoded"


def sign(secret: str, body: str, timestamp: int) -> dict[str, str]:
    """The two headers by which a service knows that a request is Slack's."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def send(secret: str, url: str, body: str, content_type: str = FORM) -> httpx.Response:
    """POSTs `body`, signed now. Raises httpx.HTTPError."""
    headers = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (stand-in)",
        **sign(secret, body, int(time.time())),
    }
    return httpx.post(url, content=body.encode(), headers=headers, timeout=TIMEOUT_SECONDS)


def form(payload: dict[str, Any]) -> str:
    """An interaction's body: one field with JSON in it."""
    return urlencode({"payload": json.dumps(payload, ensure_ascii=False)})


def _common(kind: str, person_id: str, trigger: str) -> dict[str, Any]:
    person = people.BY_ID[person_id]
    return {
        "type": kind,
        "user": {"id": person.id, "username": person.handle, "name": person.handle, "team_id": people.TEAM},
        "api_app_id": people.APP_ID,
        "token": "sandbox",
        "trigger_id": trigger,
        "team": {"id": people.TEAM, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_actions(
    person_id: str, channel: str, message: dict[str, Any], action: dict[str, Any], trigger: str, response_url: str
) -> dict[str, Any]:
    """A button of a message was clicked; `action` is the element of the message, with its block's id."""
    ts = str(message["ts"])
    container = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False}
    return {
        **_common("block_actions", person_id, trigger),
        "container": container,
        "channel": {"id": channel, "name": people.CHANNEL_NAME},
        "message": message,
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
    }


def home_actions(
    person_id: str, view: dict[str, Any], action: dict[str, Any], trigger: str, values: dict[str, Any]
) -> dict[str, Any]:
    """A button of the home or of a modal was clicked: there is no message and no response address. `values` is what
    is entered or ticked in the view, by block and action id."""
    return {
        **_common("block_actions", person_id, trigger),
        "container": {"type": "view", "view_id": view["id"]},
        "view": {**view, "state": {"values": values}},
        "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
    }


def view_submission(person_id: str, view: dict[str, Any], values: dict[str, Any], trigger: str) -> dict[str, Any]:
    """A modal was sent. `values` maps block ids to {action id: state}."""
    filled = {**{key: value for key, value in view.items() if key != "errors"}, "state": {"values": values}}
    filled |= {"team_id": people.TEAM, "app_id": people.APP_ID, "bot_id": people.BOT_ID, "root_view_id": view["id"]}
    return {**_common("view_submission", person_id, trigger), "view": filled, "response_urls": []}


def message_shortcut(
    person_id: str, channel: str, message: dict[str, Any], callback_id: str, trigger: str, response_url: str
) -> dict[str, Any]:
    """Somebody chose a shortcut from a message's menu."""
    return {
        **_common("message_action", person_id, trigger),
        "callback_id": callback_id,
        "channel": {"id": channel, "name": people.CHANNEL_NAME},
        "message": message,
        "message_ts": str(message["ts"]),
        "response_url": response_url,
        "action_ts": f"{time.time():.6f}",
    }


def command(person_id: str, text: str, trigger: str, response_url: str, name: str = "/gate") -> str:
    """The body of a slash command."""
    person = people.BY_ID[person_id]
    return urlencode(
        {
            "token": "sandbox",
            "team_id": people.TEAM,
            "team_domain": "sandbox",
            "channel_id": people.CHANNEL,
            "channel_name": people.CHANNEL_NAME,
            "user_id": person.id,
            "user_name": person.handle,
            "command": name,
            "text": text,
            "api_app_id": people.APP_ID,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": trigger,
        }
    )


def event(inner: dict[str, Any], event_id: str) -> str:
    """The body of an Events API request."""
    return json.dumps(
        {
            "token": "sandbox",
            "team_id": people.TEAM,
            "api_app_id": people.APP_ID,
            "event": inner,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(time.time()),
            "authorizations": [
                {"enterprise_id": None, "team_id": people.TEAM, "user_id": people.BOT_USER, "is_bot": True}
            ],
        },
        ensure_ascii=False,
    )
