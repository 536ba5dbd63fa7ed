"""Lists of submissions, around what cannot be read: a record that is damaged hides none of the others, and is named."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from review_gate.adapters.stores.database import Database
from review_gate.adapters.stores.serial import load_submission
from review_gate.domain.submission import Submission
from review_gate.ports import Page, StoreDamaged

log = logging.getLogger(__name__)

Read = TypeVar("Read")
DAMAGE = (StoreDamaged, UnicodeDecodeError)
"""What a database raises that meets a row it cannot read."""


class Listing:
    """Reads the bodies that a statement names. Safe to use from several threads; each record that cannot be read is
    logged once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told: set[str] = set()

    def page(
        self, key: str, rest: str, parameters: Sequence[Any], limit: int, cursor: Callable[[str, str], str]
    ) -> Page:
        """The first `limit` rows of submissions that `rest` (WHERE and ORDER BY) names. `cursor` makes the place of a
        row from its `key`, an expression of SQL, and its id."""
        rows = self._rows(key, f"{rest} LIMIT ?", (*parameters, limit + 1))
        more = cursor(*rows[limit - 1][1:]) if len(rows) > limit else None
        found = [(id_, self._read(id_, body, load_submission)) for body, _, id_ in rows[:limit]]
        return Page(
            tuple(one for _, one in found if one is not None), more, tuple(id_ for id_, one in found if one is None)
        )

    def one(self, submission_id: str) -> Submission | None:
        """The submission with this id, one that is there; None when it cannot be read."""
        return self._read(submission_id, self._body(submission_id), load_submission)

    def each(self, rest: str, parameters: Sequence[Any], load: Callable[[str], Read]) -> list[Read]:
        """What `load` makes of the bodies that can be read."""
        found = (self._read(id_, body, load) for body, _, id_ in self._rows("id", rest, parameters))
        return [one for one in found if one is not None]

    def _rows(self, key: str, rest: str, parameters: Sequence[Any]) -> list[tuple[str | Exception, str, str]]:
        """(body, key, id), with the error in place of a body that the database cannot read."""
        try:
            with self._database.read() as session:
                return session.execute(f"SELECT body, {key}, id FROM submissions {rest}", parameters).fetchall()  # noqa: S608
        except DAMAGE:  # one of the bodies, if the same rows can be told without them
            with self._database.read() as session:
                rows = session.execute(f"SELECT {key}, id FROM submissions {rest}", parameters).fetchall()  # noqa: S608
            return [(self._body(id_), at, id_) for at, id_ in rows]

    def _body(self, submission_id: str) -> str | Exception:
        try:
            with self._database.read() as session:
                row = session.execute("SELECT body FROM submissions WHERE id = ?", (submission_id,)).fetchone()
        except DAMAGE as error:
            return error
        return str(row[0])

    def _read(self, submission_id: str, body: str | Exception, load: Callable[[str], Read]) -> Read | None:
        try:
            if isinstance(body, Exception):
                raise body
            return load(body)
        except (*DAMAGE, ValueError, LookupError, TypeError) as error:
            if submission_id not in self._told:
                self._told.add(submission_id)
                # Not in the error's own words: they may repeat what somebody has written.
                log.error("Submission %s cannot be read (%s), lists go on", submission_id, type(error).__name__)
            return None
