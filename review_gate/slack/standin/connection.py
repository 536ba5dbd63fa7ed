"""Slack's side of Socket Mode: the connection that the service opens, and what comes in by it.

Needs `websockets`, which only the tests install: in the sandbox, clicks come over HTTP.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve


class Connection:
    """Listens on a free port of this machine while the `with` block runs. `opened` counts the connections so far."""

    def __init__(self) -> None:
        self.opened = 0
        self._live: list[ServerConnection] = []
        self._answers: dict[str, Any] = {}
        self._changed = threading.Condition()
        self._server: Server = serve(self._talk, "127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """What `apps.connections.open` answers."""
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link"

    def __enter__(self) -> Connection:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.drop()
        self._server.shutdown()
        self._thread.join()

    def send(self, kind: str, payload: Mapping[str, Any], seconds: float = 20.0) -> Any:
        """Sends what happened (`interactive`, `slash_commands`, `events_api`) and waits for the answer to it. Raises
        TimeoutError."""
        envelope = uuid4().hex
        with self._changed:
            self._wait(lambda: bool(self._live), "a connection", seconds)
            self._live[-1].send(json.dumps({"envelope_id": envelope, "type": kind, "payload": dict(payload)}))
            self._wait(lambda: envelope in self._answers, "the answer", seconds)
            return self._answers.pop(envelope)

    def drop(self) -> None:
        """Cuts every connection, as Slack does every few hours."""
        with self._changed:
            live, self._live = self._live, []
        for one in live:
            one.close()

    def _wait(self, found: Any, what: str, seconds: float) -> None:
        if not self._changed.wait_for(found, seconds):
            raise TimeoutError(f"waited {seconds:.0f} seconds for {what}")

    def _talk(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0SANDBOX"}}))
        with self._changed:
            self.opened += 1
            self._live.append(connection)
            self._changed.notify_all()
        try:
            for message in connection:
                said = json.loads(message)
                with self._changed:
                    self._answers[said["envelope_id"]] = said.get("payload")
                    self._changed.notify_all()
        except (ConnectionClosed, ValueError):
            pass
        finally:
            with self._changed:
                if connection in self._live:
                    self._live.remove(connection)
