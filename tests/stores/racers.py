"""What the racing processes of test_races.py run. Each opens the store for itself, as a node would."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from review_gate.adapters.stores import open_store
from review_gate.adapters.stores.postgres import PostgresDatabase
from review_gate.domain.change import Change, DeliveryKind, Event
from review_gate.domain.errors import Stale
from review_gate.domain.submission import State
from tests.stores.made import NOON, event, next_version, opening, submission

PATIENCE = 60


def decide(url: str, name: str, ids: list[str], start: Barrier, tell: Connection) -> None:
    """Decides about each submission at version 1, at the same moment as the other process; tells which it won."""
    won = []
    store = open_store(url)
    try:
        for submission_id in ids:
            seen = store.submission(submission_id)
            assert seen is not None
            change = next_version(seen, state=State.APPROVED, author=name)
            change = replace(change, events=(_by(name, change),), deliveries=())
            start.wait(PATIENCE)
            try:
                store.commit(change)
                won.append(submission_id)
            except Stale:
                pass
            start.wait(PATIENCE)
    finally:
        store.close()
    tell.send((name, won))


def _by(name: str, change: Change) -> Event:
    """An event whose id no other process makes."""
    made = event(change.submission)
    return replace(made, id=f"{name}-{made.id}", actor=name)


def claim(url: str, name: str, start: Barrier, tell: Connection) -> None:
    """Claims deliveries, a few at a time, until none is left; tells which it got, in order."""
    got: list[str] = []
    store = open_store(url)
    try:
        start.wait(PATIENCE)
        while claimed := store.claim_deliveries(DeliveryKind.WEBHOOK, NOON, limit=3):
            for one in claimed:
                got.append(one.id)
                store.delivered(one.id, NOON)
    finally:
        store.close()
    tell.send((name, got))


def migrate(url: str, name: str, start: Barrier, tell: Connection) -> None:
    """Opens a database that is not there yet at the same moment as others."""
    start.wait(PATIENCE)
    store = open_store(url)
    try:
        made = store.put_note_once("test", "first", {"by": name})
    finally:
        store.close()
    tell.send((name, made["by"]))


def freeze_in_the_log(url: str, patience: float, tell: Connection) -> None:
    """Stops (SIGSTOP) while it holds the lock of the audit log; tells how its transaction ended once it goes on."""
    database = PostgresDatabase(url, patience=patience)
    try:
        with database.write() as session:
            database.lock_log(session)
            session.execute("INSERT INTO notes (topic, key, value) VALUES ('half', 'done', '{}')")
            tell.send("holding the lock")
            os.kill(os.getpid(), signal.SIGSTOP)
            session.execute("SELECT 1")
        tell.send("committed")
    except Exception as error:
        tell.send(type(error).__name__)
    finally:
        database.close()


def write_forever(url: str, name: str, start: Barrier, tell: Connection) -> None:
    """Commits until it is killed, and tells of each submission only after its commit."""
    store = open_store(url)
    start.wait(PATIENCE)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        made = submission(id=f"{name}-{time.monotonic_ns()}")
        change = opening(made)
        one = replace(change.deliveries[0], id=f"{name}-{change.deliveries[0].id}")
        store.commit(replace(change, events=(_by(name, change),), deliveries=(one,)))
        tell.send((name, made.id))
