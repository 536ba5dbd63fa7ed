"""The page /sandbox and what its script asks for. The people's secret, the signing key, stays on the server."""

from __future__ import annotations

import ipaddress
import logging
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
from flask import Blueprint, Response, abort, jsonify, render_template, request

from review_gate.slack.standin import people
from review_gate.slack.standin.api import add_api

if TYPE_CHECKING:
    from review_gate.slack.standin.player import Reply, StandIn

log = logging.getLogger(__name__)

SHOWN = 60
"""Messages shown at once, the newest."""
MAX_WORDS = 3000


def sandbox_blueprint(stand_in: StandIn, open_to_network: bool) -> Blueprint:
    """Web API, page and the page's own addresses. Other machines get 403 unless `open_to_network`."""
    blueprint = Blueprint(
        "sandbox",
        __name__,
        static_folder="static/sandbox",
        static_url_path="/sandbox/static",
        template_folder="templates",
    )
    add_api(blueprint, stand_in)

    @blueprint.before_request
    def only_this_machine() -> None:
        if not open_to_network and not _is_loopback(request.remote_addr):
            abort(403, "The sandbox plays people: it answers only this machine.")

    @blueprint.get("/sandbox")
    def page() -> str:
        return render_template("sandbox.html", people=people.PEOPLE, channel=people.CHANNEL_NAME)

    @blueprint.get("/sandbox/state")
    def state() -> Response:
        person = _person(request.args.get("person"))
        version = stand_in.state.version()
        if request.args.get("version") == str(version):
            return jsonify({"version": version})
        place = _place(request.args.get("place"), person)
        return jsonify(
            {
                "version": version,
                "place": place,
                "weather": stand_in.weather_now,
                "messages": stand_in.state.messages(place, reader=person)[-SHOWN:],
                "modal": stand_in.state.view(person),
                "home": stand_in.state.view(person, "home"),
            }
        )

    @blueprint.post("/sandbox/act")
    def act() -> tuple[Response, int]:
        # Asking for JSON keeps other sites' forms out: a browser sends it across sites only with leave.
        wish = request.get_json() if request.is_json else None
        if not isinstance(wish, dict):
            abort(415, "Send JSON.")
        person = _person(wish.get("person"))
        deed = _deed(stand_in, person, wish)
        answer_id = secrets.token_hex(8)
        # In a thread of its own: the service may be this very process, and must be free to answer.
        threading.Thread(target=_do, args=(stand_in, deed, answer_id, person), daemon=True).start()
        return jsonify({"answer": answer_id}), 202

    @blueprint.get("/sandbox/answers/<answer_id>")
    def answer(answer_id: str) -> tuple[Response, int]:
        found = stand_in.state.answer(answer_id)
        return (jsonify(found), 200) if found is not None else (jsonify({}), 202)

    return blueprint


def _do(stand_in: StandIn, deed: Callable[[], Reply | None], answer_id: str, person: str) -> None:
    try:
        reply = deed()
        body: dict[str, Any] = {"status": reply.status, "body": reply.body} if reply else {"status": 200, "body": {}}
    except (httpx.HTTPError, LookupError) as error:
        log.warning("A click in the sandbox failed: %s", type(error).__name__)
        body = {"status": 0, "body": {}}
    stand_in.state.put_answer(answer_id, person, body)


def _deed(stand_in: StandIn, person: str, wish: dict[str, Any]) -> Callable[[], Reply | None]:
    """What to do. Aborts with 400 for a wish that is none."""
    kind, place = wish.get("kind"), _place(wish.get("place"), person)
    word = {key: str(value) for key, value in wish.items() if isinstance(value, str) and len(value) <= MAX_WORDS}
    if kind == "click" and {"ts", "action_id"} <= word.keys():
        return lambda: stand_in.click_message(person, place, word["ts"], word["action_id"], option=word.get("option"))
    if kind == "view_click" and {"surface", "action_id"} <= word.keys():
        view = stand_in.state.view(person, "home" if word["surface"] == "home" else "modal")
        if view is not None:
            ticked = [str(value) for value in wish.get("ticked") or [] if isinstance(value, str)]
            return lambda: stand_in.click_view(person, view, word["action_id"], ticked)
    if kind == "submit" and isinstance(wish.get("values"), dict):
        open_view = stand_in.state.view(person)
        values = {str(key): str(value)[:MAX_WORDS] for key, value in wish["values"].items()}
        if open_view is not None:
            return lambda: stand_in.send_window(person, open_view, values)
    if kind == "weather" and word.get("text") in {"fine", "away", "busy"}:
        return lambda: stand_in.weather(word["text"])
    if kind == "close":
        return lambda: stand_in.state.close_views(person)
    if kind == "say" and word.get("text", "").strip():
        text = word["text"].strip()
        if text.startswith("/gate"):
            return lambda: stand_in.command(person, text.removeprefix("/gate").strip())
        return lambda: stand_in.say(person, text, place, word.get("thread_ts"))
    if kind == "shortcut" and {"ts", "callback_id"} <= word.keys():
        return lambda: stand_in.shortcut(person, place, word["ts"], word["callback_id"])
    if kind == "home":
        return lambda: stand_in.open_home(person)
    abort(400, "That is nothing one can do here.")


def _person(person_id: object) -> str:
    if not isinstance(person_id, str) or person_id not in people.BY_ID:
        abort(400, "Say as which person.")
    return person_id


def _place(place: object, person: str) -> str:
    return "D" + person[1:] if place == "direct" else people.CHANNEL


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
