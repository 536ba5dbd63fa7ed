"""Moves a whole store to another database: resumable, and checked by count and hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from review_gate.adapters.stores.database import Database, Session
from review_gate.domain.message import Message
from review_gate.ports import StoreError

BATCH = 1000
MARK = ("migration", "from")
"""A note in a copy that is not complete: it names the source, and goes when everything has been checked."""


@dataclass(frozen=True, slots=True)
class Table:
    """`key` are the columns that order it; a copy goes on after the last key that is there, `batch` rows at once."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    where: str = "1 = 1"
    batch: int = BATCH


TABLES = (
    Table(
        "submissions",
        ("id",),
        ("id", "version", "state", "kind", "channel", "market", "author", "bot", "severity", "planned_at",
         "created_at", "updated_at", "body", "drill", "claimed_by", "claimed_until", "erased"),
    ),
    Table(
        "events",
        ("position",),
        ("position", "id", "at", "kind", "actor", "submission_id", "data", "previous", "hash", "content"),
    ),
    Table(
        "deliveries",
        ("position",),
        ("position", "id", "kind", "submission_id", "created_at", "not_before", "payload", "state", "due_at",
         "attempts", "last_error", "ended_at", "receipt", "bare"),
    ),
    Table(
        "replies",
        ("position",),
        ("position", "id", "bot", "conversation", "text", "fingerprint", "at", "action", "saying", "marks", "score"),
    ),
    Table(
        "sayings",
        ("key",),
        ("key", "bot", "words", "last_at", "allowed_by", *(f"band{n}" for n in range(8)), "vector"),
    ),
    Table("templates", ("name",), ("name", "body", "uses", "last_used_at")),
    Table("incidents", ("id",), ("id", "version", "subject", "state", "opened_at", "body")),
    Table("outcomes", ("id",), ("id", "version", "went_out_at", "body")),
    Table(
        "pictures",
        ("sha256",),
        ("sha256", "type", "width", "height", "size", "looks", "kept_by", "kept_at", "content", "thumbnail", "used"),
        batch=4,  # megabytes each
    ),
    Table("picture_words", ("sha256", "reader"), ("sha256", "reader", "words")),
    Table(
        "rejected_pictures",
        ("sha256", "submission_id"),
        ("sha256", "submission_id", "reason_code", "at", "looks"),
    ),
    Table("bots", ("bot",), ("bot", "version", "state", "body")),
    Table("idempotency", ("scope", "key"), ("scope", "key", "body_sha256", "status", "answer", "at")),
    Table("notes", ("topic", "key"), ("topic", "key", "value"), where="topic <> 'migration'"),
    Table("api_keys", ("id",), ("id", "name", "key_sha256", "scopes", "created_at", "revoked_at")),
    Table(
        "users",
        ("email",),
        ("email", "name", "roles", "password_hash", "created_at", "language", "must_change", "disabled_at"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What a table holds: the number of rows and the SHA-256 over all of them, in the order of their keys."""

    rows: int
    sha256: str


Progress = Callable[[str, int, int], None]
"""Is told the table, how many of its rows are there, and how many there will be."""


def move(
    source: Database, target: Database, label: str, progress: Progress = lambda *_: None, *, restart: bool = False
) -> dict[str, Checked]:
    """Copies everything from `source` to `target` and compares both, table by table.

    Both have their schema. `target` is empty, or holds an earlier copy of the same source that was cut off (`label`
    names the source): then it goes on from there; with `restart` that copy is thrown away first. Raises StoreError when
    the target is something else, and when the two differ at the end (the source was written to meanwhile).
    """
    _prepare(source, target, label, restart)
    with source.snapshot() as reading:
        for table in TABLES:
            _copy(table, reading, target, progress)
    with target.write() as session:
        target.after_copy(session)
    checked = _compare(source, target)
    with target.write() as session:
        session.execute("DELETE FROM notes WHERE topic = ? AND key = ?", MARK)
    return checked


def _prepare(source: Database, target: Database, label: str, restart: bool) -> None:
    with source.read() as session:
        if _mark(session) is not None:
            raise StoreError(
                Message(
                    "The source is itself a copy that was cut off: finish that one first.",
                    "La source est elle-même une copie interrompue : terminez d'abord celle-là.",
                )
            )
    with target.write() as session:
        mark = _mark(session)
        if mark is None and any(_count(session, table) for table in TABLES):
            raise StoreError(
                Message(
                    "The target is not empty: nothing was copied. Give an empty database.",
                    "La destination n'est pas vide : rien n'a été copié. Indiquez une base vide.",
                )
            )
        if mark is not None and restart:
            for table in TABLES:
                session.execute(f"DELETE FROM {table.name}")  # noqa: S608 - our own names
            mark = None
        if mark is not None and mark != label:
            raise StoreError(
                Message(
                    f"The target holds part of a copy of {mark}: go on with that one, or give --restart.",
                    f"La destination contient une copie partielle de {mark} : reprenez-la, ou ajoutez --restart.",
                )
            )
        session.execute(
            "INSERT INTO notes (topic, key, value) VALUES (?, ?, ?) ON CONFLICT (topic, key) DO NOTHING",
            (*MARK, json.dumps({"source": label})),
        )


def refuse_unfinished(database: Database) -> None:
    """Raises StoreError when `database` is a copy that was cut off: who worked on it would miss what is not there."""
    with database.read() as session:
        source = _mark(session)
    if source is not None:
        raise StoreError(
            Message(
                f"This database is a copy of {source} that was cut off: a part is missing. Call `review-gate migrate "
                "--from … --to …` again as before, it goes on where it was.",
                f"Cette base est une copie interrompue de {source} : il en manque une partie. Relancez la commande "
                "`review-gate migrate --from … --to …`, elle reprend où elle en était.",
            )
        )


def _mark(session: Session) -> str | None:
    row = session.execute("SELECT value FROM notes WHERE topic = ? AND key = ?", MARK).fetchone()
    return None if row is None else str(json.loads(row[0])["source"])


def _copy(table: Table, reading: Session, target: Database, progress: Progress) -> None:
    total = _count(reading, table)
    with target.read() as session:
        done = _count(session, table)
        last = _last_key(session, table)
    progress(table.name, done, total)
    marks = ", ".join("?" * len(table.columns))
    insert = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})"  # noqa: S608 - our own names
    for rows in _batches(reading, table, last):
        with target.write(durable=False) as session:  # what a power cut undoes is copied again
            session.executemany(insert, rows)
        done += len(rows)
        progress(table.name, done, total)


def _batches(session: Session, table: Table, after: tuple[Any, ...] | None = None) -> Iterator[list[tuple[Any, ...]]]:
    """The rows behind the key `after`, in the order of their keys."""
    key = ", ".join(table.key)
    places = [table.columns.index(column) for column in table.key]
    while True:
        beyond = f"AND ({key}) > ({', '.join('?' * len(table.key))})" if after is not None else ""
        rows = session.execute(
            f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE {table.where} {beyond}"  # noqa: S608
            f" ORDER BY {key} LIMIT {min(BATCH, table.batch)}",
            after or (),
        ).fetchall()
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][place] for place in places)


def _count(session: Session, table: Table) -> int:
    row = session.execute(f"SELECT count(*) FROM {table.name} WHERE {table.where}").fetchone()  # noqa: S608
    return int(row[0])


def _last_key(session: Session, table: Table) -> tuple[Any, ...] | None:
    backwards = ", ".join(f"{column} DESC" for column in table.key)
    row = session.execute(
        f"SELECT {', '.join(table.key)} FROM {table.name} WHERE {table.where} ORDER BY {backwards} LIMIT 1"  # noqa: S608
    ).fetchone()
    return None if row is None else tuple(row)


def _compare(source: Database, target: Database) -> dict[str, Checked]:
    with source.snapshot() as ours, target.snapshot() as theirs:
        checked = {}
        for table in TABLES:
            here, there = check(ours, table), check(theirs, table)
            if here != there:
                raise StoreError(
                    Message(
                        f"The copy differs in '{table.name}' ({here.rows} rows, then {there.rows}): something still "
                        "writes to the source. Stop the service, then run this again with --restart.",
                        f"La copie diffère dans « {table.name} » ({here.rows} lignes, puis {there.rows}) : la source "
                        "est encore modifiée. Arrêtez le service, puis relancez avec --restart.",
                    )
                )
            checked[table.name] = here
    return checked


def check(session: Session, table: Table) -> Checked:
    """Counts and hashes a table. The same rows give the same hash on every database."""
    digest, number = hashlib.sha256(), 0
    for rows in _batches(session, table):
        for row in rows:
            plain = [bytes(value).hex() if isinstance(value, bytes | memoryview) else value for value in row]
            digest.update(json.dumps(plain).encode())
        number += len(rows)
    return Checked(number, digest.hexdigest())
