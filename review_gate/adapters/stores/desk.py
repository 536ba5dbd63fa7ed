"""What the pages read: the queue in order of need, its facets, the audit log backwards, what a range of days held."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from review_gate.adapters.stores.database import Database, moment, stamp
from review_gate.adapters.stores.listing import Listing
from review_gate.adapters.stores.serial import load_submission
from review_gate.domain.change import Event
from review_gate.domain.submission import Answer, Claim, State
from review_gate.domain.verdict import Severity, Source
from review_gate.page_ports import Facet, Judged, Ruling, Trail, Waiting
from review_gate.ports import ChainedEvent, Page, StoreDamaged

DUE = "coalesce(planned_at, '9999')"
"""What the queue is ordered by; the schema has an index over exactly this expression."""


class SqlDesk:
    _database: Database
    _listing: Listing

    def queue(self, where: Waiting, after: str | None = None, limit: int = 50) -> Page:
        conditions = ["state = 'held'"]
        parameters: list[Any] = []
        for column, value in (("channel", where.channel), ("market", where.market), ("kind", where.kind)):
            if value is not None:
                conditions.append(f"{column} = ?")
                parameters.append(value)
        if where.severity is not None:
            conditions.append("severity >= ?")
            parameters.append(where.severity)
        if where.due_before is not None:
            conditions.append(f"{DUE} < ?")
            parameters.append(stamp(where.due_before))
        if where.claimed_by is not None and where.now is not None:
            marks = ", ".join("?" * len(where.claimed_by))
            condition = (
                f"claimed_by IN ({marks}) AND claimed_until > ?" if marks else "coalesce(claimed_until, '') <= ?"
            )
            conditions.append(condition)
            parameters += [*where.claimed_by, stamp(where.now)]
        if after is not None:
            due, separator, id_ = after.partition("~")
            if not separator:
                raise ValueError("this cursor was not given out by the gate: start again without one")
            conditions.append(f"({DUE}, id) > (?, ?)")
            parameters += [due, id_]
        rest = f"WHERE {' AND '.join(conditions)} ORDER BY {DUE}, id"
        return self._listing.page(DUE, rest, parameters, limit, _cursor)

    def held_before(self, horizon: datetime) -> Sequence[str]:
        with self._database.read() as session:  # on SQLite from the index alone, so that damage to a row is not met
            rows = session.execute(
                f"SELECT id FROM submissions WHERE state = 'held' AND {DUE} < ? ORDER BY {DUE}, id",  # noqa: S608
                (stamp(horizon),),
            ).fetchall()
        return [str(row[0]) for row in rows]

    def claims(self, now: datetime) -> Sequence[Claim]:
        try:
            found = self._listing.each(
                "WHERE claimed_by IS NOT NULL AND claimed_until > ? AND state = 'held' LIMIT 1000",
                (stamp(now),),
                load_submission,
            )
        except StoreDamaged:  # these columns come after the body: where a part of it is lost they are, too
            held = (self._listing.one(id_) for id_ in self.held_before(datetime.max.replace(tzinfo=UTC)))
            found = [one for one in held if one is not None and one.claim_holds(now)]
        return [one.claim for one in found if one.claim is not None]

    def planned(self, since: datetime, until: datetime, limit: int = 500) -> Page:
        rest = f"WHERE state IN ('held', 'approved') AND drill = 0 AND {DUE} >= ? AND {DUE} < ? ORDER BY {DUE}, id"
        return replace(self._listing.page(DUE, rest, (stamp(since), stamp(until)), limit, _cursor), next=None)

    def facets(self) -> Sequence[Facet]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT channel, market, severity, kind, count(*) FROM submissions WHERE state = 'held'"
                " GROUP BY channel, market, severity, kind"
            ).fetchall()
        return [Facet(channel, market, int(sev), kind, int(count)) for channel, market, sev, kind, count in rows]

    def last_position(self) -> int:
        with self._database.read() as session:
            row = session.execute("SELECT max(position) FROM events").fetchone()
        return int(row[0] or 0)

    def trail(self, where: Trail, before: int | None = None, limit: int = 100) -> Sequence[ChainedEvent]:
        conditions: list[str] = []
        parameters: list[Any] = []
        for condition, value in (
            ("kind = ?", where.kind),
            ("actor = ?", where.actor),
            ("submission_id = ?", where.submission_id),
            ("at >= ?", stamp(where.since) if where.since else None),
            ("at < ?", stamp(where.until) if where.until else None),
            ("position < ?", before),
        ):
            if value is not None:
                conditions.append(condition)
                parameters.append(value)
        clause = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        with self._database.read() as session:
            rows = session.execute(
                "SELECT position, id, at, kind, actor, submission_id, data, previous, hash, content FROM events"  # noqa: S608
                f" {clause} ORDER BY position DESC LIMIT ?",
                (*parameters, limit),
            ).fetchall()
        return [
            ChainedEvent(
                position, Event(id_, moment(at), kind, actor, about, json.loads(data)), previous, digest, content
            )
            for position, id_, at, kind, actor, about, data, previous, digest, content in rows
        ]

    def event_kinds(self) -> Sequence[str]:
        with self._database.read() as session:
            return [row[0] for row in session.execute("SELECT DISTINCT kind FROM events ORDER BY kind").fetchall()]

    def handed_in(self, since: datetime, until: datetime, limit: int = 20_000) -> Sequence[Judged]:
        return self._listing.each(
            "WHERE drill = 0 AND created_at >= ? AND created_at < ? ORDER BY created_at DESC, id DESC LIMIT ?",
            (stamp(since), stamp(until), limit),
            lambda body: judged(json.loads(body)),
        )

    def replies_by_action(self, since: datetime, until: datetime) -> Mapping[tuple[str, str], int]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT substr(at, 1, 10), action, count(*) FROM replies WHERE at >= ? AND at < ?"
                " GROUP BY substr(at, 1, 10), action",
                (stamp(since), stamp(until)),
            ).fetchall()
        return {(day, action): int(count) for day, action, count in rows}

    def replies_by_bot(self, since: datetime, until: datetime) -> Mapping[tuple[str, str], int]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT bot, action, count(*) FROM replies WHERE at >= ? AND at < ? GROUP BY bot, action",
                (stamp(since), stamp(until)),
            ).fetchall()
        return {(bot, action): int(count) for bot, action, count in rows}


def _cursor(due: str, submission_id: str) -> str:
    return f"{due}~{submission_id}"


def judged(body: Mapping[str, Any]) -> Judged:
    """What the figures count, straight from the JSON that `serial` wrote: reading whole submissions takes ten times as
    long, and a range may hold thousands."""
    findings = [reason for reason in body["verdict"]["reasons"] if reason["severity"] >= Severity.WARN]
    planned = body["draft"]["planned_at"]
    return Judged(
        created_at=moment(body["created_at"]),
        planned_at=moment(planned) if planned else None,
        state=State(body["state"]),
        revision=body["revision"],
        rulings=tuple(
            Ruling(Answer(one["answer"]), one["by"], one["by_name"] or one["by"], moment(one["at"]), one["revision"])
            for one in body["decisions"]
        ),
        categories=frozenset(reason["category"] for reason in findings if reason["category"]),
        rules=frozenset(
            reason["rule"] or f"{reason['scorer']}.{reason['label']}"
            for reason in findings
            if reason["source"] != Source.POLICY
        ),
    )
