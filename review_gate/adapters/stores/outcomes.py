"""What happened after something went out, in portable SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter

from review_gate.adapters.stores.database import Database, Session, stamp
from review_gate.domain.errors import Stale
from review_gate.domain.message import Message
from review_gate.domain.outcome import Outcome

_outcome: TypeAdapter[Outcome] = TypeAdapter(Outcome)


class SqlOutcomes:
    _database: Database

    def outcome(self, id_: str) -> Outcome | None:
        with self._database.read() as session:
            row = session.execute("SELECT body FROM outcomes WHERE id = ?", (id_,)).fetchone()
        return None if row is None else _outcome.validate_json(row[0])

    def outcomes(self, since: datetime, until: datetime, limit: int = 20_000) -> Sequence[Outcome]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT body FROM outcomes WHERE went_out_at >= ? AND went_out_at < ?"
                " ORDER BY went_out_at DESC, id DESC LIMIT ?",
                (stamp(since), stamp(until), limit),
            ).fetchall()
        return [_outcome.validate_json(row[0]) for row in rows]


def put_outcome(session: Session, outcome: Outcome) -> None:
    """Raises Stale when what is there is not the version before this."""
    body = _outcome.dump_json(outcome).decode()
    if outcome.version == 1:
        written = session.execute(
            "INSERT INTO outcomes (id, version, went_out_at, body) VALUES (?, 1, ?, ?) ON CONFLICT (id) DO NOTHING",
            (outcome.id, stamp(outcome.circumstances.went_out_at), body),
        )
    else:
        written = session.execute(
            "UPDATE outcomes SET version = ?, body = ? WHERE id = ? AND version = ?",
            (outcome.version, body, outcome.id, outcome.version - 1),
        )
    if written.rowcount != 1:
        raise Stale(
            Message(
                "Somebody else reported about the same at this moment: nothing was written. Send it again.",
                "Un autre signalement au même sujet est arrivé à l'instant : rien n'a été enregistré. Renvoyez-le.",
            )
        )
