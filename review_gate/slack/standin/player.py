"""Plays the people of the made-up workspace: their clicks are real signed HTTP requests to the service."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from review_gate.slack.manifest import SCOPES
from review_gate.slack.standin import payloads, people
from review_gate.slack.standin.oauth import Grants
from review_gate.slack.standin.state import State

if TYPE_CHECKING:
    from review_gate.slack.standin.connection import Connection

WEATHER = {"away": "service_unavailable", "busy": "ratelimited"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service answered: the HTTP status and, for a window, what is to happen with it."""

    status: int
    body: dict[str, Any]


class StandIn:
    """The stand-in. `path` is its SQLite file, shared by all processes; `target_url` is where the service listens.

    `blueprint` serves the Web API under /sandbox/api/ and the page /sandbox; the other methods play people. Everything
    is refused to other machines unless `open_to_network`. Messages are stamped by `clock`, in seconds since 1970.
    """

    def __init__(
        self,
        path: str | Path,
        signing_secret: str,
        target_url: str,
        *,
        token: str = people.TOKEN,
        open_to_network: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.state = State(path, clock)
        self.token = token
        self.app_token = people.APP_TOKEN
        self.connection: Connection | None = None
        self.grants = Grants()
        self.channels = {people.CHANNEL}
        self.scopes = set(SCOPES)
        self.channel_facts = {"is_archived": False, "is_member": True}
        self._secret = signing_secret
        self._target = target_url.rstrip("/")
        self._open = open_to_network

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is to slack-sdk's client."""
        return f"{self._target}/sandbox/api/"

    @property
    def blueprint(self) -> Blueprint:
        from review_gate.slack.standin.page import sandbox_blueprint

        return sandbox_blueprint(self, self._open)

    # --- what people see

    def card(self, submission_id: str) -> dict[str, Any] | None:
        """The card of a submission as it stands in the channel."""
        for message in reversed(self.state.messages(people.CHANNEL)):
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("submission_id") == submission_id:
                return dict(message)
        return None

    def told(self, person_id: str) -> list[str]:
        """What only this person was told, oldest first."""
        shown = [m for m in self.state.messages(people.CHANNEL, reader=person_id) if m["ephemeral"]]
        shown += self.state.messages("D" + person_id[1:])
        return [str(message.get("text")) for message in sorted(shown, key=lambda message: str(message["ts"]))]

    def fail(self, method: str, error: str, times: int = 1, retry_after: float = 1.0) -> None:
        """The next `times` calls of `method` ('*' for all) are refused with `error`. 'lost_answer' does what was asked
        and then answers 500; 'ratelimited' answers 429."""
        self.state.add_fault(method, error, times, retry_after)

    def weather(self, word: str) -> None:
        """How Slack is from now on: 'fine', 'away' (answers nothing of use) or 'busy' (asks to slow down)."""
        self.state.clear_faults()
        if word in WEATHER:
            self.fail("*", WEATHER[word], times=1_000_000, retry_after=5.0)

    @property
    def weather_now(self) -> str:
        fault = self.state.standing_fault()
        return next((word for word, error in WEATHER.items() if error == fault), "fine")

    # --- what people do

    def click(self, person_id: str, submission_id: str, action_id: str) -> Reply:
        """Clicks a button of a submission's card. Raises LookupError when there is no such card or button."""
        message = self.card(submission_id)
        if message is None:
            raise LookupError(f"no card for submission {submission_id}")
        return self.click_message(person_id, people.CHANNEL, str(message["ts"]), action_id)

    def choose(self, person_id: str, submission_id: str, action_id: str, word: str) -> Reply:
        """Chooses, in a menu of a submission's card, the option whose value begins with `word`."""
        message = self.card(submission_id) or {}
        menu = find_action(message.get("blocks") or [], action_id) or {}
        option = next((one for one in menu.get("options", []) if one["value"].startswith(word)), None)
        if option is None:
            raise LookupError(f"no option {word} there")
        return self.click_message(person_id, people.CHANNEL, str(message["ts"]), action_id, option=option["value"])

    def click_message(
        self,
        person_id: str,
        channel: str,
        ts: str,
        action_id: str,
        value: str | None = None,
        option: str | None = None,
    ) -> Reply:
        """Clicks a button of any message. `value` replaces what the button carries (an older card's, say);
        `option` is what was chosen in a menu."""
        message = self.state.message(channel, ts)
        action = find_action((message or {}).get("blocks") or [], action_id)
        if message is None or action is None:
            raise LookupError(f"no button {action_id} there")
        if option is not None:
            chosen = next((one for one in action.get("options", []) if one["value"] == option), {"value": option})
            action = {key: part for key, part in action.items() if key != "options"} | {"selected_option": chosen}
        if value is not None:
            action = {**action, "value": value}
        trigger = self.state.ticket("trigger", person_id, channel, ts)
        payload = payloads.block_actions(
            person_id, channel, message, action, trigger, self._hook(person_id, channel, ts)
        )
        return self._interact(payload)

    def click_view(self, person_id: str, view: Mapping[str, Any], action_id: str, ticked: Sequence[str] = ()) -> Reply:
        """Clicks a button of the home or of a modal; `ticked` are the values of the boxes that are ticked in it."""
        action = find_action(view.get("blocks") or [], action_id)
        if action is None:
            raise LookupError(f"no button {action_id} there")
        trigger = self.state.ticket("trigger", person_id)
        values = _ticked(view.get("blocks") or [], ticked)
        return self._interact(payloads.home_actions(person_id, dict(view), action, trigger, values))

    def wait_for_window(self, person_id: str, seconds: float = 5.0) -> dict[str, Any]:
        """The window that opens after a click. Raises LookupError when none does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            view = self.state.view(person_id)
            if view is not None:
                return view
            time.sleep(0.02)
        raise LookupError("no window opened")

    def send_window(self, person_id: str, view: Mapping[str, Any], values: Mapping[str, str]) -> Reply:
        """Sends a window with `values` by block id: typed text, or the value of the chosen option."""
        filled = {block["block_id"]: _entered(block, values) for block in view["blocks"] if block["type"] == "input"}
        trigger = self.state.ticket("trigger", person_id)
        reply = self._interact(payloads.view_submission(person_id, dict(view), filled, trigger))
        self._after_window(person_id, str(view["id"]), reply)
        return reply

    def command(self, person_id: str, text: str) -> Reply:
        """Types `/gate TEXT`. What the service answers at once is shown to this person alone."""
        trigger = self.state.ticket("trigger", person_id, people.CHANNEL)
        body = payloads.command(person_id, text, trigger, self._hook(person_id, people.CHANNEL, ""))
        reply = self._post("/slack/commands", body)
        if reply.status == 200 and reply.body:
            shown = {"type": "message", "user": people.BOT_USER, **reply.body}
            self.state.add_message(people.CHANNEL, shown, reader=person_id)
        return reply

    def shortcut(self, person_id: str, channel: str, ts: str, callback_id: str) -> Reply:
        """Chooses a shortcut from a message's menu. Raises LookupError when there is no such message."""
        message = self.state.message(channel, ts)
        if message is None:
            raise LookupError("no such message")
        trigger = self.state.ticket("trigger", person_id, channel, ts)
        hook = self._hook(person_id, channel, ts)
        return self._interact(payloads.message_shortcut(person_id, channel, message, callback_id, trigger, hook))

    def say(self, person_id: str, text: str, channel: str = people.CHANNEL, thread_ts: str | None = None) -> Reply:
        """Writes a message, in a thread if `thread_ts` is given; the service gets the event."""
        ts = self.state.add_message(channel, {"type": "message", "user": person_id, "text": text}, thread_ts)
        inner = {"type": "message", "user": person_id, "text": text, "ts": ts, "channel": channel, "event_ts": ts}
        inner |= {"channel_type": "im" if channel.startswith("D") else "channel"} | (
            {"thread_ts": thread_ts} if thread_ts else {}
        )
        return self.send_event(inner)

    def open_home(self, person_id: str) -> Reply:
        """Opens the app's home; the service gets the event and publishes it."""
        inner = {"type": "app_home_opened", "user": person_id, "channel": "D" + person_id[1:], "tab": "home"}
        return self.send_event({**inner, "event_ts": f"{time.time():.6f}"})

    def send_event(self, inner: dict[str, Any], event_id: str | None = None) -> Reply:
        """Any event; the same `event_id` again is what Slack's retries look like."""
        body = payloads.event(inner, event_id or "Ev" + secrets.token_hex(5).upper())
        return self._post("/slack/events", body, "application/json")

    # --- inside

    def _interact(self, payload: dict[str, Any]) -> Reply:
        return self._post("/slack/interactions", payloads.form(payload))

    def _post(self, path: str, body: str, content_type: str = payloads.FORM) -> Reply:
        answer = payloads.send(self._secret, self._target + path, body, content_type)
        if answer.headers.get("content-type", "").startswith("application/json") and answer.content:
            data = answer.json()
            return Reply(answer.status_code, data if isinstance(data, dict) else {})
        text = answer.text.strip()
        return Reply(answer.status_code, {"text": text} if text and answer.status_code == 200 else {})

    def _hook(self, person_id: str, channel: str, ts: str) -> str:
        return f"{self._target}/sandbox/respond/{self.state.ticket('hook', person_id, channel, ts)}"

    def _after_window(self, person_id: str, view_id: str, reply: Reply) -> None:
        """What Slack does with the window after the service's answer."""
        if reply.status != 200:
            return  # Slack shows "trouble connecting" and leaves the window open
        action = reply.body.get("response_action")
        if action == "errors":
            self.state.set_view_errors(view_id, reply.body.get("errors") or {})
        elif action == "update":
            self.state.put_view(person_id, "modal", reply.body["view"], view_id)
        elif action == "push":
            self.state.put_view(person_id, "modal", reply.body["view"])
        else:
            self.state.close_views(person_id, None if action == "clear" else view_id)


def find_action(blocks: list[dict[str, Any]], action_id: str) -> dict[str, Any] | None:
    """The element with this id, and its block's id, as Slack sends it back."""
    for block in blocks:
        accessory = [block["accessory"]] if "accessory" in block else []
        for element in [*accessory, *(block.get("elements") or [])]:
            if element.get("action_id") == action_id:
                return {**element, "block_id": block.get("block_id", "")}
    return None


def _ticked(blocks: list[dict[str, Any]], ticked: Sequence[str]) -> dict[str, Any]:
    """The state of all lists of boxes."""
    state: dict[str, Any] = {}
    for block in blocks:
        for element in block.get("elements") or []:
            if element.get("type") == "checkboxes":
                chosen = [option for option in element["options"] if option["value"] in ticked]
                one = {"type": "checkboxes", "selected_options": chosen}
                state.setdefault(block["block_id"], {})[element["action_id"]] = one
    return state


def _entered(block: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    element = block["element"]
    given = values.get(block["block_id"])
    kind = element["type"]
    if kind == "plain_text_input":
        return {
            element["action_id"]: {
                "type": kind,
                "value": element.get("initial_value") if given is None else given or None,
            }
        }
    if kind == "datetimepicker":
        moment = int(given) if given and given.isdigit() else element.get("initial_date_time")
        return {element["action_id"]: {"type": kind, "selected_date_time": moment}}
    chosen = next((option for option in element.get("options", []) if option["value"] == given), None)
    if given is None:
        chosen = element.get("initial_option")
    return {element["action_id"]: {"type": kind, "selected_option": chosen}}
