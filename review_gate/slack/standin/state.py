"""What the stand-in remembers, in one SQLite file that several processes share."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages(
  channel TEXT, ts TEXT, thread_ts TEXT, reader TEXT, body TEXT, -- reader: who sees it, for an ephemeral message
  PRIMARY KEY(channel, ts));
CREATE TABLE IF NOT EXISTS views(
  id TEXT PRIMARY KEY, person TEXT, kind TEXT, hash TEXT, errors TEXT, body TEXT, at REAL); -- kind: modal or home
CREATE TABLE IF NOT EXISTS tickets(
  id TEXT PRIMARY KEY, kind TEXT, person TEXT, channel TEXT, ts TEXT, uses INTEGER, at REAL); -- triggers, hooks
CREATE TABLE IF NOT EXISTS faults(
  n INTEGER PRIMARY KEY, method TEXT, error TEXT, times INTEGER, retry_after REAL);
CREATE TABLE IF NOT EXISTS answers(id TEXT PRIMARY KEY, person TEXT, body TEXT, at REAL);
CREATE TABLE IF NOT EXISTS counters(name TEXT PRIMARY KEY, value INTEGER);
CREATE TABLE IF NOT EXISTS calls(n INTEGER PRIMARY KEY, method TEXT, at REAL, error TEXT);
"""
BUMP = "INSERT INTO counters VALUES('version', 1) ON CONFLICT(name) DO UPDATE SET value = value + 1"
TRIGGER_SECONDS = 3.0
HOOK_SECONDS = 1800.0
HOOK_USES = 5


