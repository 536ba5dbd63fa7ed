"""The outbox in portable SQL: deliveries wait, are leased to a courier, end as delivered or dead.

What a courier notes does not wait for the disk: a power cut may undo the last notes, and then something is sent again,
which may happen at any time (each receiver sees the same id). What goes into the outbox does, with its change.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from review_gate.adapters.stores.database import Database, Session, moment, stamp
from review_gate.adapters.stores.outbox_damage import Damaged, besides
from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.ports import StoreDamaged

log = logging.getLogger(__name__)

COLUMNS = "id, kind, created_at, submission_id, payload, not_before, attempts, last_error"

# A delivery is next when nothing older of its submission and kind still waits, be it due, leased or backing off.
NEXT = """
    SELECT position, {columns} FROM deliveries AS d
    WHERE state = 'waiting' AND kind = ? AND due_at <= ?{besides} AND NOT EXISTS (
        SELECT 1 FROM deliveries AS older
        WHERE older.state = 'waiting' AND older.submission_id = d.submission_id AND older.kind = d.kind
            AND older.position < d.position{besides_older})
    ORDER BY due_at, position LIMIT ? {skip_locked}"""


class SqlOutbox:
    _database: Database
    _damaged: Damaged

    def claim_deliveries(
        self, kind: DeliveryKind, now: datetime, limit: int = 20, lease_seconds: int = 60
    ) -> Sequence[Delivery]:
        at = stamp(now)
        with self._database.read() as session:  # an idle courier must not take the write lock at every look
            due = session.execute(
                "SELECT 1 FROM deliveries WHERE state = 'waiting' AND kind = ? AND due_at <= ? LIMIT 1",
                (kind.value, at),
            ).fetchone()
        if due is None:
            return []
        until = stamp(now + timedelta(seconds=lease_seconds))
        try:
            rows = self._lease(kind, at, until, limit)
        except StoreDamaged:
            self._damaged.look()
            rows = self._lease_each(kind, at, until, limit)
        return [one for row in rows if (one := self._taken(row[1:], now)) is not None]

    def _lease(self, kind: DeliveryKind, at: str, until: str, limit: int) -> list[Any]:
        """The rows that are due, leased. Those known to be damaged are gone around, and are in nobody's way."""
        due = self._due(self._database.skip_locked)
        with self._database.write(durable=False) as session:
            rows = session.execute(due, (kind.value, at, limit)).fetchall()
            session.executemany(
                "UPDATE deliveries SET due_at = ?, attempts = attempts + 1 WHERE position = ?",
                [(until, row[0]) for row in rows],
            )
        return rows

    def _lease_each(self, kind: DeliveryKind, at: str, until: str, limit: int) -> list[Any]:
        """The same where there is damage, by which one row may be read and not be written."""
        with self._database.read() as session:
            rows = session.execute(self._due(), (kind.value, at, limit)).fetchall()
        return [row for row in rows if self._leased(row[0], row[1], at, until)]

    def _leased(self, position: int, delivery_id: str, at: str, until: str) -> bool:
        try:
            with self._noting(delivery_id) as session:
                written = session.execute(
                    "UPDATE deliveries SET due_at = ?, attempts = attempts + 1"
                    " WHERE position = ? AND state = 'waiting' AND due_at <= ?",
                    (until, position, at),
                )
                return written.rowcount == 1
        except StoreDamaged:
            return False

    def _due(self, skip_locked: str = "") -> str:
        damaged = self._damaged.lately()
        return NEXT.format(
            columns=COLUMNS,
            besides=besides(damaged),
            besides_older=besides(damaged, "older.position"),
            skip_locked=skip_locked,
        )

    def _taken(self, row: Sequence[Any], now: datetime) -> Delivery | None:
        """The delivery in a row that was claimed. One that cannot be read becomes a dead letter: else it would raise at
        each claim, and nothing that is due with it would ever go out."""
        try:
            return read_delivery(row, claimed=1)
        except ValueError as error:
            log.error("Delivery %s cannot be read: it is a dead letter (%s)", row[0], type(error).__name__)
            self.failed(str(row[0]), now, f"unreadable: {type(error).__name__}", None)
            return None

    def delivered(self, delivery_id: str, now: datetime, receipt: Mapping[str, Any] | None = None) -> None:
        with self._noting(delivery_id) as session:
            session.execute(
                "UPDATE deliveries SET state = 'delivered', ended_at = ?, receipt = ?"
                " WHERE id = ? AND state <> 'delivered'",
                (stamp(now), None if receipt is None else json.dumps(dict(receipt)), delivery_id),
            )

    def failed(self, delivery_id: str, now: datetime, error: str, retry_at: datetime | None) -> None:
        # Only while it waits: a courier whose lease ended must not undo what another one finished.
        with self._noting(delivery_id) as session:
            if retry_at is None:
                session.execute(
                    "UPDATE deliveries SET state = 'dead', ended_at = ?, last_error = ?"
                    " WHERE id = ? AND state = 'waiting'",
                    (stamp(now), error, delivery_id),
                )
            else:
                session.execute(
                    "UPDATE deliveries SET due_at = ?, last_error = ? WHERE id = ? AND state = 'waiting'",
                    (stamp(retry_at), error, delivery_id),
                )

    def held_back(self, delivery_id: str, why: str, until: datetime) -> None:
        with self._noting(delivery_id) as session:
            session.execute(
                "UPDATE deliveries SET due_at = ?, last_error = ?,"
                " attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END WHERE id = ? AND state = 'waiting'",
                (stamp(until), why, delivery_id),
            )

    @contextmanager
    def _noting(self, delivery_id: str) -> Iterator[Session]:
        """A transaction about one delivery. One that damage does not let be written is in nobody's way for a while."""
        try:
            with self._database.write(durable=False) as session:
                yield session
        except StoreDamaged:
            self._damaged.go_around(delivery_id)
            raise

    def dead_letters(self) -> Sequence[Delivery]:
        """What was given up, and besides what can never go out because its row is damaged."""
        left_out = besides(self._damaged.dead())
        with self._database.read() as session:
            rows = session.execute(
                f"SELECT {COLUMNS} FROM deliveries WHERE state = 'dead' AND bare = 0{left_out} ORDER BY position"  # noqa: S608
            ).fetchall()
        return [*(_as_far_as_readable(row) for row in rows), *self._damaged.look().values()]

    def waiting(self, limit: int = 100) -> Sequence[tuple[Delivery, datetime]]:
        """What waits, oldest first, each with the moment of its next try. What cannot be read comes without payload."""
        left_out = besides(self._damaged.look())
        with self._database.read() as session:
            rows = session.execute(
                f"SELECT {COLUMNS}, due_at FROM deliveries WHERE state = 'waiting'{left_out}"  # noqa: S608
                " ORDER BY created_at, position LIMIT ?",
                (limit,),
            ).fetchall()
        return [(_as_far_as_readable(row[:-1]), moment(row[-1])) for row in rows]

    def replay(self, delivery_id: str, now: datetime) -> bool:
        try:
            with self._database.write() as session:
                changed = session.execute(
                    "UPDATE deliveries SET state = 'waiting', due_at = ?, attempts = 0, ended_at = NULL"
                    " WHERE id = ? AND state = 'dead' AND bare = 0",
                    (stamp(now), delivery_id),
                )
                self._database.announce(session)
                return changed.rowcount == 1
        except StoreDamaged:  # the row itself: a backup has it
            return False

    def pending(self) -> int:
        with self._database.read() as session:
            row = session.execute("SELECT count(*) FROM deliveries WHERE state = 'waiting'").fetchone()
        return int(row[0])


