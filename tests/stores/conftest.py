"""The stores under test: every contract runs on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from tests.postgres import new_postgres_url, postgres_server, postgres_url

__all__ = ["new_postgres_url", "postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database that several processes can open."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'var' / 'gate.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def open_url() -> Iterator[Callable[[str], SqlStore]]:
    """Opens stores and closes them all at the end."""
    opened: list[SqlStore] = []

    def open_one(url: str) -> SqlStore:
        opened.append(open_store(url))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(url: str, open_url: Callable[[str], SqlStore]) -> SqlStore:
    return open_url(url)


@pytest.fixture(params=["sqlite", "memory", "postgres"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path, open_url: Callable[[str], SqlStore]) -> SqlStore:
    """As `store`, and also the one in memory, which no second process can open."""
    if request.param == "memory":
        return open_url("sqlite::memory:")
    if request.param == "sqlite":
        return open_url(f"sqlite:{tmp_path / 'gate.db'}")
    return open_url(str(request.getfixturevalue("postgres_url")))
