"""A disk that fails, a file that may not be written, is not there or is damaged: the store says which file it is and
what to do, and goes on when it can be used again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore
from review_gate.cli.main import main
from review_gate.ports import Filter, StoreBroken, StoreFull, StoreReplaced
from tests.builders import NOW
from tests.failing_disk import damage_pages, failing_disk
from tests.stores.made import opening

Open = Callable[[str], SqlStore]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gate.db"


def filled(file: Path, open_url: Open) -> SqlStore:
    store = open_url(f"sqlite:{file}")
    for _ in range(20):
        store.commit(opening())
    return store


USES: dict[str, Callable[[SqlStore], object]] = {
    "commit": lambda store: store.commit(opening()),
    "list": lambda store: store.submissions(Filter()),
    "log": lambda store: list(store.log()),
    "snapshot": lambda store: store.vitals(NOW),
}


@pytest.mark.parametrize("use", USES)
def test_a_disk_that_fails(file: Path, open_url: Open, use: str) -> None:
    filled(file, open_url).close()
    store = open_url(f"sqlite:{file}")
    before = store.pending()
    with failing_disk(file):
        with pytest.raises(StoreBroken, match="audit verify --deep") as caught:
            USES[use](store)
        assert str(file) in caught.value.message.en and "Le système n'arrive pas" in caught.value.message.fr
        assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    assert store.pending() == before == len(list(store.log()))
    store.commit(opening())
    assert store.pending() == before + 1


def test_a_file_that_may_not_be_written(file: Path, open_url: Open) -> None:
    store = filled(file, open_url)
    with store.database.write() as session:
        session.execute("PRAGMA query_only = 1")  # the error that a disk mounted for reading gives, also to root
    with pytest.raises(StoreBroken, match=r"may not write.*`review-gate doctor`") as caught:
        store.commit(opening())
    assert str(file) in caught.value.message.fr
    assert store.pending() == 20, "reading goes on"


def test_a_file_that_is_gone_is_not_made_anew(file: Path, open_url: Open) -> None:
    store = filled(file, open_url)
    with store.database.read():
        away = file.rename(file.with_name("away.db"))
        with pytest.raises(StoreReplaced, match="deleted or replaced"):
            store.pending()  # a second reader at the same time needs a connection of its own
    assert not file.exists()
    away.rename(file)
    assert store.pending() == 20


def test_damaged_pages(file: Path, open_url: Open, capsys: pytest.CaptureFixture[str]) -> None:
    filled(file, open_url).close()
    store = open_url(f"sqlite:{file}")
    damage_pages(file)
    for use in USES.values():
        with pytest.raises(StoreBroken, match="restore the last backup") as caught:
            use(store)
        assert str(file) in caught.value.message.en
    assert store.damage() != []
    store.close()
    assert main(["audit", "verify", "--database", f"sqlite:{file}"]) == 1
    assert "is damaged" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["io_error", "data_corrupted", "index_corrupted", "read_only_sql_transaction"])
def test_postgres(postgres_url: str, open_url: Open, code: str) -> None:
    store = open_url(postgres_url)
    broken = f"DO $$ BEGIN RAISE EXCEPTION 'it broke' USING ERRCODE = '{code}'; END $$"  # the server's own error
    with pytest.raises(StoreBroken, match="it broke") as caught, store.database.write() as session:
        session.execute(broken)
    assert not isinstance(caught.value, StoreFull) and "est inutilisable" in caught.value.message.fr
    store.commit(opening())