class State:
    """Each method is one transaction; `now` is in seconds since 1970. `clock` says when a message is posted, in such
    seconds."""

    def __init__(self, path: str | Path, clock: Callable[[], float] = time.time) -> None:
        self._path = str(path)
        self._clock = clock
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=20.0, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            yield db
        finally:
            db.close()

    @contextmanager
    def _write(self, *, seen: bool = True) -> Iterator[sqlite3.Connection]:
        """`seen`: whether the page has something new to show."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                if db.in_transaction:  # a full disk has ended it already
                    db.execute("ROLLBACK")
                raise
            if seen:
                db.execute(BUMP)
            db.execute("COMMIT")

    def version(self) -> int:
        """Grows with every change: a reader that knows it need not read again."""
        with self._open() as db:
            row = db.execute("SELECT value FROM counters WHERE name = 'version'").fetchone()
        return int(row[0]) if row else 0

    # --- messages

    def add_message(
        self, channel: str, body: dict[str, Any], thread_ts: str | None = None, reader: str | None = None
    ) -> str:
        """Its timestamp: Slack's id of a message within a channel."""
        with self._write() as db:
            last = db.execute("SELECT MAX(ts) FROM messages WHERE channel = ?", (channel,)).fetchone()[0]
            ts = f"{max(self._clock(), float(last or 0) + 0.000002):.6f}"
            db.execute(
                "INSERT INTO messages VALUES(?,?,?,?,?)",
                (channel, ts, thread_ts, reader, json.dumps({**body, "ts": ts})),
            )
        return ts

    def message(self, channel: str, ts: str) -> dict[str, Any] | None:
        with self._open() as db:
            row = db.execute("SELECT body FROM messages WHERE channel = ? AND ts = ?", (channel, ts)).fetchone()
        return dict(json.loads(row[0])) if row else None

    def change_message(self, channel: str, ts: str, body: dict[str, Any]) -> bool:
        with self._write() as db:
            cursor = db.execute(
                "UPDATE messages SET body = ? WHERE channel = ? AND ts = ?", (json.dumps(body), channel, ts)
            )
            return cursor.rowcount == 1

    def delete_message(self, channel: str, ts: str) -> bool:
        with self._write() as db:
            return db.execute("DELETE FROM messages WHERE channel = ? AND ts = ?", (channel, ts)).rowcount == 1

    def messages(self, channel: str, oldest: str = "0", reader: str | None = None) -> list[dict[str, Any]]:
        """Oldest first; with the ephemeral ones of `reader`."""
        with self._open() as db:
            rows = db.execute(
                "SELECT body, thread_ts, reader FROM messages WHERE channel = ? AND CAST(ts AS REAL) >= CAST(? AS REAL)"
                " AND (reader IS NULL OR reader = ?) ORDER BY ts",
                (channel, oldest, reader),
            ).fetchall()
        extra = [{"thread_ts": row[1], "ephemeral": row[2] is not None} for row in rows]
        return [{**json.loads(row[0]), **more} for row, more in zip(rows, extra, strict=True)]

    # --- triggers and response addresses

    def ticket(self, kind: str, person: str, channel: str = "", ts: str = "") -> str:
        """A fresh trigger ('trigger') or response address ('hook')."""
        ticket = secrets.token_hex(12)
        with self._write(seen=False) as db:
            db.execute("DELETE FROM tickets WHERE at < ?", (time.time() - HOOK_SECONDS,))
            db.execute("INSERT INTO tickets VALUES(?,?,?,?,?,0,?)", (ticket, kind, person, channel, ts, time.time()))
        return ticket

    def redeem(self, kind: str, ticket: str) -> sqlite3.Row | str:
        """The ticket's row; 'unknown', 'expired' or 'used' when it is worth nothing any more."""
        seconds, uses = (TRIGGER_SECONDS, 1) if kind == "trigger" else (HOOK_SECONDS, HOOK_USES)
        with self._write(seen=False) as db:
            row: sqlite3.Row | None = db.execute(
                "SELECT * FROM tickets WHERE id = ? AND kind = ?", (ticket, kind)
            ).fetchone()
            if row is None:
                return "unknown"
            if row["at"] < time.time() - seconds:
                return "expired"
            if row["uses"] >= uses:
                return "used"
            db.execute("UPDATE tickets SET uses = uses + 1 WHERE id = ?", (ticket,))
            return row

    # --- views

    def put_view(self, person: str, kind: str, view: dict[str, Any], view_id: str | None = None) -> dict[str, Any]:
        """Opens a modal, or replaces the one with `view_id`; a person has one home."""
        view_id = view_id or ("home-" + person if kind == "home" else "V" + secrets.token_hex(5).upper())
        shown = {**view, "id": view_id, "hash": secrets.token_hex(8)}
        with self._write() as db:
            db.execute(
                "INSERT OR REPLACE INTO views VALUES(?,?,?,?,NULL,?,?)",
                (view_id, person, kind, shown["hash"], json.dumps(shown), time.time()),
            )
        return shown

    def view(self, person: str, kind: str = "modal") -> dict[str, Any] | None:
        """The one on top, with the errors shown in it."""
        with self._open() as db:
            row = db.execute(
                "SELECT body, errors FROM views WHERE person = ? AND kind = ? ORDER BY at DESC, rowid DESC",
                (person, kind),
            ).fetchone()
        return {**json.loads(row[0]), "errors": json.loads(row[1] or "{}")} if row else None

    def view_by_id(self, view_id: str) -> tuple[str, str, dict[str, Any]] | None:
        """Person, kind and view."""
        with self._open() as db:
            row = db.execute("SELECT person, kind, body FROM views WHERE id = ?", (view_id,)).fetchone()
        return (str(row[0]), str(row[1]), dict(json.loads(row[2]))) if row else None

    def set_view_errors(self, view_id: str, errors: dict[str, str]) -> None:
        with self._write() as db:
            db.execute("UPDATE views SET errors = ? WHERE id = ?", (json.dumps(errors), view_id))

    def close_views(self, person: str, view_id: str | None = None) -> None:
        """One modal, or all of a person's."""
        with self._write() as db:
            db.execute(
                "DELETE FROM views WHERE person = ? AND kind = 'modal' AND (? IS NULL OR id = ?)",
                (person, view_id, view_id),
            )

    # --- faults, answers, calls

    def add_fault(self, method: str, error: str, times: int, retry_after: float) -> None:
        with self._write() as db:
            db.execute("INSERT INTO faults(method, error, times, retry_after) VALUES(?,?,?,?)",
                       (method, error, times, retry_after))  # fmt: skip

    def clear_faults(self) -> None:
        with self._write() as db:
            db.execute("DELETE FROM faults")

    def standing_fault(self) -> str | None:
        """The error that every method answers at the moment."""
        with self._open() as db:
            row = db.execute("SELECT error FROM faults WHERE method = '*' AND times > 0 ORDER BY n").fetchone()
        return str(row[0]) if row else None

    def fault(self, method: str) -> tuple[str, float] | None:
        """The error to answer this time, and after how many seconds to come back."""
        with self._write(seen=False) as db:
            row = db.execute(
                "SELECT n, error, retry_after FROM faults WHERE method IN (?, '*') AND times > 0 ORDER BY n", (method,)
            ).fetchone()
            if row is None:
                return None
            db.execute("UPDATE faults SET times = times - 1 WHERE n = ?", (row[0],))
            return str(row[1]), float(row[2])

    def put_answer(self, answer_id: str, person: str, body: dict[str, Any]) -> None:
        with self._write() as db:
            db.execute("DELETE FROM answers WHERE at < ?", (time.time() - 600,))
            db.execute(
                "INSERT OR REPLACE INTO answers VALUES(?,?,?,?)", (answer_id, person, json.dumps(body), time.time())
            )

    def answer(self, answer_id: str) -> dict[str, Any] | None:
        with self._open() as db:
            row = db.execute("SELECT body FROM answers WHERE id = ?", (answer_id,)).fetchone()
        return dict(json.loads(row[0])) if row else None

    def log_call(self, method: str, error: str) -> None:
        with self._write(seen=False) as db:
            db.execute("INSERT INTO calls(method, at, error) VALUES(?,?,?)", (method, time.time(), error))

    def calls(self, method: str | None = None) -> list[str]:
        """The methods that were called, oldest first."""
        with self._open() as db:
            rows = db.execute("SELECT method FROM calls WHERE ? IS NULL OR method = ? ORDER BY n", (method, method))
            return [str(row[0]) for row in rows.fetchall()]
