"""What the portable store needs from a database, and the few conventions both databases share."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, Protocol

from review_gate.domain.message import Message

BUSY = Message(
    "The database did not answer in time. Nothing was written and nothing was allowed; it is safe to try again.",
    "La base de données n'a pas répondu à temps. Rien n'a été enregistré ni autorisé ; vous pouvez réessayer.",
)

FULL = Message(
    "The database's disk is full. Nothing was written and nothing was allowed. Free space on it, then try again: "
    "nothing has to be restarted.",
    "Le disque de la base de données est plein. Rien n'a été enregistré ni autorisé. Libérez de l'espace, puis "
    "réessayez : aucun redémarrage n'est nécessaire.",
)


Insert = tuple[str, Sequence[Any]]
"""A statement and its parameters."""


class Rows(Protocol):
    """What a statement gave back."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Session(Protocol):
    """A connection inside a transaction (or, from `read`, for single statements). Parameters are written `?`."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Rows: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object: ...


class Database(Protocol):
    """One SQL database. Safe to use from several threads; blocks must not be nested."""

    skip_locked: str
    """What to append to `SELECT … FROM deliveries AS d` so that two couriers never take the same row."""

    whole_part: str
    """What makes the whole part of a number in `{}`, towards zero: a CAST alone rounds in some databases."""

    string_agg: str
    """The name of the aggregate `(text, separator)` that joins texts."""

    def write(self, *, durable: bool = True) -> AbstractContextManager[Session]:
        """A transaction that commits at the end of the block and rolls back when the block raises.
        Raises StoreFull where the disk is full: nothing of the block was kept then.

        Without `durable` the commit does not wait for the disk: a power cut may undo it, whole and together with what
        came after it, never a part. A later durable one takes it along to safety.
        """

    def jot(self, inserts: Sequence[Insert]) -> None:
        """INSERTs that know nothing of one another, as a transaction of their own, not durable."""

    def read(self) -> AbstractContextManager[Session]:
        """For single statements that only read."""

    def snapshot(self) -> AbstractContextManager[Session]:
        """For several statements that must see the same moment."""

    def lock_log(self, session: Session) -> None:
        """Makes this transaction the only one that appends to the audit log, until it ends."""

    def announce(self, session: Session) -> None:
        """Lets those who `listen` know, once this transaction is committed, that something is in the outbox."""

    def listen(self, stop: threading.Event) -> Iterator[None]:
        """Yields whenever something may have been put into the outbox since the last time, until `stop` is set.

        May yield for nothing; may miss something. Raises what the database raises when it goes away.
        """

    def after_copy(self, session: Session) -> None:
        """Lets automatic positions go on after those that were written by hand."""

    def migrate(self) -> Sequence[str]:
        """Brings the schema up to date and names the migrations it applied; safe to call from several processes.

        Raises StoreError when the schema is newer than the program.
        """

    def damage(self) -> Sequence[str]:
        """What the database finds wrong with its own files, at most a few lines; empty for nothing."""

    def unsafe_settings(self) -> Sequence[Message]:
        """Settings of the server with which a power cut takes what is committed, each with what to do; empty for
        none."""

    def close(self) -> None: ...


def stamp(at: datetime) -> str:
    """`at` in UTC as text of fixed width, so that texts sort as the times do. Raises ValueError without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {at.isoformat()}")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def moment(text: str) -> datetime:
    """The time that `stamp` wrote."""
    return datetime.fromisoformat(text)
