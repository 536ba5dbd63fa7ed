"""Nobody who is asked holds a courier for long: real servers that drip, talk without end, or lie inside."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from review_gate.adapters.bounded import bounded_client
from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.guard import PrivateAddress, is_public
from review_gate.adapters.pictures.studio import Studio
from review_gate.adapters.publishers.answers import client, send
from review_gate.adapters.publishers.mastodon import MastodonPublisher
from review_gate.adapters.release import ReleaseSigner
from review_gate.adapters.stores import open_store
from review_gate.adapters.webhook import WebhookNotifier
from review_gate.ports import Undeliverable
from review_gate.settings import Settings
from tests.adapters.test_webhook import SECRET, approval

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PATIENCE = 8.0
"""Seconds that a busy machine may take for what should be over after half a second."""


@contextmanager
def server(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the lines of what was asked. `answer` may go on until whoever asked has hung up."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.requestline)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with suppress(OSError):  # they hung up, as they should
                answer(self)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}", asked
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def drip(handler: BaseHTTPRequestHandler, first: bytes) -> None:
    """A byte now and then, for a minute: never so slow that a single read would be given up."""
    handler.wfile.write(first)
    for _ in range(1200):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def never_done_with_the_head(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, HEAD + b"X-Slow: ")


def never_done_with_the_body(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, HEAD + b"\r\n{")


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(HEAD + b"\r\n")
    while True:
        handler.wfile.write(bytes(65536))


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(307)
    handler.send_header("Location", "/other")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.fixture
def soon() -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < PATIENCE


def webhook(url: str, **options: Any) -> Any:
    with (
        closing(open_store("sqlite::memory:")) as store,
        closing(WebhookNotifier(url, SECRET, ReleaseSigner(store), utc_now, **options)) as notifier,
    ):
        return notifier.deliver(approval())


def test_a_receiver_that_drips_does_not_hold_the_courier(soon: None) -> None:
    with server(never_done_with_the_head) as (url, _), pytest.raises(Undeliverable, match="ReadTimeout"):
        webhook(url, allow_private=True, seconds=0.5)


@pytest.mark.parametrize("answer", [never_done_with_the_body, endless])
def test_of_a_receivers_answer_only_the_status_is_read(
    soon: None, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    with server(answer) as (url, _):
        assert webhook(url, allow_private=True) == {"status": 200}
        with closing(bounded_client()) as teams:
            assert send(teams, "Teams", "POST", url, read=False).status_code == 200


@pytest.mark.parametrize(
    ("answer", "why"), [(never_done_with_the_head, "ReadTimeout"), (never_done_with_the_body, "ReadTimeout"),
                        (endless, "ReadError")]
)  # fmt: skip
def test_an_outlets_answer_is_bounded_in_time_and_size(
    soon: None, answer: Callable[[BaseHTTPRequestHandler], None], why: str
) -> None:
    seconds = 60.0 if answer is endless else 0.5
    with (
        server(answer) as (url, _),
        closing(client(seconds=seconds)) as outlet,
        pytest.raises(Undeliverable, match=why),
    ):
        send(outlet, "The outlet", "POST", url)


@pytest.mark.parametrize("answer", [never_done_with_the_head, never_done_with_the_body, endless, elsewhere])
def test_mastodons_library_is_bounded_like_the_others(
    soon: None, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    seconds = 60.0 if answer is endless else 0.5
    with closing(open_store("sqlite::memory:")) as store, server(answer) as (url, asked):
        pictures = Studio(store, Settings(), utc_now, uuid7).approved
        with (
            closing(MastodonPublisher(url, "token", "public", pictures, seconds=seconds)) as outlet,
            pytest.raises(Undeliverable, match="could not be reached"),
        ):
            outlet.check()
    assert len(asked) == 1


def test_what_is_inside_is_never_asked() -> None:
    with server(endless) as (url, asked):
        with pytest.raises(Undeliverable, match="REVIEW_GATE_WEBHOOK_ALLOW_PRIVATE"):
            webhook(url)
        with closing(client(is_public)) as outlet, pytest.raises(Undeliverable, match="private address"):
            send(outlet, "The publisher", "POST", url)
    assert asked == []


def test_a_proxy_that_the_environment_names_is_used_and_opens_no_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def agree(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(204)
        handler.end_headers()

    with server(agree) as (proxy, asked):
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        with closing(bounded_client()) as anywhere:
            assert anywhere.post("http://receiver.invalid/hook").status_code == 204
        assert asked == ["POST http://receiver.invalid/hook HTTP/1.1"]
        with closing(bounded_client(is_public)) as guarded, pytest.raises(PrivateAddress):
            guarded.post("http://10.0.0.7/hook")
        with closing(bounded_client(is_public)) as guarded, pytest.raises(httpx.ConnectError):
            guarded.post("http://receiver.invalid/hook")
    assert len(asked) == 1
