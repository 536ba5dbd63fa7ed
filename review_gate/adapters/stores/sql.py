"""The store over any SQL database that can do what `database.Database` asks."""

from __future__ import annotations

from collections.abc import Iterator

from review_gate.adapters.stores.database import Database
from review_gate.adapters.stores.desk import SqlDesk
from review_gate.adapters.stores.erasing import SqlErasing
from review_gate.adapters.stores.incidents import SqlIncidents
from review_gate.adapters.stores.known import SqlKnown
from review_gate.adapters.stores.listing import Listing
from review_gate.adapters.stores.notes import SqlKeys, SqlNotes
from review_gate.adapters.stores.outbox import SqlOutbox
from review_gate.adapters.stores.outbox_damage import Damaged
from review_gate.adapters.stores.outcomes import SqlOutcomes
from review_gate.adapters.stores.pictures import SqlPictures
from review_gate.adapters.stores.records import SqlRecords
from review_gate.adapters.stores.replies import SqlReplies
from review_gate.adapters.stores.submissions import SqlSubmissions
from review_gate.adapters.stores.templates import SqlTemplates
from review_gate.adapters.stores.users import SqlUsers
from review_gate.adapters.stores.vitals import SqlVitals
from review_gate.ports import ChainedEvent


class SqlStore(
    SqlSubmissions,
    SqlReplies,
    SqlKnown,
    SqlTemplates,
    SqlOutcomes,
    SqlIncidents,
    SqlOutbox,
    SqlPictures,
    SqlNotes,
    SqlKeys,
    SqlUsers,
    SqlDesk,
    SqlVitals,
    SqlRecords,
    SqlErasing,
):
    """What `ports.Store`, `page_ports.PageStore`, `media_ports.MediaStore`, `operation_ports` ask for. Takes over
    `database` and closes it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._damaged = Damaged(database)
        self._listing = Listing(database)

    @property
    def database(self) -> Database:
        return self._database

    def log(self, batch: int = 1000) -> Iterator[ChainedEvent]:
        """The whole audit log, oldest first, read piece by piece."""
        position = 0
        while events := self.events(after=position, limit=batch):
            yield from events
            position = events[-1].position

    def close(self) -> None:
        self._database.close()
