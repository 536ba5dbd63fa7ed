"""A database that cannot grow says so, keeps nothing of what it could not finish, and goes on when there is space."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore
from review_gate.ports import StoreBroken, StoreError, StoreFull
from tests.full_disk import full_disk, size_limit
from tests.stores.made import opening


def test_sqlite_on_a_full_disk(tmp_path: Path, open_url: Callable[[str], SqlStore]) -> None:
    store = open_url(f"sqlite:{tmp_path / 'gate.db'}")
    store.commit(opening())
    with full_disk(tmp_path / "gate.db"), pytest.raises(StoreFull, match="Free space") as caught:
        store.commit(opening())
    assert "Libérez de l'espace" in caught.value.message.fr
    assert (len(list(store.log())), store.pending()) == (1, 1)
    store.commit(opening())
    assert (len(list(store.log())), store.pending()) == (2, 2)


def test_sqlite_where_a_write_is_refused_for_another_reason(
    tmp_path: Path, open_url: Callable[[str], SqlStore]
) -> None:
    """A quota, a limit on the size of files, a failing disk: SQLite gives one error for all of them."""
    store = open_url(f"sqlite:{tmp_path / 'gate.db'}")
    with size_limit(tmp_path), pytest.raises(StoreBroken, match=r"refuses to write.*`quota`") as caught:
        for _ in range(1000):  # what is left of the last pages has to be used up
            store.commit(opening())
    assert "sans dire pourquoi" in caught.value.message.fr and str(tmp_path) in caught.value.message.fr
    kept = len(list(store.log()))
    assert store.pending() == kept  # each event has the delivery of its change
    store.commit(opening())
    assert (len(list(store.log())), store.pending()) == (kept + 1, kept + 1)


def test_postgres_on_a_full_disk(postgres_url: str, open_url: Callable[[str], SqlStore]) -> None:
    store = open_url(postgres_url)
    full = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$"  # the server's own error, without a disk
    with pytest.raises(StoreFull, match="Free space"), store.database.write() as session:
        session.execute(full)
    with pytest.raises(StoreError) as caught, store.database.write() as session:
        session.execute(full.replace("disk_full", "lock_not_available"))
    assert not isinstance(caught.value, StoreFull)
