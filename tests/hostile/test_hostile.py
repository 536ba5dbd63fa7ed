"""Hostile input, long and broken, through the API with all packs: no failure, and work that stays bounded."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from flask.testing import FlaskClient

from review_gate.web.bodies import ink
from tests.hostile.strings import BODIES, DATES, FIELD_VALUES, HEADERS, LONGEST, texts

TEXTS = dict(texts())
STEPS_AT_LEAST, STEPS_A_CHARACTER = 20_000, 250
"""Calls of Python and C functions: what each check may take, and what it may take more for each character. What is
quadratic passes neither at 400 nor at 20,000 characters."""


class Steps:
    """Counts the calls in its block: a measure of work that no busy machine changes."""

    def __enter__(self) -> Steps:
        self.count = 0
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, argument: object) -> None:
        if event in ("call", "c_call"):
            self.count += 1


def test_there_are_many_and_they_are_what_they_should_be() -> None:
    assert len(TEXTS) >= 200
    assert all(1 <= len(text) <= LONGEST for text in TEXTS.values())
    assert len(set(TEXTS.values())) == len(TEXTS)


@pytest.mark.parametrize("name", TEXTS)
def test_the_check_stands_it_within_its_steps(client: FlaskClient, name: str) -> None:
    text = TEXTS[name]
    if not ink(text):
        assert client.post("/v1/check", json={"text": text}).status_code == 422
        text = text[:-1] + "a"  # with one letter in it, it is one that goes all the way
    with Steps() as steps:
        answer = client.post("/v1/check", json={"text": text, "lang": "fr"})
    assert steps.count <= STEPS_AT_LEAST + STEPS_A_CHARACTER * len(text)
    told = answer.get_json()
    assert (answer.status_code, told["action"] in ("allow", "hold", "block")) == (200, True)
    assert not [one for one in told["signals"] if one.get("state") == "errored"]
    for one in told["reasons"]:
        assert not (one.get("rule") or "").endswith((".errored", ".missing")), one
        assert one["span"] is None or 0 <= one["span"][0] <= one["span"][1] <= len(text), one


FREE = ("channel", "author", "account", "bot", "conversation", "in_reply_to")
STRICT = ("text", "market", "lang", "kind")


@pytest.mark.parametrize("value", FIELD_VALUES)
def test_every_field_stands_it(client: FlaskClient, value: str) -> None:
    tries = [dict.fromkeys(FREE, value), *({field: value} for field in STRICT)]
    for fields in (*tries, {"media": [{"url": value, "alt": value}], "history": [value]}):
        answer = client.post("/v1/check", json={"text": "Merci, à bientôt", **fields})
        assert answer.status_code in (200, 422), (fields, answer.get_data(as_text=True))


@pytest.mark.parametrize("value", DATES)
def test_no_date_breaks_it(client: FlaskClient, value: str) -> None:
    for path in ("/v1/check", "/v1/submissions"):
        assert client.post(path, json={"text": "Merci", "planned_at": value}).status_code in (200, 202, 422), path


@pytest.mark.parametrize("name", BODIES)
def test_no_body_breaks_it(client: FlaskClient, name: str) -> None:
    for path in ("/v1/check", "/v1/submissions", "/v1/verify", "/v1/moderations", "/v1alpha1/comments:analyze"):
        answer = client.post(path, data=BODIES[name], content_type="application/json")
        assert answer.status_code < 500, (path, answer.get_data(as_text=True)[:300])


@pytest.mark.parametrize("value", HEADERS)
@pytest.mark.parametrize(
    "header", ["X-Request-ID", "Idempotency-Key", "Accept-Language", "Authorization", "Content-Type", "Cookie", "Host"]
)
def test_no_header_breaks_it_or_comes_back_as_another(client: FlaskClient, header: str, value: str) -> None:
    name = header.upper().replace("-", "_")
    environ: dict[str, Any] = {name if name == "CONTENT_TYPE" else f"HTTP_{name}": value}
    for method, path in (("POST", "/v1/check"), ("GET", "/sign-in"), ("GET", "/v1/submissions")):
        answer = client.open(path, method=method, data=b'{"text": "a"}', environ_overrides=environ)
        assert answer.status_code < 500, (path, answer.get_data(as_text=True)[:300])
        assert "X-Injected" not in answer.headers
        assert not any("\r" in line or "\n" in line for pair in answer.headers for line in pair)


@pytest.mark.parametrize("value", [*FIELD_VALUES[:34], "%00", "%ff%fe", "%0d%0aX-Injected:%20yes"])
def test_no_address_breaks_it(client: FlaskClient, value: str) -> None:
    places = ("/v1/submissions/", "/v1/bots/", "/static/", "/items/", "/problems/", "/rules/", "/")
    for path in (
        *(place + value for place in places),
        f"/v1/submissions?cursor={value}",
        f"/v1/submissions?bot={value}",
    ):
        answer = client.get(path)
        assert answer.status_code < 500, path
        assert b"root:" not in answer.data and "X-Injected" not in answer.headers
