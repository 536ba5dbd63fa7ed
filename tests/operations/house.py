"""The web application as the service puts it together, on a real socket, with its log in reach."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
from werkzeug.serving import make_server

from review_gate import logs
from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.tracing import Untraced
from review_gate.bootstrap import Services
from review_gate.settings import Settings
from review_gate.settings.settings import PROJECT
from review_gate.web.auth import make_key, new_key


@dataclass
class House:
    url: str
    services: Services
    log: io.StringIO

    def key(self, *scopes: str) -> str:
        key = new_key()
        self.services.store.add_key(make_key(uuid7(), frozenset(scopes), key, uuid7(), utc_now()))
        return key

    def client(self, *scopes: str, **headers: str) -> httpx.Client:
        if scopes:
            headers["Authorization"] = f"Bearer {self.key(*scopes)}"
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)


@contextmanager
def house(
    folder: Path, form: Literal["text", "json"] = "json", tracing: Untraced | None = None, **settings: Any
) -> Iterator[House]:
    rules = folder / "rules"
    rules.mkdir()
    shutil.copy(PROJECT / "rules" / "placeholders.yml", rules)
    services = Services(Settings(database=f"sqlite:{folder / 'gate.db'}", rules=rules, **settings), tracing)
    log = io.StringIO()
    logs.set_up(form, log)
    server = make_server("127.0.0.1", 0, services.web(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield House(f"http://127.0.0.1:{server.server_port}", services, log)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        services.close()
