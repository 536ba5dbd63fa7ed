"""Who gets in: only what Slack signed within the last five minutes."""

from __future__ import annotations

import json
import logging
import time

import httpx
import pytest

from review_gate.domain.submission import State
from review_gate.slack.standin import CHANNEL, payloads
from tests.slack.house import SAMIRA, SECRET, House

ADDRESSES = ["/slack/interactions", "/slack/commands", "/slack/events"]


def click_body(house: House, submission_id: str) -> str:
    card = house.slack.card(submission_id)
    assert card is not None
    held = house.gate.get(submission_id)
    value = json.dumps({"id": held.id, "revision": 1, "version": 1, "sha": held.text_sha256})
    action = {"type": "button", "action_id": "gate_approve", "value": value, "block_id": "b"}
    return payloads.form(payloads.block_actions(SAMIRA, CHANNEL, card, action, "t", ""))


def post(house: House, body: bytes, timestamp: str, signature: str, address: str = ADDRESSES[0]) -> int:
    headers = {"Content-Type": payloads.FORM}
    headers |= {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
    return httpx.post(house.url + address, content=body, headers=headers).status_code


def signature(body: str, timestamp: int | str, secret: str = SECRET) -> str:
    return payloads.sign(secret, body, timestamp)["X-Slack-Signature"]  # type: ignore[arg-type]


def test_garbage_gets_401_and_reaches_nothing(house: House) -> None:
    held = house.hand_in()
    body, now = click_body(house, held.id), int(time.time())
    right = signature(body, now)
    tries = [
        (str(now), signature(body, now, "another secret")),
        (str(now), signature(body + " ", now)),
        (str(now), ""),
        (str(now), right.upper()),
        (str(now), "v0=" + "é" * 32),
        (str(now), right + "\t0"),
        (str(now - 301), signature(body, now - 301)),
        (str(now + 400), signature(body, now + 400)),
        ("", signature(body, "")),
        ("soon", signature(body, "soon")),
        ("1e9", signature(body, "1e9")),
        (f"{now}.5", signature(body, f"{now}.5")),
        ("-1", signature(body, "-1")),
        ("9" * 400, signature(body, "9" * 400)),
        ("٣" * 10, signature(body, "٣" * 10)),
    ]
    for timestamp, sent in tries:
        headers = {b"X-Slack-Request-Timestamp": timestamp.encode(), b"X-Slack-Signature": sent.encode()}
        headers[b"Content-Type"] = payloads.FORM.encode()
        answer = httpx.post(f"{house.url}/slack/interactions", content=body.encode(), headers=headers)
        assert answer.status_code == 401, (timestamp, sent)
    assert httpx.post(f"{house.url}/slack/interactions", content=body).status_code == 401
    assert house.gate.get(held.id).state is State.HELD
    assert post(house, body.encode(), str(now), right) == 200
    assert house.gate.get(held.id).state is State.APPROVED


def test_a_body_that_is_no_text_gets_401(house: House) -> None:
    now = int(time.time())
    assert post(house, b"\xff\xfe\x00", str(now), "v0=" + "0" * 64) == 401


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "body", ["", "payload=", "payload=%7B", "payload=[]", "payload=null", "{", "[]", "null", "a=b"]
)
def test_signed_nonsense_is_refused_without_a_crash(house: House, address: str, body: str) -> None:
    now = int(time.time())
    for content_type in (payloads.FORM, "application/json"):
        headers = {"Content-Type": content_type, **payloads.sign(SECRET, body, now)}
        status = httpx.post(house.url + address, content=body.encode(), headers=headers).status_code
        assert 400 <= status < 500, (content_type, status)


WRONG: list[object] = ["text", 7, True, [], ["text"], [7], {"id": 7, "type": 7}]
PLACES = ("event", "user", "team", "channel", "view", "message", "item", "enterprise", "authorizations", "actions",
          "response_urls", "type", "command")  # fmt: skip


@pytest.mark.parametrize("kind", ["event_callback", "block_actions", "view_submission", "message_action"])
@pytest.mark.parametrize("place", PLACES)
def test_signed_shapes_that_slack_never_sends_are_no_crash(house: House, kind: str, place: str) -> None:
    for wrong in WRONG:
        told = {"type": kind, "event": {"type": "app_home_opened"}, "team_id": "T1", place: wrong}
        for address, body, content_type in (
            (ADDRESSES[0], payloads.form(told), payloads.FORM),
            (ADDRESSES[2], json.dumps(told), "application/json"),
        ):
            headers = {"Content-Type": content_type, **payloads.sign(SECRET, body, int(time.time()))}
            answer = httpx.post(house.url + address, content=body.encode(), headers=headers)
            assert answer.status_code < 500, (address, wrong)
            if place in ("event", "view") and not isinstance(wrong, dict):
                assert (answer.status_code, answer.text) == (400, "unreadable"), (address, wrong)


def test_too_large_is_refused(house: House) -> None:
    assert post(house, b"x" * (1024 * 1024 + 1), "1", "v0=") == 413


def test_slacks_url_check_is_answered(house: House) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "t"})
    answer = payloads.send(SECRET, f"{house.url}/slack/events", body, "application/json")
    assert answer.json() == {"challenge": "c-1"}


def test_a_refused_body_is_not_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    post(house, b"payload=a-secret-draft", str(int(time.time())), "v0=" + "0" * 64)
    body = payloads.form({"type": "block_actions", "actions": [{"action_id": "unknown", "value": "a-secret-draft"}]})
    payloads.send(SECRET, f"{house.url}/slack/interactions", body)
    logged = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert "a-secret-draft" not in " ".join(record.getMessage() for record in logged)
