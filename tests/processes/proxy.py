"""Stands between the gate and somebody it talks to (Slack, a publisher), and plays their bad days."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

MOODS = ("down", "slow", "deaf", "nonsense", "busy")
"""down: cuts the connection. slow: takes its time. deaf: does what it is asked, and its answer gets lost. nonsense:
answers what nobody can use. busy: 429."""

GARBAGE: tuple[tuple[int, bytes], ...] = (
    (200, b"<html><body>Welcome to the hotel's network. Please sign in."),
    (200, b'{"ok": tr'),
    (200, b""),
    (200, b"[]"),
    (200, b'{"ok": true}'),
    (200, b"\xff\xfe\x00"),
    (302, b""),
    (503, b"upstream connect error"),
    (0, b"\x16\x03\x01 this is no HTTP\r\n\r\n"),
)
SKIPPED = {"host", "content-length", "connection", "transfer-encoding", "content-encoding", "date", "server"}


class Proxy:
    """Passes requests on to `target` (http://HOST:PORT) while its `mood` is 'well'.

    `refuses` may name a body that is answered 410 whatever the mood. With `strict` nonsense never looks like success:
    for somebody whose mere 200 is an answer.
    """

    def __init__(self, target: str, dice: random.Random, *, strict: bool = False) -> None:
        self.target = target
        self.mood = "well"
        self.retry_after = 1
        self.refuses: Callable[[bytes], bool] = lambda body: False
        self._dice = dice
        self._strict = strict
        self._client = httpx.Client(timeout=30, follow_redirects=False)
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                if len(body) < length:  # its sender was killed halfway
                    self.close_connection = True
                    return
                with suppress(OSError):
                    proxy._answer(self, body)

            do_GET = do_POST

            def log_message(self, format: str, *arguments: Any) -> None:
                """Says nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *about: Any) -> None:
                """The other side hung up: that is what happens on such days."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._client.close()

    def _answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        mood = self.mood
        if self.refuses(body):
            _send(handler, 410, b"gone", {})
        elif mood == "down":
            _cut(handler)
        elif mood == "busy":
            _send(handler, 429, b'{"ok": false, "error": "ratelimited"}', {"retry-after": str(self.retry_after)})
        elif mood == "nonsense":
            status, told = self._dice.choice([one for one in GARBAGE if not self._strict or one[0] != 200])
            if status == 0:
                handler.wfile.write(told)
                _cut(handler)
            else:
                _send(handler, status, told, {})
        else:
            if mood == "slow":
                time.sleep(self._dice.uniform(0.2, 1.5))
            self._pass_on(handler, body, lost=mood == "deaf")

    def _pass_on(self, handler: BaseHTTPRequestHandler, body: bytes, *, lost: bool) -> None:
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in SKIPPED}
        try:
            answer = self._client.request(handler.command, self.target + handler.path, content=body, headers=headers)
        except httpx.HTTPError:
            _cut(handler)
            return
        if lost:
            _cut(handler)
            return
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in SKIPPED}
        _send(handler, answer.status_code, answer.content, kept)


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    with suppress(OSError):
        handler.connection.shutdown(socket.SHUT_RDWR)
