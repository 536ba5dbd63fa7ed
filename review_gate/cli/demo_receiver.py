"""The demo's publisher: receives webhooks, checks their signature, keeps them."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


class Receiver:
    """Listens on a free port of this machine while the `with` block runs."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.received: list[dict[str, Any]] = []
        self.refused = 0
        self._ids: set[str] = set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                if len(body) < length:  # whoever sent it died halfway: it comes again, whole
                    self.close_connection = True
                    return
                self.send_response(receiver._take(dict(self.headers.items()), body))
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/published"

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def of(self, submission_id: str, kind: str) -> dict[str, Any] | None:
        """The webhook of this kind about this submission, if it has come."""
        for payload in list(self.received):
            if payload["type"] == kind and payload["data"]["id"] == submission_id:
                return payload
        return None

    def _take(self, headers: dict[str, str], body: bytes) -> int:
        lower = {name.lower(): value for name, value in headers.items()}
        try:
            Webhook(self.secret).verify(body, lower)
        except WebhookVerificationError:
            self.refused += 1
            return 401
        if lower["webhook-id"] not in self._ids:  # sent twice is received once
            self._ids.add(lower["webhook-id"])
            self.received.append(json.loads(body))
        return 204
