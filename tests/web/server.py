"""The HTTP API on a real socket, with a real SQLite store and a small scorer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from flask import Flask
from werkzeug.serving import make_server

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.language import EldcDetector
from review_gate.adapters.pictures.studio import Studio
from review_gate.adapters.release import ReleaseSigner
from review_gate.adapters.scorers.repetition import RepetitionScorer
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.domain.policy import Policy
from review_gate.gate import Gate, Screening
from review_gate.gate.digests import Digests
from review_gate.gate.proofs import Proofs
from review_gate.gate.releases import Releases
from review_gate.ports import Scorer
from review_gate.settings import Settings
from review_gate.web.app import create_app
from review_gate.web.auth import make_key, new_key
from review_gate.web.digests import digests_blueprint
from review_gate.web.integrations import drop_ins
from review_gate.web.media import media_blueprint
from review_gate.web.proofs import proofs_blueprint
from review_gate.web.readiness import unready
from review_gate.web.scoring import TextScores
from review_gate.web.verify import verify_blueprint
from tests.builders import POLICY, NoRules, WordScorer


@dataclass
class Service:
    """A running service: its address, its store, its gate, and keys by scope."""

    url: str
    store: SqlStore
    gate: Gate
    app: Flask

    def key(self, *scopes: str, name: str = "") -> str:
        key = new_key()
        name = name or "key-" + "-".join(scopes) + "-" + uuid7()
        self.store.add_key(make_key(name, frozenset(scopes), key, uuid7(), utc_now()))
        return key

    def client(self, *scopes: str, name: str = "", **headers: str) -> httpx.Client:
        """A client whose key has these scopes; without any it has no key."""
        if scopes:
            headers["Authorization"] = f"Bearer {self.key(*scopes, name=name)}"
        return httpx.Client(base_url=self.url, headers=headers, timeout=40)


@contextmanager
def running(
    folder: Path, scorer: Scorer | None = None, policy: Policy = POLICY, database: str | None = None
) -> Iterator[Service]:
    """A service for the length of the block; without `database` on a SQLite file in `folder`."""
    store = open_store(database or f"sqlite:{folder / 'gate.db'}", durable=False)
    scorers = (scorer or WordScorer(), RepetitionScorer(policy.repetition))
    detector = EldcDetector()
    screening = Screening(detector, scorers, NoRules, policy)
    gate = Gate(store, lambda: screening, utc_now, uuid7)
    blueprints = drop_ins(TextScores(scorers[0], detector, utc_now, "en"), store, policy, utc_now, uuid7)
    signer = ReleaseSigner(store)
    digests = digests_blueprint(Digests(store, lambda: policy, utc_now, uuid7), store)
    verify = verify_blueprint(Releases(store, signer, utc_now, uuid7), store, utc_now)
    studio = Studio(store, Settings(media_max_mib=0.5, media_max_megapixels=2), utc_now, uuid7)
    media = media_blueprint(store, store, studio.uploads, studio.links, lambda: False)
    ready = partial(unready, store.ping, lambda: {"none": 1})
    proofs = proofs_blueprint(Proofs(store, signer, utc_now), gate, store)
    app = create_app(gate, store, ready, signer.jwks, blueprints=(*blueprints, verify, digests, media, proofs))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Service(f"http://127.0.0.1:{server.server_port}", store, gate, app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        store.close()
