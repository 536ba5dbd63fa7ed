"""SQLite: one file in WAL mode, one writing connection and a few reading ones for each process."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, RLock

import sqlite_utils
from sqlite_utils.migrations import Migrations

from review_gate.adapters.stores.database import BUSY, FULL, Session
from review_gate.adapters.stores.schema import MIGRATIONS, Migration, Types, refuse_newer
from review_gate.domain.message import Message
from review_gate.ports import StoreError, StoreFull

TYPES = Types(text="TEXT", blob="BLOB", counter="INTEGER PRIMARY KEY")
CACHE_KIB = 32 * 1024
"""So much of the file each connection keeps at most: with a million remembered replies SQLite's own 2 MiB thrash."""

BUSY_SECONDS = 10.0
"""How long a process waits for another one's transaction before it gives up."""


BUSY_LOOK_SECONDS = 0.002
"""How often it looks meanwhile whether it is its turn."""

NO_SPACE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
"""A disk without space; a quota or a limit on the size of files reads as a write that fails."""

LOOK_SECONDS = 0.05
"""How often one who listens looks whether another connection has committed."""


class SqliteDatabase:
    """`path` is a file or ':memory:'; file and folder are made unless `create` is false. `durable` survives a power
    cut (synchronous FULL); without it the last commits before one may be lost, the file stays whole. Raises
    StoreError when it cannot be opened.

    Not to be carried over a fork: each process opens its own.
    """

    skip_locked = ""  # BEGIN IMMEDIATE has locked out the other couriers already

    def __init__(self, path: str, *, create: bool = True, durable: bool = True) -> None:
        self._path = path
        self._durable = durable
        self._synchronous = ""  # of the writing connection, as set last
        self._memory = path == ":memory:"
        self._writing = RLock()
        self._guard = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        if not self._memory:
            _prepare_file(path, create)
        try:
            self._writer = self._connect()
            self._writer.execute("PRAGMA busy_timeout = 0")  # `_begin` waits by itself
        except sqlite3.Error as error:
            raise _refused(path, error) from error

    def _connect(self) -> sqlite3.Connection:
        # isolation_level None: transactions begin where this module says so, never by themselves.
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            if not self._memory:
                _switch_to_wal(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Session]:
        with self._writing:
            self._refuse_closed()
            connection = self._writer
            self._synchronise(durable)
            _begin(connection)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode in NO_SPACE:
                    raise StoreFull(FULL) from error
                raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        if self._memory:  # every connection would be another, empty database
            with self._writing:
                self._refuse_closed()
                yield self._writer
            return
        connection = self._borrow()
        try:
            yield connection
        finally:
            self._give_back(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        with self.read() as session:
            session.execute("BEGIN")
            try:
                yield session
            finally:
                session.execute("ROLLBACK")

    def _synchronise(self, durable: bool) -> None:
        wanted = "FULL" if durable and self._durable else "NORMAL"
        if wanted != self._synchronous:
            self._writer.execute(f"PRAGMA synchronous = {wanted}")
            self._synchronous = wanted

    def _borrow(self) -> sqlite3.Connection:
        with self._guard:
            self._refuse_closed()
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreError(Message("The store is closed.", "La base est fermée."))

    def lock_log(self, session: Session) -> None:
        """Nothing to do: a writing transaction is the only one there is."""

    def announce(self, session: Session) -> None:
        """Nothing to do: who listens sees that the file has changed."""

    def listen(self, stop: threading.Event) -> Iterator[None]:
        if self._memory:
            while not stop.wait(LOOK_SECONDS):
                yield
            return
        connection = self._connect()
        try:
            before = None
            while not stop.is_set():
                now = connection.execute("PRAGMA data_version").fetchone()  # reads one number of shared memory
                if now != before:
                    before = now
                    yield
                stop.wait(LOOK_SECONDS)
        finally:
            connection.close()

    def after_copy(self, session: Session) -> None:
        """Nothing to do: SQLite goes on after the highest position by itself."""

    def migrate(self) -> Sequence[str]:
        database = sqlite_utils.Database(self._writer)
        known = _migrations()
        # sqlite-utils would begin plainly, and two processes that migrate at once would fail: this takes the write
        # lock first, and its own transactions become savepoints inside.
        try:
            with self.write():
                refuse_newer({done.name for done in known.applied(database)})
                pending = [migration.name for migration in known.pending(database)]
                if pending:
                    known.apply(database)
        except sqlite3.DatabaseError as error:
            raise _refused(self._path, error) from error
        return pending

    def damage(self) -> Sequence[str]:
        try:
            with self.read() as session:
                lines = [str(row[0]) for row in session.execute("PRAGMA integrity_check(5)").fetchall()]
        except sqlite3.DatabaseError as error:  # so damaged that not even the check runs
            return [str(error)]
        return [] if lines == ["ok"] else lines

    def close(self) -> None:
        with self._writing, self._guard:
            if self._closed:
                return
            self._closed = True
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()


def _begin(connection: sqlite3.Connection) -> None:
    """Waits for its turn to write, BUSY_SECONDS at most. SQLite's own waiting sleeps up to 100 ms between two looks,
    and so loses against whoever came later: short looks are fairer, and the slowest of many writers waits less."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")  # a plain BEGIN fails when it has to become a writer later on
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy:
                raise
            if time.monotonic() > until:
                raise StoreError(BUSY) from error
            time.sleep(BUSY_LOOK_SECONDS)
        else:
            return


def _migrations() -> Migrations:
    known = Migrations("review_gate")
    for migration in MIGRATIONS:
        known(name=migration.name)(_applying(migration))
    return known


def _applying(migration: Migration) -> Callable[[sqlite_utils.Database], None]:
    def apply(database: sqlite_utils.Database, /) -> None:
        for statement in migration.sql(TYPES):
            database.execute(statement)

    return apply


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Two processes that open a new file at once can find it locked here, and SQLite does not wait by itself."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _prepare_file(path: str, create: bool) -> None:
    """Makes the folder, and the file readable by its owner alone: it holds drafts and signing keys."""
    try:
        if create:
            Path(path).absolute().parent.mkdir(parents=True, exist_ok=True)
        # Not opened when it is there: closing it again would drop the locks that another connection of this process
        # holds on it (POSIX: closing any descriptor of a file does), and SQLite would take it for unused.
        if not os.path.exists(path):
            os.close(os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600))
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error


def _unusable(path: str, why: str) -> StoreError:
    return StoreError(
        Message(
            f"Cannot use the database file '{path}': {why}. Check the path, the rights and the space on the disk.",
            f"Le fichier de base de données « {path} » est inutilisable : {why}. Vérifiez le chemin, les droits et "
            "l'espace disque.",
        )
    )


def _refused(path: str, error: sqlite3.Error) -> StoreError:
    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
        return _unusable(path, str(error))
    return StoreError(
        Message(
            f"The database file '{path}' is damaged ({error}). Nothing was changed. Keep a copy of it, then restore "
            "the last backup (docs/operations.md, Backups).",
            f"Le fichier de base de données « {path} » est endommagé ({error}). Rien n'a été modifié. Gardez-en une "
            "copie, puis restaurez la dernière sauvegarde (docs/operations.md, Backups).",
        )
    )
