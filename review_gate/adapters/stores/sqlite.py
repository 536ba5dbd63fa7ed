"""SQLite: one file in WAL mode, one writing connection and a few reading ones for each process."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock, RLock

import sqlite_utils
from sqlite_utils.migrations import Migrations

from review_gate.adapters.stores.database import BUSY, Insert, Session
from review_gate.adapters.stores.schema import MIGRATIONS, Migration, Types, refuse_newer
from review_gate.adapters.stores.sqlite_file import Watch, prepare_file
from review_gate.adapters.stores.sqlite_words import is_broken, refused, trouble_of
from review_gate.domain.message import Message
from review_gate.ports import StoreBroken, StoreError

TYPES = Types(text="TEXT", blob="BLOB", counter="INTEGER PRIMARY KEY")
CACHE_KIB = 32 * 1024
"""So much of the file each connection keeps at most: with a million remembered replies SQLite's own 2 MiB thrash."""

BUSY_SECONDS = 10.0
"""How long a process waits for another one's transaction before it gives up."""

BUSY_LOOK_SECONDS = 0.002
"""How often it looks meanwhile whether it is its turn."""

LOOK_SECONDS = 0.05
"""How often one who listens looks whether another connection has committed."""


class SqliteDatabase:
    """`path` is a file or ':memory:'; file and folder are made unless `create` is false. `durable` survives a power
    cut (synchronous FULL); without it the last commits before one may be lost, the file stays whole. Raises
    StoreError when it cannot be opened.

    Not to be carried over a fork: each process opens its own.
    """

    string_agg = "group_concat"  # string_agg only from 3.44 on
    whole_part = "CAST({} AS INTEGER)"
    skip_locked = ""  # BEGIN IMMEDIATE has locked out the other couriers already

    def __init__(self, path: str, *, create: bool = True, durable: bool = True) -> None:
        self._path = path
        self._durable = durable
        self._synchronous = ""  # of the writing connection, as set last
        self._writes: sqlite3.Connection | None = None
        self._memory = path == ":memory:"
        self._writing = RLock()
        self._guard = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._watch: Watch | None = None
        if not self._memory:
            prepare_file(path, create)
            self._watch = Watch(path)
        try:
            self._writer()
        except sqlite3.Error as error:
            raise refused(path, error) from error

    def _connect(self) -> sqlite3.Connection:
        self._look()  # the log of the one file must never be read into another
        # mode=rw: a file that is gone is an error, not a new and empty one.
        address = self._path if self._memory else f"{Path(self._path).absolute().as_uri()}?mode=rw"
        # isolation_level None: transactions begin where this module says so, never by themselves.
        connection = sqlite3.connect(
            address, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=not self._memory
        )
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
        with self._writing, self._told():
            self._refuse_closed()
            connection = self._writer()
            try:
                self._synchronise(connection, durable)
                _begin(connection)
                self._look()
                yield connection
                connection.execute("COMMIT")
            except BaseException as error:
                _roll_back(connection)
                if isinstance(error, sqlite3.Error) and is_broken(error) and not self._memory:
                    self._writes = None  # the next one may find the file as it should be
                    connection.close()
                raise

    def jot(self, inserts: Sequence[Insert]) -> None:
        with self.write(durable=False) as session:
            for sql, parameters in inserts:
                session.execute(sql, parameters)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        if self._memory:  # every connection would be another, empty database
            with self._writing:
                self._refuse_closed()
                yield self._writer()
            return
        with self._told():
            connection = self._borrow()
            try:
                yield connection
            except sqlite3.Error:
                connection.close()  # the next one may find the file as it should be
                raise
            except BaseException:
                self._give_back(connection)
                raise
            self._give_back(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        with self.read() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                _roll_back(connection)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Says of the system's errors what they mean; all others pass."""
        try:
            yield
        except sqlite3.Error as error:
            trouble = trouble_of(self._path, error)
            if trouble is None:
                raise
            raise trouble from error

    def _writer(self) -> sqlite3.Connection:
        if self._writes is None:
            self._writes = self._connect()
            self._writes.execute("PRAGMA busy_timeout = 0")  # `_begin` waits by itself
            self._synchronous = ""
        return self._writes

    def _synchronise(self, connection: sqlite3.Connection, durable: bool) -> None:
        wanted = "FULL" if durable and self._durable else "NORMAL"
        if wanted != self._synchronous:
            connection.execute(f"PRAGMA synchronous = {wanted}")
            self._synchronous = wanted

    def _borrow(self) -> sqlite3.Connection:
        self._look()
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

    def _look(self) -> None:
        if self._watch is not None:
            self._watch.look()

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
        with self._told(), closing(self._connect()) as connection:
            before = None
            while not stop.is_set():
                now = connection.execute("PRAGMA data_version").fetchone()  # reads one number of shared memory
                if now != before:
                    before = now
                    yield
                stop.wait(LOOK_SECONDS)

    def after_copy(self, session: Session) -> None:
        """Nothing to do: SQLite goes on after the highest position by itself."""

    def migrate(self) -> Sequence[str]:
        database = sqlite_utils.Database(self._writer())
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
            raise refused(self._path, error) from error
        return pending

    def damage(self) -> Sequence[str]:
        try:
            with self.read() as session:
                lines = [str(row[0]) for row in session.execute("PRAGMA integrity_check(5)").fetchall()]
        except StoreBroken as error:  # so damaged that not even the check runs
            return [str(error.__cause__ or error)]
        return [] if lines == ["ok"] else lines

    def unsafe_settings(self) -> Sequence[Message]:
        return []  # there is no server, and each connection is set here

    def close(self) -> None:
        with self._writing, self._guard:
            if self._closed:
                return
            self._closed = True
            for connection in (*self._idle, *([] if self._writes is None else [self._writes])):
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


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # after some errors SQLite has done it already
        connection.execute("ROLLBACK")


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
