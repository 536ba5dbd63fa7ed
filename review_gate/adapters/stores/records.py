"""The store read as a whole, for who checks it: each submission with all that was written about it, at one moment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from review_gate.adapters.stores.database import Database, Session, moment
from review_gate.adapters.stores.outbox import COLUMNS, read_delivery
from review_gate.adapters.stores.serial import load_submission
from review_gate.domain.change import Delivery, Event
from review_gate.domain.message import Message
from review_gate.domain.submission import Submission
from review_gate.operation_ports import Kept, Record, Stray

PAGE = 200
"""So many submissions are read at one moment."""

STRAYS = """
    SELECT id FROM {table} AS one WHERE one.submission_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM submissions WHERE submissions.id = one.submission_id)
    ORDER BY id LIMIT ?"""


class SqlRecords:
    _database: Database

    def records(self, at_most: int | None = None) -> Iterator[Record]:
        before: str | None = None
        left = at_most
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = self._page(before, size)
            yield from page
            if len(page) < size:
                return
            before = page[-1].id
            left = None if left is None else left - size

    def strays(self, at_most: int = 20) -> Sequence[Stray]:
        with self._database.snapshot() as session:
            found = [
                Stray(table, str(row[0]))
                for table in ("events", "deliveries")
                for row in session.execute(STRAYS.format(table=table), (at_most,)).fetchall()
            ]
            found += _unkept_answers(session, at_most)
        return found

    def damage(self) -> Sequence[str]:
        return self._database.damage()

    def unsafe_settings(self) -> Sequence[Message]:
        return self._database.unsafe_settings()

    def _page(self, before: str | None, size: int) -> list[Record]:
        older = "" if before is None else "WHERE id < ?"
        with self._database.snapshot() as session:
            rows = session.execute(
                f"SELECT id, version, state, body FROM submissions {older} ORDER BY id DESC LIMIT ?",  # noqa: S608
                (size,) if before is None else (before, size),
            ).fetchall()
            ids = [row[0] for row in rows]
            events = _of(session, "id, at, kind, actor, data", "events", ids)
            deliveries = _of(session, f"state, ended_at, {COLUMNS}", "deliveries", ids)
        return [
            Record(
                id=id_,
                version=int(version),
                state=state,
                submission=_readable(body),
                events=tuple(_event(id_, row) for row in events.get(id_, ())),
                deliveries=tuple(Kept(_delivery(row[2:]), row[0], row[1]) for row in deliveries.get(id_, ())),
            )
            for id_, version, state, body in rows
        ]


def _of(session: Session, columns: str, table: str, ids: Sequence[str]) -> dict[str, list[Any]]:
    """The rows of `table` about each of `ids`, in the order of their positions."""
    found: dict[str, list[Any]] = {}
    if ids:
        marks = ", ".join("?" * len(ids))
        for row in session.execute(
            f"SELECT submission_id, {columns} FROM {table} WHERE submission_id IN ({marks}) ORDER BY position",  # noqa: S608
            ids,
        ).fetchall():
            found.setdefault(row[0], []).append(row[1:])
    return found


def _unkept_answers(session: Session, at_most: int) -> list[Stray]:
    """Requests that were answered with a submission which is not there."""
    found: list[Stray] = []
    after = ("", "")
    while len(found) < at_most:
        rows = session.execute(
            "SELECT scope, key, answer FROM idempotency WHERE (scope, key) > (?, ?) ORDER BY scope, key LIMIT 500",
            after,
        ).fetchall()
        if not rows:
            break
        after = (rows[-1][0], rows[-1][1])
        told = {_submission_in(answer): f"{scope} {key}" for scope, key, answer in rows}
        told.pop(None, None)
        there = _of_submissions(session, [id_ for id_ in told if id_])
        found += [Stray("idempotency", name) for id_, name in told.items() if id_ not in there]
    return found


def _submission_in(answer: str) -> str | None:
    """The id in an answer to a hand-in, or to a bot whose reply waits for a person."""
    told = json.loads(answer)
    about = told.get("submission") or told
    return str(about["id"]) if "state" in about else None


def _of_submissions(session: Session, ids: Sequence[str]) -> set[str]:
    if not ids:
        return set()
    marks = ", ".join("?" * len(ids))
    return {row[0] for row in session.execute(f"SELECT id FROM submissions WHERE id IN ({marks})", ids).fetchall()}  # noqa: S608


def _readable(body: str) -> Submission | None:
    try:
        return load_submission(body)
    except ValueError:
        return None


def _event(about: str, row: Sequence[Any]) -> Event:
    id_, at, kind, actor, data = row
    return Event(id_, moment(at), kind, actor, about, json.loads(data))


def _delivery(row: Sequence[Any]) -> Delivery | None:
    try:
        return read_delivery(row)
    except ValueError:
        return None
