"""Webhooks and release tokens as a publisher checks them, made by the service's own code."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from review_gate.adapters.release import ReleaseSigner
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.client import BadSignature, ReleaseVerifier, verify_webhook
from review_gate.client.release import text_sha256
from review_gate.domain import lifecycle
from review_gate.domain.change import DeliveryKind
from review_gate.domain.draft import Media
from review_gate.domain.draft import text_sha256 as gates_own
from review_gate.domain.submission import Answer
from tests.builders import NOW, RENE, held, moment

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()
OTHER = "whsec_" + base64.b64encode(b"another secret of thirty-two....").decode()
BODY = json.dumps({"type": "submission.approved", "data": {"id": "s-1", "release_token": "t"}}).encode()
AT = NOW.timestamp()


def signed(body: bytes = BODY, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    return {
        "Webhook-Id": "d-1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("d-1", at, body.decode()),
    }


def test_what_the_gate_signed_is_believed() -> None:
    event = verify_webhook(BODY, signed(), SECRET, now=AT)
    assert (event.id, event.type, event.data["id"], event.release_token) == ("d-1", "submission.approved", "s-1", "t")
    assert verify_webhook(BODY, signed(), [OTHER, SECRET], now=AT + 299) == event
    two = signed() | {"Webhook-Signature": "v1a,AAAA " + signed(secret=OTHER)["Webhook-Signature"]}
    assert verify_webhook(BODY, two, OTHER, now=AT) == event


@pytest.mark.parametrize(
    ("body", "headers", "late"),
    [
        (BODY + b" ", {}, 0),
        (BODY, {"Webhook-Id": "d-2"}, 0),
        (BODY, {"Webhook-Timestamp": str(int(AT) + 1)}, 0),
        (BODY, {"Webhook-Timestamp": "soon"}, 0),
        (BODY, {"Webhook-Timestamp": "²"}, 0),
        (BODY, {"Webhook-Signature": ""}, 0),
        (BODY, {"Webhook-Signature": "v1,é"}, 0),
        (BODY, signed(secret=OTHER), 0),
        (BODY, {}, 301),
        (BODY, {}, -301),
    ],
)
def test_anything_else_is_not(body: bytes, headers: dict[str, str], late: float) -> None:
    with pytest.raises(BadSignature):
        verify_webhook(body, signed() | headers, SECRET, now=AT + late)


def test_missing_headers_and_bodies_that_are_no_event() -> None:
    with pytest.raises(BadSignature, match="webhook-id"):
        verify_webhook(BODY, {}, SECRET)
    for body in (b"[]", b"no json", b'{"type": "a"}'):
        with pytest.raises(BadSignature, match="no event"):
            verify_webhook(body, signed(body), SECRET, now=AT)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    found = open_store(f"sqlite:{tmp_path / 'gate.db'}", durable=False)
    yield found
    found.close()


def token(signer: ReleaseSigner, **draft: Any) -> str:
    fields = {"channel": "x", "media": (Media("https://cdn.example/a.png", None),)} | draft
    change = lifecycle.decide(held("Bonjour 🎉", **fields), Answer.APPROVE, RENE, moment())
    return signer.sign(next(d.payload for d in change.deliveries if d.kind is DeliveryKind.WEBHOOK))


GOOD: dict[str, Any] = {"text": "Bonjour 🎉", "channel": "x", "media": [{"url": "https://cdn.example/a.png"}]}


@pytest.mark.parametrize(
    ("changed", "late", "reason"),
    [
        ({}, 0, None),
        ({"text": "Bonjour 🎉 "}, 0, "text"),
        ({"media": []}, 0, "text"),
        ({"channel": "facebook"}, 0, "channel"),
        ({"channel": None}, 0, "channel"),
        ({"account": "brand"}, 0, "account"),
        ({}, -1, "early"),
        ({}, 86_400, "expired"),
    ],
)
def test_tokens_are_verified_offline(store: SqlStore, changed: dict[str, Any], late: float, reason: str | None) -> None:
    signer = ReleaseSigner(store)
    verifier = ReleaseVerifier("http://gate", keys=signer.jwks, clock=lambda: AT + late)
    release = verifier.verify(token(signer), **(GOOD | changed))
    assert (bool(release), release.reason) == (reason is None, reason)


def test_a_new_key_is_fetched_and_not_for_every_bad_token(store: SqlStore) -> None:
    signer = ReleaseSigner(store)
    now, fetched = [datetime.now(UTC).timestamp()], []

    def keys() -> dict[str, Any]:
        fetched.append(now[0])
        return signer.jwks()

    verifier = ReleaseVerifier("http://gate", keys=keys, clock=lambda: AT + now[0] * 0)
    assert verifier.verify(token(signer), **GOOD)
    signer.rotate()
    for nonsense in ("", "a.b.c", "é", token(signer)[:-3], token(signer)):
        assert verifier.verify(nonsense, **GOOD).reason == "signature"
    assert len(fetched) == 1  # not again within half a minute

    later = [AT]
    patient = ReleaseVerifier("http://gate", keys=keys, clock=lambda: later[0])
    assert patient.verify(token(signer), **GOOD)
    signer.rotate(drop=True)
    later[0] += 31
    assert patient.verify(token(signer), **GOOD)
    assert len(fetched) == 3


@given(st.text(), st.lists(st.tuples(st.text(min_size=1), st.none() | st.text()), max_size=3))
def test_both_sides_hash_alike(text: str, media: list[tuple[str, str | None]]) -> None:
    theirs = gates_own(text, tuple(Media(url, alt) for url, alt in media))
    assert text_sha256(text, [{"url": url, "alt": alt} for url, alt in media]) == theirs
