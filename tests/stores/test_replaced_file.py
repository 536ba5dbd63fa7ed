"""A database file that is deleted or replaced under a running store: nothing more is taken, since it would be lost, and
what it holds can still be saved."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore
from review_gate.ports import Filter, StoreReplaced
from tests.builders import NOW
from tests.failing_disk import leads_to
from tests.stores.made import opening

Open = Callable[[str], SqlStore]

USES: dict[str, Callable[[SqlStore], object]] = {
    "commit": lambda store: store.commit(opening()),
    "note": lambda store: store.put_note("topic", "key", {}),
    "list": lambda store: store.submissions(Filter()),
    "snapshot": lambda store: store.vitals(NOW),
    "ping": lambda store: store.ping(),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gate.db"


@pytest.fixture
def store(file: Path, open_url: Open) -> SqlStore:
    found = open_url(f"sqlite:{file}")
    found.commit(opening())
    return found


def refuses(store: SqlStore, file: Path) -> None:
    for name, use in USES.items():
        with pytest.raises(StoreReplaced, match="deleted or replaced") as caught:
            use(store)
        assert str(file) in caught.value.message.en and "supprimé ou remplacé" in caught.value.message.fr, name
    assert "deleted or replaced" in store.damage()[0]


def test_one_that_was_moved_goes_on_once_it_is_back(store: SqlStore, file: Path) -> None:
    away = file.rename(file.with_name("away.db"))
    refuses(store, file)
    assert not file.exists(), "none is made anew"
    away.rename(file)
    assert store.pending() == 1, "nothing was taken meanwhile"
    store.commit(opening())
    assert store.pending() == 2


def test_another_one_in_its_place_is_not_touched(store: SqlStore, file: Path, tmp_path: Path, open_url: Open) -> None:
    other = tmp_path / "elsewhere" / "backup.db"
    open_url(f"sqlite:{other}").close()
    before = other.read_bytes()
    other.rename(file)
    refuses(store, file)
    assert file.read_bytes() == before


def test_what_a_deleted_one_holds_can_be_copied_while_it_is_open(
    store: SqlStore, file: Path, tmp_path: Path, open_url: Open
) -> None:
    """As docs/operations.md says. Not read in this process: closing it here would drop SQLite's locks."""
    for one in tmp_path.iterdir():
        one.unlink()
    refuses(store, file)
    saved = tmp_path / "saved"
    saved.mkdir()
    for number in os.listdir("/proc/self/fd"):
        name = os.path.basename(leads_to(int(number)))
        if name in {"gate.db (deleted)", "gate.db-wal (deleted)"}:
            target = saved / name.removesuffix(" (deleted)")
            subprocess.run(["cp", f"/proc/{os.getpid()}/fd/{number}", target], check=True)
    copy = open_url(f"sqlite:{saved / 'gate.db'}")
    assert (copy.pending(), copy.damage()) == (1, [])
