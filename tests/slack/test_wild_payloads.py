"""Whatever is signed: a payload of Slack's with parts of it left out or turned into anything gets 2xx or 4xx, never
5xx, by either way in."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.socket_mode.request import SocketModeRequest

from review_gate.slack.endpoints import slack_blueprint
from review_gate.slack.socket import answer
from review_gate.slack.standin import CHANNEL, payloads
from tests.bent import ANY_JSON, Changes, bend, changes
from tests.slack.house import SAMIRA, SECRET, House

WILD = st.one_of(
    st.sampled_from([None, True, 0, -1, 10**30, 1e300, [], {}, [[]], [None]]),
    st.sampled_from(["", " ", "\0", "\ud800", "{", "null", "[]", "a" * 5000, "U0SAMIRAB1", "gate_edit"]),
    st.sampled_from(["block_actions", "1:2:3", '{"id":1}', '[["a",null,"c"]]', '[["a",[],"c"]]', "1e999"]),
    st.sampled_from(["[" * 5000, "9" * 5000, "1:" + "9" * 5000 + ":x"]),
    ANY_JSON,
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("wild"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(house: House) -> FlaskClient:
    app = Flask("wild")
    app.register_blueprint(slack_blueprint(house.face.app, SECRET))
    return app.test_client()


@pytest.fixture(scope="module")
def told(house: House) -> list[tuple[str, Any]]:
    """What Slack may send, by address: each interaction, each window, events, commands."""
    held = house.hand_in()
    message = house.slack.card(held.id)
    assert message is not None
    seen = {"id": held.id, "revision": 1, "sha": held.text_sha256}
    value = json.dumps(seen)
    interactions = []
    for name in ("gate_approve", "gate_claim", "gate_hand_back", "gate_escalate", "gate_allow_repeat", "gate_edit",
                 "gate_request_changes", "gate_reject", "gate_open"):  # fmt: skip
        action = {"type": "button", "action_id": name, "value": value, "block_id": "b"}
        interactions.append(payloads.block_actions(SAMIRA, CHANNEL, message, action, "t", ""))
    for word in ("ask", "hour", "tomorrow", "only"):
        option = {"value": f"{word}:1:{held.text_sha256}:{held.id}"}
        action = {"type": "overflow", "action_id": "gate_more", "selected_option": option, "block_id": "b"}
        interactions.append(payloads.block_actions(SAMIRA, CHANNEL, message, action, "t", ""))
    ticked = {"gate_bulk": {"gate_bulk_choice": {"selected_options": [{"value": f"1:{held.text_sha256}:{held.id}"}]}}}
    for name in ("gate_bulk_choice", "gate_bulk_approve", "gate_bulk_reject", "gate_home_submit"):
        action = {"type": "button", "action_id": name, "value": "all", "block_id": "b"}
        interactions.append(payloads.home_actions(SAMIRA, {"id": "V1", "type": "home"}, action, "t", ticked))
    typed = {
        "gate_why": {"gate_why_text": {"value": "why"}},
        "gate_text": {"gate_text_value": {"value": "words"}},
        "gate_code": {"gate_code_choice": {"selected_option": {"value": "other"}}},
        "gate_market": {"value": {"value": "FR"}},
        "gate_planned": {"value": {"selected_date_time": 1800000000}},
        "gate_kind": {"value": {"selected_option": {"value": "post"}}},
    }
    for name in ("gate_request_changes", "gate_reject", "gate_edit", "gate_ask", "gate_submit", "gate_bulk_why"):
        metadata = json.dumps([[held.id, 1, held.text_sha256]]) if name == "gate_bulk_why" else value
        view = {"id": "V1", "type": "modal", "callback_id": name, "private_metadata": metadata}
        interactions.append(payloads.view_submission(SAMIRA, view, typed, "t"))
    interactions.append(payloads.message_shortcut(SAMIRA, CHANNEL, message, "gate_shortcut", "t", ""))
    comment = {
        "type": "message",
        "channel": CHANNEL,
        "thread_ts": message["ts"],
        "ts": "1.2",
        "user": SAMIRA,
        "text": "x",
    }
    events = [comment, {"type": "app_home_opened", "user": SAMIRA, "tab": "home"}, {"type": "app_uninstalled"}]
    words = ("", "check idiot", "submit x", "who", "drills", "freeze brand why", "pause b why", "resume b why", "bots")
    return [
        *(("interactions", one) for one in interactions),
        *(("events", json.loads(payloads.event(one, "E1"))) for one in events),
        *(("commands", dict(parse_qsl(payloads.command(SAMIRA, text, "t", ""), True))) for text in words),
    ]


def sent(client: FlaskClient, address: str, payload: Any) -> int:
    body, kind = json.dumps(payload), "application/json"
    if address == "interactions":
        body, kind = urlencode({"payload": body}), payloads.FORM
    elif address == "commands":
        fields = {key: str(value).encode("utf-8", "replace") for key, value in payload.items()}
        body, kind = urlencode(fields), payloads.FORM
    headers = payloads.sign(SECRET, body, int(time.time()))
    return client.post(f"/slack/{address}", data=body, content_type=kind, headers=headers).status_code


def test_all_of_them_are_taken_as_they_are(client: FlaskClient, told: list[tuple[str, Any]]) -> None:
    for address, payload in told:
        if "gate_approve" not in json.dumps(payload):
            assert sent(client, address, payload) in (200, 404), payload


@settings(max_examples=600)
@given(which=st.integers(0, 10**6), wanted=changes(WILD))
def test_a_bent_payload_is_no_crash(
    house: House, client: FlaskClient, told: list[tuple[str, Any]], which: int, wanted: Changes
) -> None:
    address, good = told[which % len(told)]
    bent = bend(good, wanted)
    status = sent(client, address, bent)
    assert status < 500, (address, bent)
    by_socket = answer(house.face.app, SocketModeRequest(address, "e-1", bent)).status
    assert by_socket < 500, (address, bent)
    if address != "commands":  # in a form everything is text
        assert (by_socket == 400) == (status == 400), (address, bent)


@settings(max_examples=150)
@given(
    address=st.sampled_from(["interactions", "commands", "events"]), body=st.text(max_size=60) | WILD.map(json.dumps)
)
def test_any_signed_body_is_no_crash(client: FlaskClient, address: str, body: str) -> None:
    body = body.encode("utf-8", "replace").decode()
    headers = payloads.sign(SECRET, body, int(time.time()))
    for kind in (payloads.FORM, "application/json", "text/plain", ""):
        for one in (body, "payload=" + body):
            headers = payloads.sign(SECRET, one, int(time.time()))
            answer = client.post(f"/slack/{address}", data=one, content_type=kind, headers=headers)
            assert answer.status_code < 500, (kind, one)
