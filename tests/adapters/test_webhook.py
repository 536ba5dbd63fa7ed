"""Webhooks over real HTTP: signature, token, retries, private addresses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from standardwebhooks import Webhook

from review_gate.adapters.clock import utc_now
from review_gate.adapters.release import ReleaseSigner
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.adapters.webhook import WebhookNotifier, refuse_private
from review_gate.domain import lifecycle
from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.domain.draft import Media
from review_gate.domain.erasure import scrub
from review_gate.domain.submission import Answer
from review_gate.ports import Undeliverable
from tests.builders import RENE, held, moment

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"


@contextmanager
def publisher(status: int = 204, **headers: str) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A receiver that answers with `status`; yields its address and what it received."""
    received: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def store() -> Iterator[SqlStore]:
    found = open_store("sqlite::memory:")
    yield found
    found.close()


def approval(**draft: Any) -> Delivery:
    change = lifecycle.decide(held("Bonjour", channel="x", **draft), Answer.APPROVE, RENE, moment())
    return next(delivery for delivery in change.deliveries if delivery.kind is DeliveryKind.WEBHOOK)


def deliver(store: SqlStore, url: str, delivery: Delivery) -> Any:
    notifier = WebhookNotifier(url, SECRET, ReleaseSigner(store), utc_now, allow_private=True)
    try:
        return notifier.deliver(delivery)
    finally:
        notifier.close()


def test_an_approval_is_signed_and_carries_its_token(store: SqlStore) -> None:
    delivery = approval()
    with publisher() as (url, received):
        assert deliver(store, url, delivery) == {"status": 204}
        deliver(store, url, delivery)
    headers, body = received[0]
    payload = Webhook(SECRET).verify(body, headers)
    assert headers["webhook-id"] == delivery.id
    assert payload["type"] == "submission.approved"
    keys = KeySet.import_key_set(ReleaseSigner(store).jwks())
    token = payload["data"]["release_token"]
    claims = jwt.decode(token, keys, algorithms=["Ed25519"]).claims
    assert (claims["sub"], claims["channel"], claims["text_sha256"]) == ("s-1", "x", held("Bonjour").text_sha256)
    assert received[1][1] == body  # sent again, it says the same, token and all


@pytest.mark.parametrize(
    "media", [(), (Media("https://x.example/a.png", "A cat"), Media("https://x.example/b.png"))], ids=["text", "media"]
)
def test_an_approval_is_sent_with_its_own_words_or_not_at_all(store: SqlStore, media: tuple[Media, ...]) -> None:
    whole = approval(media=media)
    bare = [replace(whole, payload=scrub(whole.payload, frozenset()))]
    data = whole.payload["data"]
    bare += [replace(whole, payload={**whole.payload, "data": {**data, "media": scrub(data, set())["media"]}})] * bool(
        media
    )
    with publisher() as (url, received):
        for one in bare:
            with pytest.raises(Undeliverable, match="not those that were approved") as refused:
                deliver(store, url, one)
            assert refused.value.final
        assert received == []
        assert deliver(store, url, whole) == {"status": 204}
    assert len(received) == 1


def test_the_key_set_shows_no_private_key(store: SqlStore) -> None:
    assert all("d" not in key for key in ReleaseSigner(store).jwks()["keys"])


@pytest.mark.parametrize(
    ("status", "headers", "retry_after", "final"),
    [
        (500, {}, None, False),
        (302, {"Location": "http://127.0.0.1:1/"}, None, False),  # not followed
        (429, {"Retry_After": "120"}, 120.0, False),
        (503, {"Retry_After": "nonsense"}, None, False),
        (410, {}, None, True),
    ],
)
def test_refusals(
    store: SqlStore, status: int, headers: dict[str, str], retry_after: float | None, final: bool
) -> None:
    with publisher(status, **headers) as (url, _), pytest.raises(Undeliverable) as refused:
        deliver(store, url, approval())
    assert (refused.value.retry_after, refused.value.final) == (retry_after, final)


def test_nobody_there(store: SqlStore) -> None:
    with pytest.raises(Undeliverable, match="could not be reached"):
        deliver(store, "http://127.0.0.1:9/hook", approval())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/hook",
        "http://localhost:8080/",
        "http://10.0.0.7/hook",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/hook",
        "http://0.0.0.0/",
        "http://host.invalid/",
    ],
)
def test_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(Undeliverable):
        refuse_private(url)
