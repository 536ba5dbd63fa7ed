"""A gate with pictures: real store, real screening, real HTTP to fetch from, and a reader that knows its lines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from review_gate.adapters.clock import uuid7
from review_gate.adapters.language import EldcDetector
from review_gate.adapters.pictures.eyes import PillowEyes
from review_gate.adapters.pictures.fetcher import GuardedFetcher
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.bootstrap import Rulebook
from review_gate.courier import Courier
from review_gate.domain.change import DeliveryKind
from review_gate.domain.draft import Draft, Media
from review_gate.domain.picture import named_url
from review_gate.domain.policy import Policy
from review_gate.domain.submission import Answer, Submission
from review_gate.gate import Gate, Screening, Seen
from review_gate.gate.looking import Looking, Uploads
from review_gate.media_ports import Fetcher, TextReader
from tests.builders import ANNE, POLICY, SOFIA, FakeClock, WordScorer
from tests.pages.house import some_packs

EYES = PillowEyes(400_000, 4_000_000)


@dataclass
class Lines:
    """Reads in each picture what the test has put there."""

    name: str = "lines-1"
    of: dict[bytes, str] = field(default_factory=dict)
    asked: int = 0

    def read(self, content: bytes) -> str:
        self.asked += 1
        words = self.of.get(content, "")
        if words == "!":
            raise RuntimeError("the reader broke")
        return words


class Studio:
    """The gate, and its courier for pictures."""

    def __init__(
        self, folder: Path, fetcher: Fetcher | None = None, reader: TextReader | None = None, policy: Policy = POLICY
    ) -> None:
        self.clock = FakeClock(datetime.now().astimezone())
        self.store: SqlStore = open_store(f"sqlite:{folder / 'gate.db'}", durable=False)
        packs = some_packs()
        self.screening = screening = Screening(EldcDetector(), (WordScorer(),), lambda: Rulebook(packs), policy)
        self.gate = Gate(self.store, lambda: screening, self.clock, uuid7)
        self.uploads = Uploads(self.store, EYES, self.clock, 400_000)
        looking = Looking(
            self.store, lambda: screening, EYES, fetcher, reader, self.clock, uuid7, "https://gate.example"
        )
        self.courier = Courier(self.store, DeliveryKind.MEDIA, looking, self.clock)

    def upload(self, content: bytes, name: str = "") -> str:
        return named_url(self.uploads.take(content, "anne").picture.sha256, name)

    def hand_in(self, *urls: str, text: str = "Notre boutique ouvre à neuf heures.", **fields: Any) -> Submission:
        media = tuple(Media(url, "Une rue le matin") for url in urls)
        return self.gate.submit(Draft(text, media=media, **fields), ANNE)

    def decide(self, submission: Submission, answer: Answer, **fields: str) -> Submission:
        return self.gate.decide(
            submission.id, answer, SOFIA, Seen(submission.revision, submission.text_sha256), **fields
        )

    def work(self, rounds: int = 20) -> None:
        """Carries everything, also what waits for another try."""
        for _ in range(rounds):
            while self.courier.run_once():
                pass
            self.clock.pass_(seconds=90)

    def look(self, *urls: str, **fields: Any) -> Submission:
        """A draft comes in and its pictures are looked at."""
        submission = self.hand_in(*urls, **fields)
        self.work()
        return self.gate.get(submission.id)


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None], host: str = "127.0.0.1") -> Iterator[str]:
    """A web server for the length of the block; `answer` writes each answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def anywhere(most: int = 400_000, **options: Any) -> GuardedFetcher:
    """Fetches from private addresses too: the tests' own server lies at one."""
    return GuardedFetcher(most, lambda _: True, **options)
