"""The part of Slack's Web API that the gate calls. Answers, errors and limits in Slack's own shape."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from review_gate.slack.standin import people
from review_gate.slack.standin.state import State
from review_gate.slack.standin.validate import message_problems, view_problems

if TYPE_CHECKING:
    from review_gate.slack.standin.player import StandIn

Args = dict[str, Any]
_TIMESTAMP = re.compile(r"[0-9]+(\.[0-9]+)?")
JSON_FIELDS = ("blocks", "metadata", "view", "attachments")


class Refused(Exception):
    """An answer with `ok: false`."""

    def __init__(self, error: str, details: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.details = details or []


class WebApi:
    """One method per Web API method; `methods` names them."""

    def __init__(self, state: State, channel_facts: Args, channels: set[str]) -> None:
        self._state = state
        self._channels = channels
        self._channel_facts = channel_facts
        self.methods: dict[str, Callable[[Args], Args]] = {
            "auth.test": self.auth_test,
            "chat.postMessage": self.post_message,
            "chat.update": self.update,
            "chat.postEphemeral": self.post_ephemeral,
            "chat.delete": self.delete,
            "chat.getPermalink": self.permalink,
            "conversations.history": self.history,
            "conversations.replies": self.replies,
            "conversations.info": self.channel_info,
            "conversations.members": self.members,
            "conversations.open": self.open_direct,
            "users.info": self.user_info,
            "users.lookupByEmail": self.lookup_by_email,
            "views.open": self.open_view,
            "views.push": self.open_view,
            "views.update": self.update_view,
            "views.publish": self.publish_view,
        }

    def auth_test(self, args: Args) -> Args:
        return {
            "url": "http://sandbox.invalid/",
            "team": "Sandbox",
            "team_id": people.TEAM,
            "user": "review_gate",
            "user_id": people.BOT_USER,
            "bot_id": people.BOT_ID,
        }

    def post_message(self, args: Args) -> Args:
        channel = self._channel(args)
        body = self._message_body(args)
        ts = self._state.add_message(channel, body, thread_ts=args.get("thread_ts"))
        return {"channel": channel, "ts": ts, "message": {**body, "ts": ts}}

    def post_ephemeral(self, args: Args) -> Args:
        channel = self._channel(args)
        reader = self._person(args).id
        body = self._message_body(args)
        return {"message_ts": self._state.add_message(channel, body, args.get("thread_ts"), reader)}

    def update(self, args: Args) -> Args:
        channel, ts = self._channel(args), str(args.get("ts") or "")
        before = self._state.message(channel, ts)
        if before is None:
            raise Refused("message_not_found")
        body = {**before, **self._message_body(args), "edited": {"user": people.BOT_USER, "ts": ts}}
        self._state.change_message(channel, ts, body)
        return {"channel": channel, "ts": ts, "text": body.get("text", ""), "message": body}

    def delete(self, args: Args) -> Args:
        channel, ts = self._channel(args), str(args.get("ts") or "")
        if not self._state.delete_message(channel, ts):
            raise Refused("message_not_found")
        return {"channel": channel, "ts": ts}

    def permalink(self, args: Args) -> Args:
        channel, ts = self._channel(args), str(args.get("message_ts") or "")
        if self._state.message(channel, ts) is None:
            raise Refused("message_not_found")
        return {"channel": channel, "permalink": f"{request.host_url}sandbox#{ts}"}

    def history(self, args: Args) -> Args:
        channel = self._channel(args)
        oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9999999999")
        for name, value in (("oldest", oldest), ("latest", latest)):
            if not _TIMESTAMP.fullmatch(value):
                raise Refused(f"invalid_ts_{name}")
        there = self._state.messages(channel, oldest)
        found = [m for m in there if not m["thread_ts"] and float(m["ts"]) < float(latest)]
        found.reverse()  # Slack sends the newest first
        return self._page(found, args)

    def replies(self, args: Args) -> Args:
        channel, ts = self._channel(args), str(args.get("ts") or "")
        found = [m for m in self._state.messages(channel) if ts in (m["ts"], m["thread_ts"])]
        if not found:
            raise Refused("thread_not_found")
        return self._page(found, args)

    def channel_info(self, args: Args) -> Args:
        channel = self._channel(args)
        return {"channel": {"id": channel, "name": people.CHANNEL_NAME, **self._channel_facts}}

    def members(self, args: Args) -> Args:
        self._channel(args)
        everybody = [person.id for person in people.PEOPLE] + [people.BOT_USER]
        return {"members": everybody, "response_metadata": {"next_cursor": ""}}

    def open_direct(self, args: Args) -> Args:
        user = str(args.get("users") or "")
        if user not in people.BY_ID:
            raise Refused("user_not_found")
        return {"channel": {"id": "D" + user[1:]}}

    def user_info(self, args: Args) -> Args:
        if args.get("user") == people.BOT_USER:
            return {"user": {"id": people.BOT_USER, "name": "review_gate", "is_bot": True, "profile": {}}}
        return {"user": self._person(args).as_user()}

    def lookup_by_email(self, args: Args) -> Args:
        person = people.BY_EMAIL.get(str(args.get("email") or "").casefold())
        if person is None:
            raise Refused("users_not_found")
        return {"user": person.as_user()}

    def open_view(self, args: Args) -> Args:
        ticket = self._state.redeem("trigger", str(args.get("trigger_id") or ""))
        if isinstance(ticket, str):
            raise Refused(
                {"expired": "expired_trigger_id", "used": "exchanged_trigger_id"}.get(ticket, "invalid_trigger")
            )
        return {"view": self._state.put_view(ticket["person"], "modal", self._view(args))}

    def update_view(self, args: Args) -> Args:
        found = self._state.view_by_id(str(args.get("view_id") or ""))
        if found is None:
            raise Refused("not_found")
        person, kind, _ = found
        return {"view": self._state.put_view(person, kind, self._view(args), str(args["view_id"]))}

    def publish_view(self, args: Args) -> Args:
        person = people.BY_ID.get(str(args.get("user_id") or ""))
        if person is None:
            raise Refused("user_not_found")
        return {"view": self._state.put_view(person.id, "home", self._view(args))}

    # --- parts

    def _channel(self, args: Args) -> str:
        channel = str(args.get("channel") or "")
        if channel in people.BY_ID:
            return "D" + channel[1:]
        if channel in self._channels or (channel[:1] == "D" and "U" + channel[1:] in people.BY_ID):
            return channel
        raise Refused("channel_not_found")

    def _person(self, args: Args) -> people.SandboxPerson:
        person = people.BY_ID.get(str(args.get("user") or ""))
        if person is None:
            raise Refused("user_not_found")
        return person

    def _message_body(self, args: Args) -> Args:
        body = {key: args[key] for key in ("text", "blocks", "metadata") if args.get(key) is not None}
        problems = message_problems(body)
        if problems:
            known = {"no_text", "msg_too_long"}
            raise Refused(problems[0] if problems[0] in known else "invalid_blocks", problems)
        return {"type": "message", "user": people.BOT_USER, "bot_id": people.BOT_ID, "app_id": people.APP_ID, **body}

    def _view(self, args: Args) -> Args:
        view = args.get("view")
        problems = view_problems(view) if isinstance(view, dict) else ["view is no object"]
        if problems:
            raise Refused("invalid_arguments", problems)
        return dict(view) if isinstance(view, dict) else {}

    def _page(self, found: list[Args], args: Args) -> Args:
        start, limit = int(args.get("cursor") or 0), max(1, min(999, int(args.get("limit") or 100)))
        shown, more = found[start : start + limit], start + limit < len(found)
        if not args.get("include_all_metadata"):
            shown = [{key: value for key, value in message.items() if key != "metadata"} for message in shown]
        cursor = str(start + limit) if more else ""
        return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}


def add_api(blueprint: Blueprint, stand_in: StandIn) -> None:
    """POST (or GET) /sandbox/api/METHOD and POST /sandbox/respond/HOOK."""
    state = stand_in.state
    api = WebApi(state, stand_in.channel_facts, stand_in.channels)

    def answer(method: str) -> tuple[Response, int, dict[str, str]]:
        fault = state.fault(method)
        lost = fault is not None and fault[0] == "lost_answer"  # done, and yet the caller never hears of it
        try:
            if fault is not None and not lost:
                raise Refused(fault[0])
            if method == "apps.connections.open":
                return _connection(stand_in), 200, {}
            if method == "oauth.v2.access":
                return _access(stand_in), 200, {}
            given = _authenticate({stand_in.token, *stand_in.grants.tokens})
            stand_in.grants.calls.append((method, given))
            if method not in api.methods:
                raise Refused("unknown_method")
            done = {"ok": True, **api.methods[method](_arguments())}
        except Refused as refused:
            state.log_call(method, refused.error)
            return _refusal(refused, fault[1] if fault else 1.0)
        state.log_call(method, "lost_answer" if lost else "")
        if lost:
            return jsonify({"ok": False, "error": "internal_error"}), 500, {}
        return jsonify(done), 200, {"X-OAuth-Scopes": ",".join(sorted(stand_in.scopes))}

    def respond(hook: str) -> tuple[str, int]:
        ticket = state.redeem("hook", hook)
        if isinstance(ticket, str):
            return f"{ticket}_url", 404
        body = request.get_json(silent=True) or {}
        if message_problems(body):
            return "invalid_blocks", 400
        if body.get("replace_original"):
            before = state.message(ticket["channel"], ticket["ts"]) or {}
            state.change_message(ticket["channel"], ticket["ts"], {**before, **body})
        else:
            shown = {"type": "message", "user": people.BOT_USER, "text": body.get("text"), "blocks": body.get("blocks")}
            reader = None if body.get("response_type") == "in_channel" else ticket["person"]
            state.add_message(ticket["channel"], {**shown, "about": ticket["ts"]}, reader=reader)
        return "ok", 200

    blueprint.add_url_rule("/sandbox/api/<method>", "api", answer, methods=["GET", "POST"])
    blueprint.add_url_rule("/sandbox/respond/<hook>", "respond", respond, methods=["POST"])


def _access(stand_in: StandIn) -> Response:
    asked = request.authorization
    client = (asked.username or "", asked.password or "") if asked is not None else ("", "")
    found = stand_in.grants.access(dict(request.values), client)
    return jsonify({"ok": False, "error": found} if isinstance(found, str) else {"ok": True, **found})


def _connection(stand_in: StandIn) -> Response:
    """Where to connect to for Socket Mode: asked with the app's own token."""
    if not _authenticate({stand_in.app_token}).startswith("xapp-"):
        raise Refused("not_allowed_token_type")
    if stand_in.connection is None:
        raise Refused("socket_mode_not_enabled")
    return jsonify({"ok": True, "url": stand_in.connection.url})


def _authenticate(good: set[str]) -> str:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(request.values.get("token") or "")
    if not given:
        raise Refused("not_authed")
    if given not in good:
        raise Refused("invalid_auth")
    return given


def _arguments() -> Args:
    args: Args = dict(request.values)
    body = request.get_json(silent=True) if request.is_json else None
    args.update(body if isinstance(body, dict) else {})
    for field in JSON_FIELDS:
        if isinstance(args.get(field), str):
            try:
                args[field] = json.loads(args[field])
            except ValueError:
                raise Refused("invalid_json") from None
    return args


def _refusal(refused: Refused, retry_after: float) -> tuple[Response, int, dict[str, str]]:
    body = {"ok": False, "error": refused.error}
    if refused.error == "ratelimited":
        return jsonify(body), 429, {"Retry-After": str(int(retry_after))}
    details = {"response_metadata": {"messages": [f"[ERROR] {detail}" for detail in refused.details]}}
    return jsonify({**body, **details} if refused.details else body), 200, {}
