"""The pages on a real socket: real store, real gate, real packs, a small scorer; and people who can sign in."""

from __future__ import annotations

import logging
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from argon2 import PasswordHasher
from werkzeug.serving import make_server

from review_gate.adapters.accounts import Accounts
from review_gate.adapters.clock import uuid7
from review_gate.adapters.language import EldcDetector
from review_gate.adapters.oidc import Client, Company
from review_gate.adapters.pictures.studio import Studio
from review_gate.adapters.scorers.repetition import RepetitionScorer
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.bootstrap import Rulebook
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Person, Role, Submission
from review_gate.gate import Gate, Screening
from review_gate.page_ports import Account
from review_gate.rulebook.load import load_packs
from review_gate.rulebook.rule import Packs
from review_gate.settings import Settings
from review_gate.settings.settings import PROJECT
from review_gate.web.app import create_app
from review_gate.web.media import media_blueprint
from review_gate.web.pages import Parts, pages_blueprint
from review_gate.web.pages.base import signed_in
from tests.builders import POLICY, WordScorer

PACKS = ("placeholders", "newsjacking", "hashtags", "calendar", "stereotypes-gender")
PASSWORD = "four words in a row"
CAMILLE, SAMIRA, THOMAS, INES = "camille@example.com", "samira@example.com", "thomas@example.com", "ines@example.com"
QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)  # the real cost would be paid in every test
PEOPLE = (
    (CAMILLE, "Camille Moreau", ()),
    (SAMIRA, "Samira Benali", (Role.REVIEWER,)),
    (THOMAS, "Thomas Wright", (Role.REVIEWER,)),
    (INES, "Inès Garnier", (Role.LEAD, Role.ADMIN)),
)
RISKY = "Inondations dans le Pas-de-Calais : gardez les pieds au sec avec nos bottes, -20 % avec le code promo PLUIE !"


@dataclass
class PageHouse:
    """A running service. `pass_(…)` moves its clock on."""

    url: str
    store: SqlStore
    gate: Gate
    accounts: Accounts
    past: list[timedelta] = field(default_factory=list)

    def pass_(self, **time: float) -> None:
        self.past.append(timedelta(**time))

    def hand_in(self, text: str = RISKY, author: str = CAMILLE, **fields: object) -> Submission:
        return self.gate.submit(Draft(text=text, author=author, **fields), Person(author))  # type: ignore[arg-type]

    def browser(self, email: str | None = None) -> Visitor:
        """Somebody at the pages without a browser; signed in when `email` is given."""
        visitor = Visitor(httpx.Client(base_url=self.url, headers={"Accept": "text/html"}, timeout=30))
        if email is not None:
            answer = visitor.send("/sign-in", email=email, password=PASSWORD)
            assert answer.status_code == 303, answer.text
        return visitor


@dataclass
class Visitor:
    """Keeps cookies and sends forms with the page's CSRF token."""

    client: httpx.Client

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)

    @property
    def token(self) -> str:
        page = self.client.get("/password", follow_redirects=True)
        found = re.search(r'<meta name="csrf" content="(\w+)">', page.text)
        assert found is not None
        return found.group(1)

    def send(self, path: str, **form: str) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.token, **form})


@contextmanager
def running(
    folder: Path,
    approvals: int = 1,
    packs: Callable[[], Packs] | None = None,
    company: Client | None = None,
    port: int = 0,
    database: str | None = None,
    **rules: Any,
) -> Iterator[PageHouse]:
    """The service for the length of the block, with `packs` in place of some of the project's."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    store = open_store(database or f"sqlite:{folder / 'gate.db'}", durable=False)
    past: list[timedelta] = []

    def clock() -> datetime:
        return datetime.now(UTC) + sum(past, timedelta())

    current = packs or some_packs
    policy = replace(POLICY, approvals_needed=approvals, **rules)
    scorers = (WordScorer(), RepetitionScorer(policy.repetition))
    screening = Screening(EldcDetector(), scorers, lambda: Rulebook(current()), policy)
    gate = Gate(store, lambda: screening, clock, uuid7)
    accounts = Accounts(store, clock, QUICK)
    studio = Studio(store, Settings(), clock, uuid7)
    parts = Parts(
        gate,
        store,
        accounts,
        current,
        clock,
        uuid7,
        studio.uploads,
        company=Company(company, clock) if company else None,
    )
    media = media_blueprint(store, store, studio.uploads, studio.links, signed_in(parts))
    app = create_app(gate, store, list, lambda: {"keys": []}, "en", [pages_blueprint(parts), media])
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        _invite(store, clock())
        yield PageHouse(f"http://127.0.0.1:{server.server_port}", store, gate, accounts, past)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        store.close()


@cache
def some_packs() -> Packs:
    """A few of the project's packs: all of them take seconds to load."""
    with TemporaryDirectory() as folder:
        for name in PACKS:
            shutil.copy(PROJECT / "rules" / f"{name}.yml", folder)
        return load_packs(Path(folder), None)


@cache
def _password_hash() -> str:
    return QUICK.hash(PASSWORD)


def _invite(store: SqlStore, now: datetime) -> None:
    for email, name, roles in PEOPLE:
        store.add_user(Account(email, name, frozenset({Role.AUTHOR, *roles}), _password_hash(), now))
