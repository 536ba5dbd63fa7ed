"""What monitoring reads, and the keys' rate limits. Every count runs over an index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from review_gate.adapters.stores.database import Database, Session, moment, stamp
from review_gate.adapters.stores.outbox_damage import Damaged, besides
from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.operation_ports import Queue, Vitals
from review_gate.ports import StoreDamaged

NONE: Mapping[int, Delivery] = MappingProxyType({})
SOON = timedelta(minutes=30)
MOST_NAMED = 100
MOST_LOOKED_AT = 100
CLOCK_SLACK = 60.0
"""Seconds by which the nodes' clocks may differ before a bucket is taken for one from the future."""


class SqlVitals:
    _database: Database
    _damaged: Damaged

    def vitals(self, now: datetime) -> Vitals:
        try:
            return self._vitals(now)
        except StoreDamaged:
            return self._vitals(now, self._damaged.look(), self._damaged.dead())

    def _vitals(
        self, now: datetime, damaged: Mapping[int, Delivery] = NONE, dead_damaged: frozenset[int] = frozenset()
    ) -> Vitals:
        """`damaged` deliveries count as given up, for they can never go out."""
        with self._database.snapshot() as session:
            (held,) = session.execute("SELECT count(*) FROM submissions WHERE state = 'held' AND drill = 0").fetchone()
            oldest = _oldest(session)
            (soon,) = session.execute(
                "SELECT count(*) FROM submissions WHERE state = 'held' AND drill = 0"
                " AND coalesce(planned_at, '9999') < ?",
                (stamp(now + SOON),),
            ).fetchone()
            (events,) = session.execute("SELECT max(position) FROM events").fetchone()
            waiting = session.execute(
                "SELECT kind, count(*), min(coalesce(not_before, created_at)) FROM deliveries"  # noqa: S608
                f" WHERE state = 'waiting'{besides(damaged)} GROUP BY kind"
            ).fetchall()
            dead = dict(
                session.execute(
                    "SELECT kind, count(*) FROM deliveries"  # noqa: S608 - numbers go in
                    f" WHERE state = 'dead' AND bare = 0{besides(dead_damaged)} GROUP BY kind"
                ).fetchall()
            )
            bots = session.execute("SELECT state, count(*) FROM bots GROUP BY state").fetchall()
            stopped = session.execute(
                "SELECT bot FROM bots WHERE state = 'open' ORDER BY bot LIMIT ?", (MOST_NAMED,)
            ).fetchall()
        for one in damaged.values():
            dead[one.kind.value] = dead.get(one.kind.value, 0) + 1
        late = {kind: (int(count), _since(first, now)) for kind, count, first in waiting}
        outbox = {
            kind.value: Queue(late.get(kind.value, (0, 0.0))[0], int(dead.get(kind.value, 0)),
                              late.get(kind.value, (0, 0.0))[1])
            for kind in DeliveryKind
        }  # fmt: skip
        return Vitals(
            held=int(held),
            oldest_held_seconds=_since(oldest, now),
            due_soon=int(soon),
            events=int(events or 0),
            outbox=outbox,
            bots={state: int(count) for state, count in bots},
            stopped=tuple(row[0] for row in stopped),
        )

    def spend(self, who: str, now: float, tokens: int, interval: float, burst: int) -> tuple[bool, float]:
        # `full_at` is when the bucket will be full again: one number a caller, moved on by each token taken.
        cost, room = tokens * interval, burst * interval
        base = "(CASE WHEN rate_limits.full_at > ? OR rate_limits.full_at < ? THEN ? ELSE rate_limits.full_at END)"
        based = (now + room + CLOCK_SLACK, now, now)
        with self._database.write(durable=False) as session:
            taken = session.execute(
                "INSERT INTO rate_limits (who, full_at) VALUES (?, ?)"  # noqa: S608 - our own words
                f" ON CONFLICT (who) DO UPDATE SET full_at = {base} + ? WHERE {base} + ? <= ? RETURNING full_at",
                (who, now + cost, *based, cost, *based, cost, now + room + interval * 1e-6),
            ).fetchone()
            if taken is not None:
                return True, float(taken[0]) - now
            (full_at,) = session.execute("SELECT full_at FROM rate_limits WHERE who = ?", (who,)).fetchone()
        return False, max(0.0, float(full_at) - now)


def _oldest(session: Session) -> str | None:
    """Since when the one that has waited longest waits for a person: from its last text on, since until that came its
    author had it. The oldest by creation are looked at; those behind them can hardly have waited longer."""
    rows = session.execute(
        "SELECT created_at, (SELECT max(at) FROM events WHERE submission_id = submissions.id"
        " AND kind = 'submission.revised') FROM submissions WHERE state = 'held' AND drill = 0"
        " ORDER BY created_at LIMIT ?",
        (MOST_LOOKED_AT,),
    ).fetchall()
    oldest: str | None = min((revised or created for created, revised in rows), default=None)
    if oldest is not None and len(rows) == MOST_LOOKED_AT:
        return min(oldest, str(rows[-1][0]))  # the ones behind are no older: rather too early an alarm than none
    return oldest


def _since(first: str | None, now: datetime) -> float:
    return 0.0 if first is None else max(0.0, (now - moment(first)).total_seconds())
