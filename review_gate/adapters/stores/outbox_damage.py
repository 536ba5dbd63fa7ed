"""Deliveries whose own rows cannot be read: found one by one, so that the others go around them.

A damaged page of a SQLite file takes a few rows with it. What is in the indexes is still known of them: id, kind, when
they were due, and which submission they are about. (PostgreSQL reads the page whenever it looks at such a row, so there
nothing goes around it.)
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from time import monotonic

from review_gate.adapters.stores.database import Database, moment
from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.ports import StoreDamaged

log = logging.getLogger(__name__)

KEPT_SECONDS = 60.0
"""So long what was found counts; then the rows are tried again, since a disk may misread for a while."""
WHOLE = "max(kind), max(created_at), max(submission_id), max(payload), max(not_before), max(last_error), sum(attempts)"
"""Reads all there is of each row, and keeps one."""
UNREADABLE = "its row in the database is damaged"


class Damaged:
    """What this process has found lately. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._around: Mapping[int, float] = {}
        self._told: frozenset[str] = frozenset()

    def lately(self) -> frozenset[int]:
        """The positions to go around: what was found within KEPT_SECONDS."""
        now = monotonic()
        return frozenset(position for position, until in self._around.items() if now < until)

    def go_around(self, delivery_id: str) -> None:
        """This one can be read, but nothing can be noted of it any more: a page beside it is damaged."""
        with self._database.read() as session:
            row = session.execute("SELECT position FROM deliveries WHERE id = ?", (delivery_id,)).fetchone()
        if row is not None:
            self._leave({int(row[0])})

    def look(self) -> Mapping[int, Delivery]:
        """The waiting deliveries that cannot be read, by position. Raises StoreDamaged where it is more than rows."""
        found = self._named(self._unreadable("waiting"))
        for one in found.values():
            if one.id not in self._told:
                log.error("Delivery %s (%s) cannot be read, the others go around it", one.id, one.kind.value)
        self._told = frozenset(one.id for one in found.values())
        self._leave(found)
        return found

    def _leave(self, positions: Iterable[int]) -> None:
        until = monotonic() + KEPT_SECONDS
        still = {position: self._around[position] for position in self.lately()}
        self._around = {**still, **dict.fromkeys(positions, until)}  # as a whole: other threads read it

    def dead(self) -> frozenset[int]:
        """The positions of dead letters that cannot be read."""
        return self._unreadable("dead")

    def _unreadable(self, state: str) -> frozenset[int]:
        try:
            with self._database.read() as session:
                session.execute(f"SELECT {WHOLE} FROM deliveries WHERE state = ?", (state,)).fetchall()  # noqa: S608
        except StoreDamaged:
            with self._database.read() as session:
                rows = session.execute(f"SELECT position FROM deliveries WHERE state = '{state}'").fetchall()  # noqa: S608
            return frozenset(int(row[0]) for row in rows if not self._can_be_read(int(row[0])))
        return frozenset()

    def _can_be_read(self, position: int) -> bool:
        try:
            with self._database.read() as session:
                session.execute(f"SELECT {WHOLE} FROM deliveries WHERE position = ?", (position,)).fetchall()  # noqa: S608
        except StoreDamaged:
            return False
        return True

    def _named(self, positions: frozenset[int]) -> Mapping[int, Delivery]:
        """What the indexes tell of them: each statement is ordered as the index that has all it asks for."""
        if not positions:
            return {}
        with self._database.read() as session:
            wanted = ", ".join(map(str, positions))
            # The sign keeps SQLite from looking the rows up by their positions.
            ids = dict(
                session.execute(f"SELECT position, id FROM deliveries WHERE +position IN ({wanted})").fetchall()  # noqa: S608
            )
            about = dict(
                session.execute(
                    "SELECT position, submission_id FROM deliveries"
                    " WHERE state = 'waiting' AND submission_id > '' ORDER BY submission_id, kind, position"
                ).fetchall()
            )
            rows = session.execute(
                "SELECT position, kind, due_at FROM deliveries WHERE state = 'waiting' ORDER BY kind, due_at, position"
            ).fetchall()
        return {
            position: Delivery(
                ids[position], DeliveryKind(kind), moment(due_at), about.get(position), last_error=UNREADABLE
            )
            for position, kind, due_at in rows
            if position in positions
        }


def besides(positions: Collection[int], column: str = "position") -> str:
    """A condition that leaves these out, to be put behind others."""
    return f" AND {column} NOT IN ({', '.join(map(str, positions))})" if positions else ""
