"""All that a check wants to know of a bot, in one statement: on PostgreSQL each is a trip to the server and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from review_gate.adapters.stores.database import Database, moment, stamp
from review_gate.adapters.stores.replies import REPLY, read_breaker, read_reply, read_trace
from review_gate.adapters.stores.templates import read_template
from review_gate.domain.breaker import LONGEST
from review_gate.domain.change import Trace
from review_gate.domain.known import INSIDE, SHOWN, Asked, Known

COLUMNS = tuple(REPLY.split(", "))

BETWEEN, AFTER = "\x1f", "\x1e"
"""Between the parts of a trace, and between traces: no policy names such signs as words to watch."""

_ID, _TEXT, _AT, _SAYING = (1 + COLUMNS.index(name) for name in ("id", "text", "at", "saying"))


def _part(name: str, source: str, columns: Mapping[str, str]) -> str:
    """Rows in the shape of a reply, under a name: `columns` says what stands where, the rest is NULL."""
    return f"SELECT '{name}' AS part, {', '.join(columns.get(c, 'NULL') for c in COLUMNS)} FROM {source}"  # noqa: S608


def _last(name: str, columns: str, where: str, limit: int) -> str:
    """The newest replies."""
    newest = f"SELECT {columns} FROM replies WHERE {where} ORDER BY at DESC, position DESC LIMIT {limit}"  # noqa: S608
    return _part(name, f"({newest}) AS newest", {column: column for column in columns.split(", ")})


def _traces(string_agg: str) -> str:
    """The bot's newest traces as one text: of these there are hundreds, and a row for each took three times as long."""
    parts = f" || '{BETWEEN}' || ".join(("at", "coalesce(CAST(saying AS TEXT), '')", "action", "marks"))
    newest = (
        f"SELECT {parts} AS trace FROM replies WHERE bot = ? AND at >= ?"  # noqa: S608
        f" ORDER BY at DESC, position DESC LIMIT {LONGEST}"
    )
    return _part("trace", f"({newest}) AS newest", {"text": f"{string_agg}(trace, '{AFTER}')"})


# The limits stand in it as numbers, so that PostgreSQL can plan it once and for all.
@cache
def _known(string_agg: str) -> str:
    return " UNION ALL ".join((
    _last("same", REPLY, "saying = ? AND at >= ?", SHOWN),
    _last("recent", REPLY, "bot = ? AND conversation = ? AND at >= ?", INSIDE),
    _traces(string_agg),
    _part("times", "(SELECT 1 FROM replies WHERE saying = ? AND at >= ? LIMIT ?) AS found", {"saying": "count(*)"}),
    _part("saying", "sayings WHERE key = ?", {"at": "last_at", "id": "allowed_by"}),
    _part("breaker", "bots WHERE bot = ?", {"text": "body"}),
    _part("template", "templates", {"id": "name", "text": "body", "saying": "uses"}),
))  # fmt: skip


class SqlKnown:
    _database: Database

    def known(self, asked: Asked) -> Known:
        bot, saying, since = asked.bot, asked.saying, stamp(asked.since)
        parameters = (
            *(saying, since),
            *(bot, asked.conversation, since),
            *(bot, stamp(asked.traces_since)),
            *(saying, stamp(asked.hour), asked.often),
            saying,
            bot,
        )
        with self._database.read() as session:
            rows = session.execute(_known(self._database.string_agg), parameters).fetchall()
        parts: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            parts[row[0]].append(row)
        for part in parts.values():  # each came newest first, which a UNION does not promise
            part.reverse()
        for name, column in (("recent", _AT), ("same", _AT), ("template", _ID)):
            parts[name].sort(key=itemgetter(column))
        (times,), (traces,), said = parts["times"], parts["trace"], parts["saying"]
        return Known(
            breaker=next((read_breaker(row[_TEXT]) for row in parts["breaker"]), None),
            traces=tuple(map(_trace, sorted(traces[_TEXT].split(AFTER)))) if traces[_TEXT] else (),
            recent=tuple(read_reply(row[1:]) for row in parts["recent"]),
            said_at=moment(said[0][_AT]) if said else None,
            allowed_by=said[0][_ID] if said else None,
            same=tuple(read_reply(row[1:]) for row in parts["same"]),
            times=times[_SAYING],
            templates=tuple(read_template(row[_TEXT], row[_SAYING]) for row in parts["template"]),
        )


@lru_cache(maxsize=16_384)  # each check reads a bot's last few hundred, of which all but one or two were read before
def _trace(text: str) -> Trace:
    at, saying, action, marks = text.split(BETWEEN)
    return read_trace(at, int(saying) if saying else None, marks, action)
