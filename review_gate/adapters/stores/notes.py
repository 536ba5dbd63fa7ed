"""Notes and API keys in portable SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from review_gate.adapters.stores.database import Database, Session, moment, stamp
from review_gate.domain.change import Note
from review_gate.domain.errors import Stale
from review_gate.domain.message import Message
from review_gate.ports import ApiKey


class SqlNotes:
    _database: Database

    def note(self, topic: str, key: str) -> Mapping[str, Any] | None:
        with self._database.read() as session:
            return _note(session, topic, key)

    def put_note(self, topic: str, key: str, value: Mapping[str, Any]) -> None:
        with self._database.write() as session:
            session.execute(
                "INSERT INTO notes (topic, key, value) VALUES (?, ?, ?)"
                " ON CONFLICT (topic, key) DO UPDATE SET value = excluded.value",
                (topic, key, json.dumps(dict(value))),
            )

    def put_note_once(self, topic: str, key: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._database.write() as session:
            session.execute(
                "INSERT INTO notes (topic, key, value) VALUES (?, ?, ?) ON CONFLICT (topic, key) DO NOTHING",
                (topic, key, json.dumps(dict(value))),
            )
            there = _note(session, topic, key)
        assert there is not None
        return there

    def notes_about(self, topic: str) -> Sequence[Mapping[str, Any]]:
        with self._database.read() as session:
            rows = session.execute("SELECT value FROM notes WHERE topic = ? ORDER BY key", (topic,)).fetchall()
        return [json.loads(value) for (value,) in rows]

    def forget_notes(self, topic: str, before: str) -> None:
        with self._database.write() as session:
            session.execute("DELETE FROM notes WHERE topic = ? AND key < ?", (topic, before))


def change_note(session: Session, note: Note) -> None:
    """Raises Stale when what is there is not what the note says `was` there."""
    value = json.dumps(dict(note.value))
    if note.was is None:
        written = session.execute(
            "INSERT INTO notes (topic, key, value) VALUES (?, ?, ?) ON CONFLICT (topic, key) DO NOTHING",
            (note.topic, note.key, value),
        )
        changed = written.rowcount
    else:
        where = (note.topic, note.key)
        row = session.execute("SELECT value FROM notes WHERE topic = ? AND key = ?", where).fetchone()
        changed = 0
        if row is not None and json.loads(row[0]) == json.loads(json.dumps(dict(note.was))):
            written = session.execute(
                "UPDATE notes SET value = ? WHERE topic = ? AND key = ? AND value = ?", (value, *where, row[0])
            )
            changed = written.rowcount
    if changed != 1:
        raise Stale(
            Message(
                "Somebody else was faster: nothing was written. Look at it again.",
                "Quelqu'un a été plus rapide : rien n'a été enregistré. Regardez de nouveau.",
            )
        )


def _note(session: Session, topic: str, key: str) -> Mapping[str, Any] | None:
    row = session.execute("SELECT value FROM notes WHERE topic = ? AND key = ?", (topic, key)).fetchone()
    if row is None:
        return None
    value: Mapping[str, Any] = json.loads(row[0])
    return value


class SqlKeys:
    _database: Database

    def add_key(self, key: ApiKey) -> None:
        with self._database.write() as session:
            written = session.execute(
                "INSERT INTO api_keys (id, name, key_sha256, scopes, created_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (key.id, key.name, key.key_sha256, json.dumps(sorted(key.scopes)), stamp(key.created_at),
                 stamp(key.revoked_at) if key.revoked_at else None),
            )  # fmt: skip
        if written.rowcount != 1:
            raise ValueError(f"There is an active key named '{key.name}' already")

    def key_by_hash(self, key_sha256: str) -> ApiKey | None:
        found = self._keys("WHERE key_sha256 = ?", (key_sha256,))
        return found[0] if found else None

    def keys(self) -> Sequence[ApiKey]:
        return self._keys("ORDER BY created_at, id", ())

    def revoke_key(self, name: str, now: datetime) -> bool:
        with self._database.write() as session:
            changed = session.execute(
                "UPDATE api_keys SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL", (stamp(now), name)
            )
            return changed.rowcount == 1

    def _keys(self, clause: str, parameters: Sequence[Any]) -> list[ApiKey]:
        with self._database.read() as session:
            rows = session.execute(
                f"SELECT id, name, key_sha256, scopes, created_at, revoked_at FROM api_keys {clause}",  # noqa: S608
                parameters,
            ).fetchall()
        return [
            ApiKey(id_, name, digest, frozenset(json.loads(scopes)), moment(created), moment(ended) if ended else None)
            for id_, name, digest, scopes, created, ended in rows
        ]
