"""The store over any SQL database that can do what `database.Database` asks."""

from __future__ import annotations

from review_gate.adapters.stores.database import Database
from review_gate.adapters.stores.notes import SqlKeys, SqlNotes
from review_gate.adapters.stores.outbox import SqlOutbox
from review_gate.adapters.stores.submissions import SqlSubmissions


class SqlStore(SqlSubmissions, SqlOutbox, SqlNotes, SqlKeys):
    """Everything `ports.Store` asks for. Takes over `database` and closes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        return self._database

    def close(self) -> None:
        self._database.close()