def put_deliveries(session: Session, deliveries: Sequence[Delivery]) -> None:
    session.executemany(
        "INSERT INTO deliveries (id, kind, submission_id, created_at, not_before, payload, state, due_at,"
        " attempts, last_error) VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)",
        [
            (d.id, d.kind.value, d.submission_id, stamp(d.created_at),
             stamp(d.not_before) if d.not_before else None, json.dumps(dict(d.payload), allow_nan=False),
             stamp(d.not_before or d.created_at), d.attempts, d.last_error)
            for d in deliveries
        ],
    )  # fmt: skip


def _as_far_as_readable(row: Sequence[Any]) -> Delivery:
    """For people to look at: one whose payload cannot be read comes without it."""
    try:
        return read_delivery(row)
    except ValueError:
        return read_delivery((*row[:4], "{}", *row[5:]))


def read_delivery(row: Sequence[Any], claimed: int = 0) -> Delivery:
    """The delivery in a row of COLUMNS. Raises ValueError when that cannot be read."""
    id_, kind, created_at, submission_id, payload, not_before, attempts, last_error = row
    told = json.loads(payload)
    if not isinstance(told, dict):
        raise ValueError("a payload is a JSON object")
    return Delivery(
        id=id_,
        kind=DeliveryKind(kind),
        created_at=moment(created_at),
        submission_id=submission_id,
        payload=told,
        not_before=moment(not_before) if not_before else None,
        attempts=attempts + claimed,
        last_error=last_error,
    )
