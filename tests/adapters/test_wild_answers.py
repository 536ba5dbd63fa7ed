"""What the other side of a webhook answers, and what a publisher is sent: whatever it is, it is understood or
refused in the words meant for it, and is no other exception."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_gate.adapters.publishers.answers import LONGEST, pause
from review_gate.adapters.webhook import _retry_after
from review_gate.client import BadSignature, verify_webhook
from review_gate.client.webhook import WebhookEvent

NOW = datetime(2026, 11, 13, 12, tzinfo=UTC)
KEY = b"a secret of thirty-two bytes...."
SECRET = "whsec_" + base64.b64encode(KEY).decode()
HEADER = st.one_of(
    st.text(st.characters(min_codepoint=1, max_codepoint=255, blacklist_characters="\r\n"), max_size=30),
    st.integers().map(str),
    st.sampled_from(
        ["²", "1²", "9" * 5000, "-1", "1e9", "Fri, 13 Nov 2026 12:00:30 GMT", "Fri, 99 Nov 2026 12:00:30 GMT"]
    ),
)
NAMES = st.text(max_size=6) | st.sampled_from(["type", "data"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200)
@given(HEADER, HEADER)
def test_any_pause_of_a_publisher_is_seconds_or_none(after: str, reset: str) -> None:
    headers = [(b"retry-after", after.encode("latin-1")), (b"ratelimit-reset", reset.encode("latin-1"))]
    seconds = pause(httpx.Response(429, headers=headers))
    assert seconds is None or 0 <= seconds <= LONGEST


@settings(max_examples=300)
@given(HEADER)
def test_any_retry_after_is_seconds_within_a_day_or_none(value: str) -> None:
    answer = httpx.Response(503, headers=[(b"retry-after", value.encode("latin-1"))])
    seconds = _retry_after(answer, NOW)
    assert seconds is None or 0 <= seconds <= 86_400


def test_a_retry_after_that_is_right_counts() -> None:
    for value, seconds in (("30", 30.0), ("Fri, 13 Nov 2026 12:00:30 GMT", 30.0), ("9" * 5000, 86_400.0), ("²", None)):
        assert _retry_after(httpx.Response(503, headers=[(b"retry-after", value.encode("latin-1"))]), NOW) == seconds


def verified(body: bytes, headers: dict[str, str]) -> WebhookEvent | None:
    try:
        return verify_webhook(body, headers, SECRET, now=NOW.timestamp())
    except BadSignature:
        return None


def signed(body: bytes) -> dict[str, str]:
    stamp = str(int(NOW.timestamp()))
    digest = hmac.new(KEY, f"d-1.{stamp}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": "d-1", "webhook-timestamp": stamp, "webhook-signature": signature}


@settings(max_examples=300)
@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_signed_body_is_an_event_or_a_bad_signature(body: bytes) -> None:
    event = verified(body, signed(body))
    if event is not None:
        told: Any = json.loads(body)
        assert (event.type, event.data) == (str(told["type"]), dict(told["data"]))


def test_a_signed_body_without_end_is_a_bad_signature() -> None:
    for body in (b"[" * 100_000, b'{"type": "a", "data": ' + b"[" * 100_000, b"9" * 10_000):
        assert verified(body, signed(body)) is None


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(["Webhook-Id", "webhook-timestamp", "WEBHOOK-SIGNATURE"]), st.text(max_size=40)))
def test_any_headers_are_a_bad_signature(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify_webhook(b"{}", headers, SECRET, now=NOW.timestamp())
