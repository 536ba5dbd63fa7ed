"""What people were told outlives a power cut under PostgreSQL, in the middle of everything; and the disk that is played
here does lose what nobody waited for."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.stores import SqlStore, chain, open_store
from review_gate.domain import lifecycle
from review_gate.domain.change import Moment
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer, State
from review_gate.insight.invariants import breaches
from review_gate.ports import StoreError
from tests.builders import RENE, verdict
from tests.processes.disk import HAS_COMPILER
from tests.processes.server import Server
from tests.processes.service import wait_for

pytestmark = pytest.mark.skipif(not HAS_COMPILER, reason="nobody can play the disk without a C compiler")

WRITERS = 4
CUTS = 3


@pytest.fixture
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="power-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user has to get there
        with Server.started(Path(folder), power=True) as started:
            yield started


def ask(server: Server, statement: str) -> str:
    """Runs the statement and answers the first word of what came back."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        found = connection.execute(statement.encode())
        return str((found.fetchone() or [""])[0]) if found.description else ""


class Writer(threading.Thread):
    """Hands in and approves until `stopping` is set, and keeps what it was told: ids, and those decided."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__()
        self.handed_in: set[str] = set()
        self.decided: set[str] = set()
        self.stopping = threading.Event()
        self._store = store

    def run(self) -> None:
        while not self.stopping.is_set():
            with suppress(StoreError, psycopg.Error):
                self._one()

    def _one(self) -> None:
        id_, moment = uuid7(), Moment(utc_now(), uuid7)
        opened = lifecycle.open_submission(id_, Draft("Hello"), verdict(), "anne", moment)
        self._store.commit(opened)
        self.handed_in.add(id_)
        assert opened.submission is not None
        self._store.commit(lifecycle.decide(opened.submission, Answer.APPROVE, RENE, moment))
        self.decided.add(id_)


def test_what_was_answered_outlives_a_power_cut(server: Server) -> None:
    told = {name: ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "wal_sync_method")}
    assert told == {"fsync": "on", "synchronous_commit": "on", "wal_sync_method": "fdatasync"}
    # From its next start on the server has so little memory that it writes changed pages all the time: the cut that
    # leaves half of the pages tears these, and without full_page_writes the server does not come up again.
    ask(server, "ALTER SYSTEM SET shared_buffers = '1MB'")
    dice = random.Random(20261127)
    handed_in: set[str] = set()
    decided: set[str] = set()
    for number in range(CUTS):
        store = open_store(server.url)
        writers = [Writer(store) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        wait_for(lambda: all(len(writer.decided) > 2 for writer in writers), "decisions")  # noqa: B023 - called here
        ask(server, "CHECKPOINT")  # from now on each page is new to the log, and older ones are on the disk
        time.sleep(dice.uniform(0.1, 0.6))
        server.cut_power(dice if number % 2 else None)
        for writer in writers:
            writer.stopping.set()
        server.ensure_running()
        for writer in writers:
            writer.join()
            handed_in |= writer.handed_in
            decided |= writer.decided
        store.close()
        store = open_store(server.url)
        assert store.unsafe_settings() == []
        records = list(store.records())
        assert handed_in - {record.id for record in records} == set()
        assert decided - {record.id for record in records if record.state == State.APPROVED} == set()
        assert [breach.message.en for breach in breaches(records)] == []
        assert list(store.strays()) == []
        assert chain.verify(store.log()).broken is None
        store.close()


def test_without_fsync_it_is_gone(server: Server) -> None:
    ask(server, "CREATE TABLE told (what TEXT)")
    ask(server, "INSERT INTO told VALUES ('waited for')")
    ask(server, "ALTER SYSTEM SET fsync = off")
    ask(server, "SELECT pg_reload_conf()")
    wait_for(lambda: ask(server, "SHOW fsync") == "off", "the setting")
    ask(server, "INSERT INTO told VALUES ('not waited for')")
    server.cut_power()
    server.ensure_running()
    assert ask(server, "SELECT string_agg(what, ', ') FROM told") == "waited for"
