"""Takes people's words and names out of everything that is stored about a submission, in portable SQL.

The audit log keeps the hash of what was erased, so its chain still holds (chain.py). What is on pages of the file that
are free, in the log of the database, and in backups goes with the time; `docs/operations.md` says how.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime
from typing import Any

from review_gate.adapters.stores import chain
from review_gate.adapters.stores.database import Database, Session, stamp
from review_gate.adapters.stores.erasing_json import OVER, stripped_text, swept_text, without_the_old
from review_gate.adapters.stores.outbox import put_deliveries
from review_gate.adapters.stores.pictures import erase_unshown
from review_gate.adapters.stores.serial import load_submission
from review_gate.domain.change import API_SCOPES, Delivery
from review_gate.domain.erasure import ERASED, KIND, NOBODY, UNSWEPT, scrub, without_words
from review_gate.domain.errors import Stale
from review_gate.domain.message import Message
from review_gate.domain.outgoing import APPROVED
from review_gate.domain.submission import Submission

PIECE = 500
AUDITED = ("card", "webhook")
"""The kinds of deliveries by which `audit verify` sees that a submission was shown and its end told."""
UNSENT = "its words were erased: it is not sent"
"""What the outbox says of an approval that still waits and will be passed over (gate/erasing.py)."""
MEANWHILE = Message(
    "Another erasure was faster: nothing was written. It goes on by itself.",
    "Un autre effacement a été plus rapide : rien n'a été enregistré. Il reprend de lui-même.",
)


def _unerased(before: datetime | None) -> tuple[str, list[str | int]]:
    """The condition, and its parameters; with `before` only what is old and waits for nobody."""
    if before is None:
        return "erased = 0", []
    # What is approved for a later day still waits for that day.
    return (
        "erased = 0 AND updated_at < ? AND state NOT IN ('held', 'changes_requested')"
        " AND (state <> 'approved' OR coalesce(planned_at, '') < ?)"
    ), [stamp(before)] * 2


class SqlErasing:
    _database: Database

    def to_erase(self, authors: Sequence[str] = (), before: datetime | None = None, limit: int = 100, after: str = ""
                 ) -> Sequence[str]:  # fmt: skip
        condition, parameters = _unerased(before)
        if authors:
            spelled = self._spelled(authors, "author", "submissions")
            if not spelled:
                return []
            condition += f" AND author IN ({', '.join('?' * len(spelled))})"
            parameters += spelled
        with self._database.read() as session:
            rows = session.execute(
                f"SELECT id FROM submissions WHERE {condition} AND id > ? ORDER BY id LIMIT ?",  # noqa: S608
                (*parameters, after, limit),
            ).fetchall()
        return [str(row[0]) for row in rows]

    def still_to_erase(self, submission_id: str, before: datetime | None = None) -> Submission | None:
        condition, parameters = _unerased(before)
        with self._database.read() as session:
            row = session.execute(
                f"SELECT body FROM submissions WHERE {condition} AND id = ?",  # noqa: S608
                (*parameters, submission_id),
            ).fetchone()
        return None if row is None else load_submission(row[0])

    def _spelled(self, names: Iterable[str], column: str, table: str) -> list[str]:
        """These names as they stand in the column, in any case of letters: `lower` of either database leaves É as it
        is."""
        wanted = {name.casefold() for name in names}
        with self._database.read() as session:
            known = session.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()  # noqa: S608 - our own words
        return [name for (name,) in known if name.casefold() in wanted]

    def sweep(self, ids: Set[str], names: Set[str]) -> int:
        folded = frozenset(name.casefold() for name in names)
        swept = 0
        for table, key, body in (
            ("idempotency", ("scope", "key"), "answer"),
            ("deliveries", ("id",), "payload"),
            ("outcomes", ("id",), "body"),
            ("incidents", ("id",), "body"),
        ):
            swept += self._sweep(table, key, body, ids, folded)
        brought = [(NOBODY, name) for name in self._spelled(folded, "kept_by", "pictures")]
        with self._database.write() as session:
            # Of the author's pictures, those that another submission shows or that none has shown yet (see Tidying).
            session.executemany("UPDATE pictures SET kept_by = ? WHERE kept_by = ?", brought)
            # A message whose words are gone has nothing to say any more: neither now nor when it is tried again.
            session.execute(
                "DELETE FROM deliveries WHERE submission_id IS NULL AND state <> 'delivered' AND payload LIKE ?",
                (f'%"text":"{ERASED}"%',),
            )
            for topic, keys in (("person", names), ("person-by-email", folded)):
                for name in keys:
                    gone = session.execute("DELETE FROM notes WHERE topic = ? AND key = ?", (topic, name))
                    swept += gone.rowcount
            session.executemany("DELETE FROM notes WHERE topic = ? AND key = ?", [(UNSWEPT, id_) for id_ in ids])
        return swept

    def sweep_looks(
        self, ids: Set[str], names: Set[str], before: datetime | None, told: Callable[[str, str], Sequence[Delivery]]
    ) -> int:
        folded = frozenset(name.casefold() for name in names)
        with self._database.read() as session:
            if before is None:
                found = session.execute("SELECT topic, key FROM notes WHERE topic IN ('digest', 'clusters')").fetchall()
            else:  # what has lost all its words already is not looked at again
                found = session.execute(
                    "SELECT topic, key FROM notes WHERE topic = 'digest' AND key <= ? AND value NOT LIKE ?"
                    " OR topic = 'clusters'",
                    (f"{before:%Y-%m-%d}", f'%"{OVER}"%'),
                ).fetchall()
        return sum(self._sweep_look(topic, key, ids, folded, before, told) for topic, key in found)

    def drop_answers(self, before: datetime) -> int:
        ours = " OR ".join(["scope LIKE ?"] * len(API_SCOPES))
        gone = 0
        while True:
            with self._database.write() as session:
                dropped = session.execute(
                    "DELETE FROM idempotency WHERE (scope, key) IN (SELECT scope, key FROM idempotency"  # noqa: S608
                    f" WHERE at < ? AND ({ours}) ORDER BY at LIMIT ?)",
                    (stamp(before), *(f"{scope}%" for scope in API_SCOPES), PIECE),
                ).rowcount
            gone += dropped
            if dropped < PIECE:
                return gone

    def strip_ended(self, before: datetime) -> int:
        return sum(self._strip(state, before) for state in ("delivered", "dead"))

    def _strip(self, state: str, before: datetime) -> int:
        stripped = 0
        while True:
            with self._database.write() as session:
                rows = session.execute(
                    "SELECT id, submission_id, kind, payload FROM deliveries"  # noqa: S608 - our own word
                    f" WHERE state = '{state}' AND bare = 0 AND ended_at < ? ORDER BY ended_at LIMIT ?",
                    (stamp(before), PIECE),
                ).fetchall()
                kept = [row for row in rows if row[1] is not None and row[2] in AUDITED]
                gone = [(row[0],) for row in rows if row not in kept]
                session.executemany("DELETE FROM deliveries WHERE id = ?", gone)
                session.executemany(
                    # Unless an erasure took the names out meanwhile: then it is looked at again.
                    "UPDATE deliveries SET payload = ?, last_error = '', bare = 1 WHERE id = ? AND payload = ?",
                    [(stripped_text(payload, frozenset()), id_, payload) for id_, _, _, payload in kept],
                )
            stripped += len(rows)
            if len(rows) < PIECE:
                return stripped

    def _sweep_look(self, topic: str, key: str, ids: Set[str], names: Set[str], before: datetime | None,
                    told: Callable[[str, str], Sequence[Delivery]]) -> bool:  # fmt: skip
        where = (topic, key)
        while True:
            with self._database.write() as session:
                (text,) = session.execute("SELECT value FROM notes WHERE topic = ? AND key = ?", where).fetchone()
                there = json.loads(text)
                fresh = without_words(there, ids, names) if before is None else without_the_old(there, before)
                if fresh == there:
                    return False
                written = session.execute(
                    "UPDATE notes SET value = ? WHERE topic = ? AND key = ? AND value = ?",
                    (json.dumps(fresh), *where, text),
                )
                if written.rowcount == 1:  # else somebody changed it meanwhile
                    if leaves := told(topic, key):
                        put_deliveries(session, leaves)
                        self._database.announce(session)
                    return True

    def _sweep(self, table: str, key: tuple[str, ...], body: str, ids: Set[str], names: Set[str]) -> int:
        order = ", ".join(key)
        after: tuple[str, ...] = ("",) * len(key)
        changed = 0
        while True:
            marks = ", ".join("?" * len(key))
            with self._database.read() as session:
                rows = session.execute(
                    f"SELECT {order}, {body} FROM {table} WHERE ({order}) > ({marks}) ORDER BY {order} LIMIT {PIECE}",  # noqa: S608
                    after,
                ).fetchall()
            if not rows:
                return changed
            after = tuple(rows[-1][: len(key)])
            found = [(scrubbed, *row[:-1]) for row in rows if (scrubbed := swept_text(row[-1], ids, names)) is not None]
            if found:
                where = " AND ".join(f"{column} = ?" for column in key)
                with self._database.write() as session:
                    session.executemany(f"UPDATE {table} SET {body} = ? WHERE {where}", found)  # noqa: S608
                changed += len(found)


def redact(session: Session, erased: Submission, names: Set[str]) -> dict[str, list[Any]]:
    """Takes words and names out of the events, the deliveries and the remembered reply of a submission; its pictures,
    those of its earlier versions too, go where no other shows them. Answers what its event shall say: the `positions`
    of those events that no earlier erasure had touched, and `unsent`, the ids of the approvals that still waited for
    the publisher."""
    submission_id = erased.id
    positions, unsent = list[int](), list[str]()
    pictures = {
        sha256
        for (sha256,) in session.execute(
            "SELECT sha256 FROM rejected_pictures WHERE submission_id = ?", (submission_id,)
        ).fetchall()
    }
    for position, kind, actor, data, content in session.execute(
        "SELECT position, kind, actor, data, content FROM events WHERE submission_id = ? ORDER BY position",
        (submission_id,),
    ).fetchall():
        if kind == KIND:
            continue
        kept = json.loads(data)
        if isinstance(kept.get("picture"), str):  # it was looked at
            pictures.add(kept["picture"])
        fresh = scrub(kept, names)
        who = NOBODY if actor.casefold() in names else actor
        if (fresh, who) == (kept, actor):
            continue
        session.execute(
            "UPDATE events SET actor = ?, data = ?, content = ? WHERE position = ?",
            (who, chain.canonical(fresh), content or chain.content_hash(actor, kept), position),
        )
        if content is None:
            positions.append(int(position))
    # What a cluster quoted belongs to several submissions, and its event to none.
    for position, actor, data, content in session.execute(
        "SELECT position, actor, data, content FROM events WHERE kind = 'cluster.found' AND data LIKE ?"
        " ORDER BY position",
        (f'%"{submission_id}"%',),
    ).fetchall():
        kept = json.loads(data)
        fresh = without_words(kept, {submission_id}, frozenset())
        if fresh == kept:
            continue
        written = session.execute(
            "UPDATE events SET data = ?, content = ? WHERE position = ? AND data = ?",
            (chain.canonical(fresh), content or chain.content_hash(actor, kept), position, data),
        )
        if written.rowcount != 1:
            raise Stale(MEANWHILE)
        if content is None:
            positions.append(int(position))
    for id_, created_at, payload in session.execute(
        "SELECT id, created_at, payload FROM deliveries WHERE submission_id = ? ORDER BY position", (submission_id,)
    ).fetchall():
        fresh = stripped_text(payload, names)
        session.execute("UPDATE deliveries SET payload = ?, last_error = '' WHERE id = ?", (fresh, id_))
        # Whatever has lost its words is not sent again without them, should it be given up. What this erasure itself
        # tells the publisher never had any.
        if fresh != payload and erased.erased_at is not None and created_at < stamp(erased.erased_at):
            session.execute("UPDATE deliveries SET bare = 1 WHERE id = ?", (id_,))
        if _is_approval(fresh):
            # It keeps its place: what tells of the withdrawal must not overtake a try that is on its way.
            waits = session.execute(
                "UPDATE deliveries SET last_error = ? WHERE id = ? AND state = 'waiting'", (UNSENT, id_)
            )
            unsent += [id_] * waits.rowcount
    if erased.draft.bot is not None:  # a bot's reply is remembered at the very moment when it became a submission
        session.execute(
            "UPDATE replies SET text = ?, conversation = NULL WHERE bot = ? AND at = ?",
            (ERASED, erased.draft.bot, stamp(erased.created_at)),
        )
    erase_unshown(session, pictures)
    return {"positions": positions, "unsent": unsent}


def _is_approval(payload: str) -> bool:
    told = json.loads(payload)
    return isinstance(told, dict) and told.get("type") == APPROVED
