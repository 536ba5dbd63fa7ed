"""What is peculiar to each database: opening, migrating, refusing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from review_gate.adapters.stores import SqlStore, StoreError, open_store, sqlite
from review_gate.adapters.stores.database import Session
from review_gate.adapters.stores.opening import open_database
from review_gate.adapters.stores.pictures import PICTURING
from review_gate.adapters.stores.postgres import PostgresDatabase
from review_gate.adapters.stores.schema import MIGRATIONS
from review_gate.adapters.stores.sqlite import SqliteDatabase
from review_gate.domain.change import Change, DeliveryKind
from review_gate.domain.known import Asked
from review_gate.ports import StoreFull
from tests.stores import racers
from tests.stores.made import NOON, delivery, event, later, opening, reply, request

SPAWN = multiprocessing.get_context("spawn")
NAMES = [migration.name for migration in MIGRATIONS]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite:",
        "gate.db",
        "sqlite:///var/gate.db",
        "sqlite://gate.db",
        "mysql://localhost/gate",
        "postgresql:gate",
    ],
)
def test_an_address_that_is_none_is_told_how_to_write_one(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:PATH") as caught:
        open_store(url)
    assert "sqlite:CHEMIN" in caught.value.message.fr


def test_folder_and_file_are_made_for_the_owner_alone(tmp_path: Path, open_url: Callable[[str], SqlStore]) -> None:
    path = tmp_path / "a" / "b" / "gate.db"
    open_url(f"sqlite:{path}").commit(opening())
    for name in ("gate.db", "gate.db-wal", "gate.db-shm"):
        assert stat.S_IMODE((path.parent / name).stat().st_mode) == 0o600


def test_a_path_below_the_present_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:var/gate.db").close()
    open_store("sqlite:gate.db").close()
    assert (tmp_path / "var" / "gate.db").is_file()
    assert (tmp_path / "gate.db").is_file()


def test_without_create_a_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gate\.db"):
        open_store(f"sqlite:{tmp_path / 'gate.db'}", create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["folder", "text"])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, what: str) -> None:
    path = tmp_path / "gate.db"
    if what == "folder":
        path.mkdir()
    else:
        path.write_text("this is not a database, but somebody's letter\n" * 99)
    with pytest.raises(StoreError, match=r"gate\.db") as caught:
        open_store(f"sqlite:{path}")
    assert "inutilisable" in caught.value.message.fr
    assert what == "folder" or path.read_text().startswith("this is")


@pytest.mark.parametrize(("durable", "full"), [(True, 2), (False, 1)])
def test_sqlite_waits_for_the_disk_at_durable_commits(tmp_path: Path, durable: bool, full: int) -> None:
    store = open_store(f"sqlite:{tmp_path / 'gate.db'}", durable=durable)
    try:
        for wanted, synchronous in ((True, full), (False, 1), (True, full)):
            with store.database.write(durable=wanted) as session:
                assert session.execute("PRAGMA synchronous").fetchone() == (synchronous,)
                assert session.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    finally:
        store.close()


@pytest.mark.parametrize("set_to", ["on", "off"])
def test_postgresql_waits_for_the_disk_at_durable_commits(
    postgres_url: str, open_url: Callable[[str], SqlStore], set_to: str
) -> None:
    store = open_url(f"{postgres_url}%20-csynchronous_commit%3D{set_to}")
    for wanted, synchronous in ((True, "on"), (False, "off"), (True, "on")):
        with store.database.write(durable=wanted) as session:
            assert session.execute("SHOW synchronous_commit").fetchone() == (synchronous,)


def test_a_stricter_wait_than_the_gates_own_is_left_as_it_is(
    postgres_url: str, open_url: Callable[[str], SqlStore]
) -> None:
    store = open_url(f"{postgres_url}%20-csynchronous_commit%3Dremote_apply")
    with store.database.write() as session:
        assert session.execute("SHOW synchronous_commit").fetchone() == ("remote_apply",)


def test_sqlite_has_no_server_to_set(tmp_path: Path, open_url: Callable[[str], SqlStore]) -> None:
    assert open_url(f"sqlite:{tmp_path / 'gate.db'}").unsafe_settings() == []


NOTE_AT_COMMIT = """
    CREATE TABLE noted (setting TEXT);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO noted SELECT current_setting('synchronous_commit'); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER noting AFTER INSERT ON replies DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION note()"""


def test_postgresql_commits_a_reply_that_is_only_remembered_without_waiting_for_the_disk(
    postgres_url: str, open_url: Callable[[str], SqlStore]
) -> None:
    store = open_url(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(NOTE_AT_COMMIT)
        for change in (Change(), Change(events=(event(),)), Change(idempotency=request())):
            store.commit(replace(change, replies=(reply(),)))
        assert admin.execute("SELECT setting FROM noted").fetchall() == [("off",), ("on",), ("off",)]


class Recording(SqliteDatabase):
    """Remembers which transactions asked to wait for the disk."""

    def __init__(self) -> None:
        self.durable: list[bool] = []
        super().__init__(":memory:")
        self.migrate()
        self.durable.clear()

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Session]:
        self.durable.append(durable)
        with super().write(durable=durable) as session:
            yield session


def test_what_people_are_told_waits_for_the_disk_and_a_couriers_notes_do_not() -> None:
    database = Recording()
    store = SqlStore(database)
    try:
        store.commit(change := opening())
        store.commit(Change(deliveries=(delivery(),)))
        store.commit(Change(events=(event(),), replies=(reply(),)))
        store.put_note_once("secret", "key", {})
        assert database.durable == [True] * 4
        database.durable.clear()
        store.commit(Change(replies=(reply(),), idempotency=request()))
        store.commit(Change(replies=(reply(),)))
        store.claim_deliveries(DeliveryKind.WEBHOOK, later(9))
        store.failed(change.deliveries[0].id, later(9), "", None)
        store.delivered(change.deliveries[0].id, later(9))
        assert database.durable == [False] * 5
    finally:
        store.close()


def test_migrating_again_changes_nothing(url: str) -> None:
    database = open_database(url)
    try:
        assert database.migrate() == NAMES
        assert database.migrate() == []
    finally:
        database.close()


def test_a_schema_newer_than_the_program_is_refused(
    url: str, store: SqlStore, open_url: Callable[[str], SqlStore]
) -> None:
    store.commit(opening())
    with store.database.write() as session:
        if url.startswith("sqlite"):
            session.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('review_gate', '9999_x', '')"
            )
        else:
            session.execute("INSERT INTO schema_migrations (name) VALUES ('9999_x')")
    with pytest.raises(StoreError, match=r"newer Review Gate.*9999_x") as caught:
        open_url(url)
    assert "plus récente" in caught.value.message.fr


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match=r"postgresql://127\.0\.0\.1:1/gate") as caught:
        open_store("postgresql://noa:hushhush@127.0.0.1:1/gate")
    assert "hushhush" not in caught.value.message.en + caught.value.message.fr


def test_an_address_that_postgresql_cannot_read_is_not_repeated() -> None:
    with pytest.raises(StoreError) as caught:
        open_store("postgresql://noa:hush/hush@localhost:54/gate?hush=hush")
    assert "hush" not in caught.value.message.en + caught.value.message.fr


def test_a_password_with_an_at_sign_is_not_shown_as_a_host() -> None:
    with pytest.raises(StoreError, match="%40") as caught:
        open_store("postgresql://noa:hu@sh/hush@127.0.0.1:1/gate")
    assert "sh/hush" not in str(caught.value) and "127" not in str(caught.value)


def test_a_restarted_server_is_found_again(
    postgres_url: str, open_url: Callable[[str], SqlStore], postgres_server: str
) -> None:
    """Every connection is cut, as a restart does: the next call gets a fresh one."""
    store = open_url(postgres_url)
    store.commit(opening())
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 60_000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
    store.commit(opening())
    assert store.pending() == 2


def test_a_process_that_is_frozen_in_a_transaction_holds_up_the_others_for_a_while_only(postgres_url: str) -> None:
    store = SqlStore(PostgresDatabase(postgres_url, patience=4))
    store.database.migrate()
    hear, tell = SPAWN.Pipe(duplex=False)
    frozen = SPAWN.Process(target=racers.freeze_in_the_log, args=(postgres_url, 4.0, tell))
    frozen.start()
    try:
        assert hear.poll(60) and hear.recv() == "holding the lock"
        until = time.monotonic() + 60
        while psutil.Process(frozen.pid).status() != psutil.STATUS_STOPPED:
            assert time.monotonic() < until
            time.sleep(0.01)
        change = opening()
        while True:  # waits for the log, and gets it; where the machine is busy not at the first try
            try:
                store.commit(change)
                break
            except StoreError:
                assert time.monotonic() < until
        os.kill(frozen.pid or 0, signal.SIGCONT)
        assert hear.poll(60) and hear.recv() == "StoreError"  # what it had begun is undone
        assert [item.event.kind for item in store.log()] == ["submission.tested"]
    finally:
        frozen.kill()
        frozen.join()
        store.close()


def test_a_lock_that_does_not_come_is_trouble_with_the_store(postgres_url: str) -> None:
    store = SqlStore(PostgresDatabase(postgres_url, patience=0.5))
    store.database.migrate()
    try:
        with psycopg.connect(postgres_url) as busy:
            busy.execute("LOCK TABLE events")
            with pytest.raises(StoreError, match="safe to try again") as caught:
                store.commit(opening())
            assert "réessayer" in caught.value.message.fr
        store.commit(opening())
        assert store.pending() == 1
    finally:
        store.close()


def test_a_snapshot_may_rest_while_another_database_is_read(postgres_url: str) -> None:
    database = PostgresDatabase(postgres_url, patience=0.5)
    database.migrate()
    try:
        with database.snapshot() as session:
            time.sleep(0.8)
            assert session.execute("SELECT count(*) FROM events").fetchone() == (0,)
        with pytest.raises(StoreError), database.write() as session:
            time.sleep(0.8)
            session.execute("SELECT 1")
    finally:
        database.close()


def test_sqlite_that_is_locked_for_long_is_trouble_with_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_url: Callable[[str], SqlStore]
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    store = open_url(f"sqlite:{tmp_path / 'gate.db'}")
    other = sqlite3.connect(tmp_path / "gate.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="safe to try again"):
        store.commit(opening())
    other.execute("ROLLBACK")
    other.close()
    store.commit(opening())


def test_texts_sort_by_their_bytes_on_both(store: SqlStore) -> None:
    for key in ("a", "B", "é", "-a", "z", "Z"):
        store.put_note("sorting", key, {})
    with store.database.read() as session:
        rows = session.execute("SELECT key FROM notes ORDER BY key").fetchall()
    assert [row[0] for row in rows] == sorted(["a", "B", "é", "-a", "z", "Z"])


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("SELECT body FROM submissions WHERE state = 'held' ORDER BY created_at DESC, id DESC LIMIT 50", "by_state"),
        ("SELECT body FROM submissions WHERE bot = 'x' ORDER BY created_at DESC, id DESC LIMIT 50", "by_bot"),
        ("SELECT body FROM submissions ORDER BY created_at DESC, id DESC LIMIT 50", "newest"),
        ("SELECT 1 FROM deliveries WHERE state = 'waiting' AND kind = 'card' AND due_at <= 'x' LIMIT 1", "due"),
        ("SELECT text FROM replies WHERE bot = 'x' AND at >= '' ORDER BY at DESC, position DESC LIMIT 9", "traces"),
        ("SELECT id FROM events WHERE submission_id = 'x' AND position > 0 ORDER BY position LIMIT 9", "by_submission"),
        (f"SELECT 1 FROM submissions WHERE {PICTURING} AND body LIKE 'x' LIMIT 1", "picturing"),
    ],
)
def test_questions_are_answered_from_an_index(tmp_path: Path, sql: str, index: str) -> None:
    store = open_store(f"sqlite:{tmp_path / 'gate.db'}")
    try:
        with store.database.read() as session:
            plan = " ".join(row[3] for row in session.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall())
    finally:
        store.close()
    assert f"_{index}" in plan
    assert "TEMP B-TREE" not in plan


def test_the_traces_of_a_busy_bot_are_read_from_the_index_alone(tmp_path: Path) -> None:
    """Each check asks for hundreds of them: the rows themselves lie all over the file."""
    asked: list[str] = []
    store = open_store(f"sqlite:{tmp_path / 'gate.db'}")
    try:
        with store.database.read() as session:
            assert isinstance(session, sqlite3.Connection)
            session.set_trace_callback(asked.append)
        store.known(Asked("x", "c", 1, NOON, NOON, NOON, 9))
        with store.database.read() as session:
            plan = " ".join(row[3] for row in session.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall())
    finally:
        store.close()
    assert "COVERING INDEX replies_traces (bot=? AND at>?)" in plan
    assert "TEMP B-TREE" not in plan


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """SQLite is told that its file may not grow: what it then says is what it says on a full disk."""
    store = open_store(f"sqlite:{tmp_path / 'gate.db'}")
    try:
        store.commit(opening())
        with store.database.write() as session:
            pages = session.execute("PRAGMA page_count").fetchone()[0]
            session.execute(f"PRAGMA max_page_count = {pages}")
        too_much = replace(opening(), replies=tuple(reply(at=NOON, text="x" * 9000) for _ in range(50)))
        with pytest.raises(StoreFull, match="full"):
            store.commit(too_much)
        assert len(store.events()) == 1
        assert store.pending() == 1
    finally:
        store.close()
