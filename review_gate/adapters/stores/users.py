"""Accounts, sessions and failed sign-ins in portable SQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from review_gate.adapters.stores.database import Database, moment, stamp
from review_gate.domain.submission import Role
from review_gate.page_ports import Account, AccountChange

FIELDS = ("email", "name", "roles", "password_hash", "created_at", "language", "must_change", "disabled_at")
COLUMNS = ", ".join(FIELDS)


class SqlUsers:
    _database: Database

    def add_user(self, account: Account) -> None:
        with self._database.write() as session:
            written = session.execute(
                f"INSERT INTO users ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (email) DO NOTHING",  # noqa: S608
                _row(account),
            )
        if written.rowcount != 1:
            raise ValueError(f"There is an account '{account.email}' already")

    def user(self, email: str) -> Account | None:
        found = self._users("WHERE email = ?", (email,))
        return found[0] if found else None

    def users(self) -> Sequence[Account]:
        return self._users("ORDER BY email", ())

    def change_user(
        self, email: str, change: AccountChange, over: str | None = None, *, sign_out: bool = False
    ) -> bool:
        written = ", ".join(f"{name} = ?" for name in change)
        where, wanted = ("email = ?", [email]) if over is None else ("email = ? AND password_hash = ?", [email, over])
        with self._database.write() as session:
            changed = session.execute(
                f"UPDATE users SET {written} WHERE {where}",  # noqa: S608 - names of fields, as AccountChange has them
                (*map(_cell, change.values()), *wanted),
            )
            if sign_out and changed.rowcount == 1:
                session.execute("DELETE FROM sessions WHERE email = ?", (email,))
        return changed.rowcount == 1

    def open_session(self, token_sha256: str, email: str, now: datetime, ends_at: datetime, over: str) -> bool:
        with self._database.write() as session:
            # Changes nothing, but holds the account until the session is there: who changes it comes before or after.
            held = session.execute(
                "UPDATE users SET email = email WHERE email = ? AND password_hash = ? AND disabled_at IS NULL",
                (email, over),
            )
            if held.rowcount != 1:
                return False
            session.execute("DELETE FROM sessions WHERE ends_at <= ?", (stamp(now),))
            session.execute(
                "INSERT INTO sessions (token_sha256, email, created_at, ends_at) VALUES (?, ?, ?, ?)",
                (token_sha256, email, stamp(now), stamp(ends_at)),
            )
        return True

    def session_user(self, token_sha256: str, now: datetime) -> Account | None:
        found = self._users(
            "WHERE disabled_at IS NULL AND email = (SELECT email FROM sessions WHERE token_sha256 = ? AND ends_at > ?)",
            (token_sha256, stamp(now)),
        )
        return found[0] if found else None

    def end_session(self, token_sha256: str) -> None:
        with self._database.write() as session:
            session.execute("DELETE FROM sessions WHERE token_sha256 = ?", (token_sha256,))

    def end_sessions(self, email: str) -> None:
        with self._database.write() as session:
            session.execute("DELETE FROM sessions WHERE email = ?", (email,))

    def sign_in_failed(self, who: str, now: datetime, forget_before: datetime) -> None:
        with self._database.write() as session:
            session.execute("DELETE FROM sign_in_failures WHERE at < ?", (stamp(forget_before),))
            session.execute("INSERT INTO sign_in_failures (who, at) VALUES (?, ?)", (who, stamp(now)))

    def sign_in_forgiven(self, who: str, at: datetime) -> None:
        with self._database.write() as session:
            session.execute("DELETE FROM sign_in_failures WHERE who = ? AND at = ?", (who, stamp(at)))

    def sign_in_failures(self, who: str, since: datetime) -> int:
        with self._database.read() as session:
            row = session.execute(
                "SELECT count(*) FROM sign_in_failures WHERE who = ? AND at >= ?", (who, stamp(since))
            ).fetchone()
        return int(row[0])

    def _users(self, clause: str, parameters: Sequence[Any]) -> list[Account]:
        with self._database.read() as session:
            rows = session.execute(f"SELECT {COLUMNS} FROM users {clause}", parameters).fetchall()  # noqa: S608
        return [
            Account(
                email,
                name,
                frozenset(Role(role) for role in json.loads(roles)),
                password_hash,
                moment(created),
                language,
                bool(must_change),
                moment(disabled) if disabled else None,
            )
            for email, name, roles, password_hash, created, language, must_change, disabled in rows
        ]


def _row(account: Account) -> tuple[Any, ...]:
    return tuple(_cell(getattr(account, name)) for name in FIELDS)


def _cell(value: Any) -> Any:
    """A field as it lies in its column."""
    match value:
        case frozenset():
            return json.dumps(sorted(value))
        case datetime():
            return stamp(value)
        case bool():
            return int(value)
    return value
