"""What a roll-out counts on: a node of the last version goes on writing while a newer one has migrated already."""

from __future__ import annotations

import re
import sqlite3
from itertools import count

import pytest

from review_gate.adapters.stores import SqlStore, sqlite
from review_gate.adapters.stores.schema import MIGRATIONS

LATER = MIGRATIONS[1:]
ADDS = re.compile(
    r"CREATE TABLE \w+ \(.*\)"
    r"|CREATE INDEX \w+ ON \w+ \(.*\)( WHERE .*)?"  # not UNIQUE: an older node may write what it forbids
    r"|ALTER TABLE \w+ ADD COLUMN \w+ (BIGINT|DOUBLE PRECISION|\$text|\$blob)( NOT NULL DEFAULT \S+)?"
    r"|DROP INDEX replies_by_bot"  # replies_traces, made before, begins with the same columns
)
VALUES: dict[str, object] = {"BIGINT": 7, "INTEGER": 7, "DOUBLE PRECISION": 0.5, "BLOB": b"x"}

_numbers = count(1000)


@pytest.mark.parametrize("statement", [s for migration in LATER for s in migration.statements])
def test_a_migration_only_adds_what_older_versions_need_not_know(statement: str) -> None:
    """One that must do more says here why, and its release says how to roll it out."""
    assert ADDS.fullmatch(" ".join(statement.split()))


@pytest.mark.parametrize(
    "statement",
    [
        "DROP INDEX submissions_newest",
        "ALTER TABLE replies DROP COLUMN marks",
        "ALTER TABLE replies ADD COLUMN tone $text NOT NULL",
        "CREATE UNIQUE INDEX one_name ON users (name)",
        "UPDATE submissions SET author = ''",
    ],
)
def test_what_an_older_version_would_stumble_over_is_seen(statement: str) -> None:
    assert ADDS.fullmatch(statement) is None


def test_what_each_earlier_version_inserts_is_still_taken(store: SqlStore) -> None:
    shapes = sorted({shape for number in range(1, len(MIGRATIONS)) for shape in written_after(number)})
    assert {table for table, _, _ in shapes} > {"submissions", "events", "deliveries", "sayings", "pictures"}
    with store.database.write() as session:
        for table, columns, types in shapes:
            row = [value(name, type_) for name, type_ in zip(columns, types, strict=True)]
            marks = ", ".join("?" * len(columns))
            session.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", row)
        kept = {table for table, _, _ in shapes if session.execute(f"SELECT 1 FROM {table}").fetchone()}
    assert kept == {table for table, _, _ in shapes}


def written_after(number: int) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The tables as the first `number` migrations leave them: name, columns, types."""
    database = sqlite3.connect(":memory:")
    for migration in MIGRATIONS[:number]:
        for statement in migration.sql(sqlite.TYPES):
            database.execute(statement)
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    shapes = []
    for name in names:
        found = [(row[1], row[2]) for row in database.execute(f"PRAGMA table_info({name})")]
        shapes.append((name, *map(tuple, zip(*found, strict=True))))
    database.close()
    return shapes


def value(column: str, type_: str) -> object:
    """Something that this column takes, never the same twice where it has to be unique."""
    if column == "state":
        return "waiting"
    if type_ in ("BIGINT", "INTEGER") and column in ("key", "position"):
        return next(_numbers)
    return VALUES.get(type_, f"{column}-{next(_numbers)}")
