"""The bell that wakes couriers: rings for what was committed, on both databases, and after a lost connection too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from review_gate.adapters.stores import SqlStore
from review_gate.adapters.stores.bell import Bell
from review_gate.domain.change import Change, DeliveryKind
from tests.stores.made import NOON, delivery

Open = Callable[[str], SqlStore]
PATIENCE = 60.0


@contextmanager
def listening(store: SqlStore) -> Iterator[Bell]:
    stop = threading.Event()
    bell = Bell(store.database, stop)
    bell.start()
    try:
        yield bell
    finally:
        stop.set()
        bell.join()


def heard(bell: Bell, put: Callable[[], object]) -> None:
    """Puts something, again and again, until the bell rings: a listener may not have begun yet."""
    count = bell.after(-1, 0)
    until = time.monotonic() + PATIENCE
    while bell.after(count, 0.2) == count:
        assert time.monotonic() < until, "the bell did not ring"
        put()


def settled(bell: Bell) -> int:
    """The number of rings once none has come for a while."""
    count = bell.after(-1, 0)
    while (now := bell.after(count, 0.5)) != count:
        count = now
    return count


def put(store: SqlStore) -> None:
    store.commit(Change(deliveries=(delivery(),)))


def test_rings_for_what_another_process_commits(url: str, open_url: Open) -> None:
    here, there = open_url(url), open_url(url)
    with listening(here) as bell:
        heard(bell, lambda: put(there))


def test_rings_for_a_dead_letter_that_is_replayed(store: SqlStore) -> None:
    put(store)
    (one,) = store.claim_deliveries(DeliveryKind.WEBHOOK, NOON)
    with listening(store) as bell:

        def again() -> None:
            store.failed(one.id, NOON, "no", None)
            assert store.replay(one.id, NOON)

        heard(bell, again)


def test_nothing_rings_for_what_is_rolled_back(postgres_url: str, open_url: Open) -> None:
    store = open_url(postgres_url)
    with listening(store) as bell:
        heard(bell, lambda: put(store))
        count = settled(bell)
        with pytest.raises(ZeroDivisionError), store.database.write() as session:
            store.database.announce(session)
            raise ZeroDivisionError
        assert bell.after(count, 0.3) == count


def test_listens_again_when_its_connection_was_cut(postgres_url: str, open_url: Open) -> None:
    store = open_url(postgres_url)
    with listening(store) as bell:
        heard(bell, lambda: put(store))
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
            )
        heard(bell, lambda: put(store))


def test_an_ear_hears_what_rang_while_its_courier_worked(store: SqlStore) -> None:
    bell = Bell(store.database, threading.Event())  # not started: rung by hand
    first, second = bell.ear(), bell.ear()
    bell.ring()
    for ear in (first, second):
        begun = time.monotonic()
        ear.wait(PATIENCE)
        assert time.monotonic() - begun < PATIENCE / 2
    first.wait(0.01)  # nothing rang since: ends by itself
