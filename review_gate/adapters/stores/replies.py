"""What bots have said, and their switches, in portable SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from review_gate.adapters.stores.database import Database, Session, moment, stamp
from review_gate.domain.breaker import Breaker
from review_gate.domain.change import RememberedReply, Saying, Trace
from review_gate.domain.errors import Stale
from review_gate.domain.message import Message
from review_gate.domain.repetition import DATED
from review_gate.domain.verdict import Action
from review_gate.ports import WentOut

_breaker: TypeAdapter[Breaker] = TypeAdapter(Breaker)

BAND_COLUMNS = tuple(f"band{n}" for n in range(8))
REPLY = "id, bot, conversation, text, fingerprint, at, action, saying, marks, score"
INSERT_REPLY = f"INSERT INTO replies ({REPLY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
SAYING = f"key, bot, words, last_at, allowed_by, {', '.join(BAND_COLUMNS)}"
PUT_SAYING = (
    f"INSERT INTO sayings ({SAYING}, vector) VALUES ({', '.join('?' * (6 + len(BAND_COLUMNS)))})"  # noqa: S608
    " ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at,"
    " allowed_by = coalesce(excluded.allowed_by, sayings.allowed_by)"
)
LIKE = " OR ".join(f"{column} = ?" for column in BAND_COLUMNS)
ACTIONS = {action.value: action for action in Action}
EXACT = f"SELECT {SAYING} FROM sayings WHERE key = ?"  # noqa: S608 - names only
EXACT_OR_LIKE = (
    f"{EXACT} UNION ALL SELECT * FROM (SELECT {SAYING} FROM sayings WHERE ({LIKE})"  # noqa: S608
    " AND NOT EXISTS (SELECT 1 FROM sayings WHERE key = ?) LIMIT ?) AS alike"
)
PIECE = 1000
"""So many sayings or replies are forgotten in one transaction: nobody waits long for it."""


class SqlReplies:
    _database: Database

    def recent_replies(
        self, bot: str, since: datetime, limit: int = 1000, conversation: str | None = None
    ) -> Sequence[RememberedReply]:
        inside = "" if conversation is None else "AND conversation = ?"
        which = (bot,) if conversation is None else (bot, conversation)
        return self._replies(f"bot = ? {inside} AND at >= ?", (*which, stamp(since)), limit)

    def replies_saying(self, saying: int, since: datetime, limit: int = 3) -> Sequence[RememberedReply]:
        return self._replies("saying = ? AND at >= ?", (saying, stamp(since)), limit)

    def _replies(self, where: str, parameters: Sequence[Any], limit: int) -> Sequence[RememberedReply]:
        with self._database.read() as session:
            rows = session.execute(
                f"SELECT {REPLY} FROM replies WHERE {where} ORDER BY at DESC, position DESC LIMIT ?",  # noqa: S608
                (*parameters, limit),
            ).fetchall()
        return [read_reply(row) for row in reversed(rows)]

    def count_saying(self, saying: int, since: datetime, most: int = 1000) -> int:
        with self._database.read() as session:
            row = session.execute(
                "SELECT count(*) FROM (SELECT 1 FROM replies WHERE saying = ? AND at >= ? LIMIT ?) AS found",
                (saying, stamp(since), most),
            ).fetchone()
        return int(row[0])

    def said_to(self, saying: int, since: datetime, most: int = 1000) -> tuple[int, int]:
        with self._database.read() as session:
            row = session.execute(
                "SELECT count(*), count(DISTINCT coalesce(conversation, id)) FROM"
                " (SELECT id, conversation FROM replies WHERE saying = ? AND at >= ? LIMIT ?) AS found",
                (saying, stamp(since), most),
            ).fetchone()
        return int(row[0]), int(row[1])

    def traces(self, bot: str, since: datetime, limit: int = 256) -> Sequence[Trace]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT at, saying, marks, action FROM replies WHERE bot = ? AND at >= ?"
                " ORDER BY at DESC, position DESC LIMIT ?",
                (bot, stamp(since), limit),
            ).fetchall()
        return [read_trace(*row) for row in rows[::-1]]

    def sayings_like(self, key: int, bands: Sequence[int], limit: int = 400) -> Sequence[Saying]:
        sql = EXACT_OR_LIKE if bands else EXACT
        parameters = (key, *bands, key, limit) if bands else (key,)
        with self._database.read() as session:
            rows = session.execute(sql, parameters).fetchall()
        return [
            Saying(key, bot, words, tuple(n for n in found if n is not None), moment(last), allowed)
            for key, bot, words, last, allowed, *found in rows
        ]

    def vectors(self, keys: Sequence[int]) -> Mapping[int, bytes]:
        if not keys:
            return {}
        # Asked about a power of two of keys, some of them twice: each length is another statement to prepare.
        length = 1 << (len(keys) - 1).bit_length()
        marks = ", ".join("?" * length)
        with self._database.read() as session:
            rows = session.execute(
                f"SELECT key, vector FROM sayings WHERE key IN ({marks}) AND vector IS NOT NULL",  # noqa: S608
                (*keys, *[keys[0]] * (length - len(keys))),
            ).fetchall()
        return {key: bytes(vector) for key, vector in rows}

    def past_vectors(self, bot: str, before: datetime, replies: int) -> Sequence[bytes]:
        with self._database.read() as session:
            rows = session.execute(
                "SELECT vector FROM sayings WHERE vector IS NOT NULL AND key IN (SELECT saying FROM"
                " (SELECT saying, action FROM replies WHERE bot = ? AND at < ? AND saying IS NOT NULL"
                " ORDER BY at DESC LIMIT ?) AS recent WHERE action = ?)",
                (bot, stamp(before), replies, Action.ALLOW.value),
            ).fetchall()
        return [bytes(row[0]) for row in rows]

    def went_out(self, since: datetime, until: datetime, borders: Sequence[float]) -> Sequence[WentOut]:
        hundredths = self._database.whole_part.format("score * 100 + 1e-9")
        with self._database.read() as session:
            rows = session.execute(
                f"SELECT bot, {_reached(borders)}, {hundredths}, count(*) FROM replies"  # noqa: S608
                " WHERE at >= ? AND at < ? AND action = ? GROUP BY 1, 2, 3",
                (stamp(since), stamp(until), Action.ALLOW.value),
            ).fetchall()
        return [WentOut(*row) for row in rows]

    def went_out_id(
        self, since: datetime, until: datetime, borders: Sequence[float], which: tuple[str, int], place: int
    ) -> str | None:
        bot, reached = which
        with self._database.read() as session:
            row = session.execute(
                f"SELECT id FROM replies WHERE {_reached(borders)} = ? AND bot = ? AND at >= ? AND at < ?"  # noqa: S608
                " AND action = ? ORDER BY at, position LIMIT 1 OFFSET ?",
                (reached, bot, stamp(since), stamp(until), Action.ALLOW.value, place),
            ).fetchone()
        return None if row is None else str(row[0])

    def replies_by_id(self, ids: Sequence[str]) -> Sequence[RememberedReply]:
        if not ids:
            return []
        marks = ", ".join("?" * len(ids))
        return self._replies(f"id IN ({marks})", ids, len(ids))

    def forget(self, before: datetime, at_most: int) -> int:
        limit, gone = stamp(before), 0
        with self._database.read() as session:
            newest = session.execute("SELECT max(position) FROM replies").fetchone()[0] or 0
        for where, parameter in (("at < ? ORDER BY at", limit), ("position <= ? ORDER BY position", newest - at_most)):
            gone += self._drop("replies", "position", where, parameter)
        self._drop("sayings", "key", "allowed_by IS NULL AND last_at < ? ORDER BY last_at", stamp(before - DATED))
        return gone

    def _drop(self, table: str, key: str, where: str, parameter: str | int) -> int:
        gone = 0
        while True:
            with self._database.write() as session:
                dropped = session.execute(
                    f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {where} LIMIT ?)",  # noqa: S608
                    (parameter, PIECE),
                ).rowcount
            gone += dropped
            if dropped < PIECE:
                return gone

    def breaker(self, bot: str) -> Breaker | None:
        with self._database.read() as session:
            row = session.execute("SELECT body FROM bots WHERE bot = ?", (bot,)).fetchone()
        return None if row is None else read_breaker(row[0])

    def breakers(self) -> Sequence[Breaker]:
        with self._database.read() as session:
            rows = session.execute("SELECT body FROM bots ORDER BY bot").fetchall()
        return [read_breaker(row[0]) for row in rows]


def _reached(borders: Sequence[float]) -> str:
    """How many of `borders` a score reaches, as SQL."""
    return f"({' + '.join(f'CASE WHEN score >= {border!r} THEN 1 ELSE 0 END' for border in borders)})"


def put_replies(session: Session, sayings: Sequence[Saying], replies: Sequence[RememberedReply]) -> None:
    if sayings:
        session.executemany(PUT_SAYING, [saying_row(saying) for saying in sayings])
    if replies:
        session.executemany(INSERT_REPLY, [reply_row(reply) for reply in replies])


def saying_row(saying: Saying) -> tuple[Any, ...]:
    """What goes into PUT_SAYING."""
    s = saying
    bands = (*s.bands, *[None] * (len(BAND_COLUMNS) - len(s.bands)))
    return (s.key, s.bot, s.words, stamp(s.last_at), s.allowed_by, *bands, s.vector or None)


def reply_row(reply: RememberedReply) -> tuple[Any, ...]:
    """What goes into INSERT_REPLY."""
    r = reply
    return (r.id, r.bot, r.conversation, r.text, r.fingerprint, stamp(r.at), r.action.value, r.saying,
            "\n".join(r.marks), r.score)  # fmt: skip


def put_breaker(session: Session, breaker: Breaker) -> None:
    """Raises Stale when the breaker that is there is not the one before this."""
    body = _breaker.dump_json(breaker).decode()
    if breaker.version == 1:
        written = session.execute(
            "INSERT INTO bots (bot, version, state, body) VALUES (?, 1, ?, ?) ON CONFLICT (bot) DO NOTHING",
            (breaker.bot, breaker.state.value, body),
        )
    else:
        written = session.execute(
            "UPDATE bots SET version = ?, state = ?, body = ? WHERE bot = ? AND version = ?",
            (breaker.version, breaker.state.value, body, breaker.bot, breaker.version - 1),
        )
    if written.rowcount != 1:
        raise Stale(
            Message(
                f"Somebody else switched the bot '{breaker.bot}' first: look at it again.",
                f"Quelqu'un a modifié l'état du bot « {breaker.bot} » entre-temps : regardez à nouveau.",
            )
        )


def read_reply(row: Sequence[Any]) -> RememberedReply:
    """From the columns of REPLY."""
    id_, bot, conversation, text, fingerprint, at, action, saying, marks, score = row
    return RememberedReply(
        id_, bot, conversation, text, bytes(fingerprint), moment(at), Action(action), saying, _split(marks), score
    )


def read_trace(at: str, saying: int | None, marks: str, action: str) -> Trace:
    return Trace(moment(at), saying, _split(marks), ACTIONS[action])


@lru_cache(maxsize=256)
def read_breaker(body: str) -> Breaker:
    return _breaker.validate_json(body)


def _split(marks: str) -> tuple[str, ...]:
    return tuple(marks.split("\n")) if marks else ()
