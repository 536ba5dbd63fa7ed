"""Incidents in portable SQL."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from review_gate.adapters.stores.database import Database, Session, stamp
from review_gate.domain.errors import Stale
from review_gate.domain.incident import Incident
from review_gate.domain.message import Message

_incident: TypeAdapter[Incident] = TypeAdapter(Incident)


class SqlIncidents:
    _database: Database

    def incident(self, id_: str) -> Incident | None:
        return self._one("id", id_)

    def incident_about(self, subject: str) -> Incident | None:
        return self._one("subject", subject)

    def incidents(self, limit: int = 200) -> Sequence[Incident]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT body FROM incidents ORDER BY state DESC, opened_at DESC, id DESC LIMIT ?", (limit,)
            ).fetchall()
        return [_incident.validate_json(row[0]) for row in rows]

    def _one(self, column: str, value: str) -> Incident | None:
        with self._database.read() as session:
            row = session.execute(f"SELECT body FROM incidents WHERE {column} = ?", (value,)).fetchone()  # noqa: S608
        return None if row is None else _incident.validate_json(row[0])


def put_incident(session: Session, incident: Incident) -> None:
    """Raises Stale when what is there is not the version before this."""
    body = _incident.dump_json(incident).decode()
    if incident.version == 1:
        written = session.execute(
            "INSERT INTO incidents (id, version, subject, state, opened_at, body) VALUES (?, 1, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (incident.id, incident.subject, incident.state.value, stamp(incident.opened_at), body),
        )
    else:
        written = session.execute(
            "UPDATE incidents SET version = ?, state = ?, body = ? WHERE id = ? AND version = ?",
            (incident.version, incident.state.value, body, incident.id, incident.version - 1),
        )
    if written.rowcount != 1:
        raise Stale(
            Message(
                "Somebody else wrote to this incident first: nothing of yours was written. Look at it, then try again.",
                "Quelqu'un a modifié cet incident entre-temps : rien de votre part n'a été enregistré. Relisez-le, puis"
                " réessayez.",
            )
        )
