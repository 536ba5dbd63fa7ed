"""Submissions, their audit log and answered requests, in portable SQL."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from review_gate.adapters.stores import chain
from review_gate.adapters.stores.database import Database, Session, moment, stamp
from review_gate.adapters.stores.erasing import redact
from review_gate.adapters.stores.incidents import put_incident
from review_gate.adapters.stores.listing import Listing
from review_gate.adapters.stores.notes import change_note
from review_gate.adapters.stores.outbox import put_deliveries
from review_gate.adapters.stores.outcomes import put_outcome
from review_gate.adapters.stores.pictures import use_pictures
from review_gate.adapters.stores.replies import (
    INSERT_REPLY,
    PUT_SAYING,
    put_breaker,
    put_replies,
    reply_row,
    saying_row,
)
from review_gate.adapters.stores.serial import dump_submission, load_submission
from review_gate.adapters.stores.templates import count_use, drop_template, put_template
from review_gate.domain.change import Change, Event, Idempotency
from review_gate.domain.errors import IdempotencyConflict, Stale
from review_gate.domain.message import Message
from review_gate.domain.submission import Submission
from review_gate.ports import ChainedEvent, Filter, Page, StoreDamaged

COLUMNS = (
    "version", "state", "kind", "channel", "market", "author", "bot", "severity", "planned_at", "created_at",
    "updated_at", "body", "drill", "claimed_by", "claimed_until", "erased",
)  # fmt: skip
INSERT = (
    f"INSERT INTO submissions ({', '.join(COLUMNS)}, id) VALUES (?{', ?' * len(COLUMNS)})"  # noqa: S608 - names only
    " ON CONFLICT (id) DO NOTHING"
)
UPDATE = f"UPDATE submissions SET {', '.join(f'{column} = ?' for column in COLUMNS)} WHERE id = ? AND version = ?"  # noqa: S608
FILTERS = ("state", "channel", "market", "author", "bot", "kind")


class SqlSubmissions:
    _database: Database
    _listing: Listing

    def commit(self, change: Change) -> None:
        if change.replies and change == Change(replies=change.replies[:1], sayings=change.sayings[:1]):
            # as after nearly every check
            self._database.jot(
                [
                    *((PUT_SAYING, saying_row(saying)) for saying in change.sayings),
                    (INSERT_REPLY, reply_row(change.replies[0])),
                ]
            )
            return
        _check_versions(change)
        # What bots were allowed to say need not wait for the disk at each reply: a power cut then costs the memory of
        # the last ones. Whatever people are told or decide, and what goes out, does wait.
        durable = bool(
            change.submission
            or change.events
            or change.deliveries
            or change.breaker
            or change.outcome
            or change.incident
            or change.notes
        )
        with self._database.write(durable=durable) as session:
            # The answered request goes first: a repeated request must find the first one's answer, not "stale".
            if change.idempotency is not None:
                _put_idempotency(session, change.idempotency)
            if change.submission is not None:
                _put_submission(session, change.submission, change.expected_version)
            if change.deliveries:
                put_deliveries(session, change.deliveries)
                self._database.announce(session)
            if change.breaker is not None:
                put_breaker(session, change.breaker)
            put_replies(session, change.sayings, change.replies)
            if change.template is not None:
                count_use(session, *change.template)
            if change.approves is not None:
                put_template(session, change.approves)
            if change.retires is not None:
                drop_template(session, change.retires)
            if change.outcome is not None:
                put_outcome(session, change.outcome)
            if change.incident is not None:
                put_incident(session, change.incident)
            for note in change.notes:
                change_note(session, note)
            # The log goes last: its lock then is held for the shortest time, and no transaction waits for another
            # lock while it holds this one.
            events = change.events
            if change.erasing is not None and change.submission is not None:
                found = redact(session, change.submission, change.erasing)
                events = tuple(replace(event, data={**event.data, **found}) for event in events)
            self._append(session, events)

    def _append(self, session: Session, events: Sequence[Event]) -> None:
        if not events:
            return
        self._database.lock_log(session)
        row = session.execute("SELECT position, hash FROM events ORDER BY position DESC LIMIT 1").fetchone()
        position, previous = row or (0, chain.GENESIS)
        session.executemany(
            "INSERT INTO events (position, id, at, kind, actor, submission_id, data, previous, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (item.position, item.event.id, stamp(item.event.at), item.event.kind, item.event.actor,
                 item.event.submission_id, chain.canonical(dict(item.event.data)), item.previous, item.hash)
                for item in chain.append(position, previous, events)
            ],
        )  # fmt: skip

    def submission(self, submission_id: str) -> Submission | None:
        with self._database.read() as session:
            row = session.execute("SELECT body FROM submissions WHERE id = ?", (submission_id,)).fetchone()
        return None if row is None else _readable(submission_id, row[0])

    def submissions(self, where: Filter, after: str | None = None, limit: int = 50) -> Page:
        conditions: list[str] = []
        parameters: list[Any] = []
        if where.drills is not None:
            conditions.append("drill = ?")
            parameters.append(int(where.drills))
        for name in FILTERS:
            value = getattr(where, name)
            if value is not None:
                conditions.append(f"{name} = ?")
                parameters.append(str(value))
        if where.planned_after is not None:
            conditions.append("planned_at > ?")
            parameters.append(stamp(where.planned_after))
        if after is not None:
            conditions.append("(created_at, id) < (?, ?)")
            parameters.extend(_read_cursor(after))
        clause = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rest = f"{clause} ORDER BY created_at DESC, id DESC"  # only names of columns go in
        return self._listing.page("created_at", rest, parameters, limit, _cursor)

    def approved_after(self, at: datetime) -> Sequence[str]:
        due = "coalesce(planned_at, '9999')"  # as the index has it
        with self._database.read() as session:
            rows = session.execute(
                f"SELECT id FROM submissions WHERE state = 'approved' AND {due} > ? AND {due} < '9999'"  # noqa: S608
                f" ORDER BY {due}, id",
                (stamp(at),),
            ).fetchall()
        return [str(row[0]) for row in rows]

    def created(self, since: datetime, until: datetime) -> Sequence[str]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT id FROM submissions WHERE created_at >= ? AND created_at < ? ORDER BY created_at DESC, id DESC",
                (stamp(since), stamp(until)),
            ).fetchall()
        return [str(row[0]) for row in rows]

    def events(self, submission_id: str | None = None, after: int = 0, limit: int = 1000) -> Sequence[ChainedEvent]:
        of_one = "AND submission_id = ?" if submission_id is not None else ""
        parameters = (after, limit) if submission_id is None else (after, submission_id, limit)
        with self._database.read() as session:
            rows = session.execute(
                "SELECT position, id, at, kind, actor, submission_id, data, previous, hash, content FROM events"  # noqa: S608
                f" WHERE position > ? {of_one} ORDER BY position LIMIT ?",
                parameters,
            ).fetchall()
        return [
            ChainedEvent(
                position, Event(id_, moment(at), kind, actor, about, json.loads(data)), previous, digest, content
            )
            for position, id_, at, kind, actor, about, data, previous, digest, content in rows
        ]

    def answered(self, scope: str, key: str) -> Idempotency | None:
        with self._database.read() as session:
            row = session.execute(
                "SELECT body_sha256, status, answer, at FROM idempotency WHERE scope = ? AND key = ?", (scope, key)
            ).fetchone()
        if row is None:
            return None
        return Idempotency(scope, key, row[0], row[1], json.loads(row[2]), moment(row[3]))

    def ping(self) -> None:
        with self._database.read() as session:
            session.execute("SELECT version FROM submissions LIMIT 1").fetchone()


def _readable(submission_id: str, body: str) -> Submission:
    try:
        return load_submission(body)
    except ValidationError as error:
        wrong = sorted({str(one["loc"][0]) for one in error.errors(include_input=False) if one["loc"]})
        fields = f" ({', '.join(wrong)})" if wrong else ""
        # without the cause: its words may repeat what somebody has written
        raise StoreDamaged(
            Message(
                f"The record of submission {submission_id} cannot be read{fields}: it is damaged, or a newer version "
                "of Review Gate wrote it. `review-gate doctor` says more; the last backup has it as it was.",
                f"L'enregistrement de la soumission {submission_id} est illisible{fields} : il est endommagé, ou une "
                "version plus récente de Review Gate l'a écrit. `review-gate doctor` en dit plus ; la dernière "
                "sauvegarde le contient intact.",
            )
        ) from None


def _check_versions(change: Change) -> None:
    """A new version must be a new number, or the next compare-and-set would not see that anything happened."""
    if change.submission is not None and change.submission.version <= change.expected_version:
        raise ValueError(
            f"version {change.submission.version} of a submission cannot follow version {change.expected_version}"
        )


def _put_submission(session: Session, submission: Submission, expected_version: int) -> None:
    draft = submission.draft
    values = (
        submission.version,
        submission.state.value,
        draft.kind.value,
        draft.channel,
        draft.market,
        submission.author,
        draft.bot,
        int(submission.verdict.severity),
        stamp(draft.planned_at) if draft.planned_at else None,
        stamp(submission.created_at),
        stamp(submission.updated_at),
        dump_submission(submission),
        int(submission.drill is not None),
        submission.claim.by if submission.claim else None,
        stamp(submission.claim.until) if submission.claim else None,
        int(submission.erased_at is not None),
    )
    if expected_version == 0:
        written = session.execute(INSERT, (*values, submission.id))
    else:
        written = session.execute(UPDATE, (*values, submission.id, expected_version))
    if written.rowcount != 1:
        raise Stale(
            Message(
                "Somebody else changed this submission first: nothing was written. Look at it again.",
                "Quelqu'un a modifié cette soumission entre-temps : rien n'a été enregistré. Relisez-la.",
            )
        )
    if draft.media:
        use_pictures(session, [media.sha256 for media in draft.media if media.sha256 is not None])


def _put_idempotency(session: Session, request: Idempotency) -> None:
    written = session.execute(
        "INSERT INTO idempotency (scope, key, body_sha256, status, answer, at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (scope, key) DO NOTHING",
        (request.scope, request.key, request.body_sha256, request.status, as_json(request.answer), stamp(request.at)),
    )
    if written.rowcount != 1:
        raise IdempotencyConflict(
            Message(
                "A request with this Idempotency-Key was answered already: nothing was written.",
                "Une requête avec cette Idempotency-Key a déjà reçu sa réponse : rien n'a été enregistré.",
            )
        )


def as_json(value: Mapping[str, Any]) -> str:
    """JSON that keeps the order of keys: an answer given again is the same, byte for byte."""
    return json.dumps(dict(value), separators=(",", ":"), allow_nan=False)


def _cursor(created_at: str, submission_id: str) -> str:
    return base64.urlsafe_b64encode(f"{created_at} {submission_id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        created_at, submission_id = text.split(" ", 1)
        moment(created_at)
    except (binascii.Error, ValueError) as error:
        raise ValueError("this cursor was not given out by the gate: start again without one") from error
    return created_at, submission_id
