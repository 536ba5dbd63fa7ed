"""The figures for monitoring and the keys' buckets, on each database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_gate.adapters.stores import SqlStore, open_store, vitals
from review_gate.domain.change import Change
from review_gate.domain.submission import State
from tests.stores.made import event, opening, submission

NOON = datetime(2026, 11, 13, 12, tzinfo=UTC)


def test_an_empty_store_has_empty_vitals(store: SqlStore) -> None:
    found = store.vitals(NOON)
    assert (found.held, found.oldest_held_seconds, found.due_soon, found.events) == (0, 0.0, 0, 0)
    assert all((q.waiting, q.dead, q.lag_seconds) == (0, 0, 0.0) for q in found.outbox.values())
    assert found.bots == {} and found.stopped == ()


def hand_in(store: SqlStore, hours_ago: float, revised_hours_ago: float | None = None, **fields: Any) -> None:
    made = submission(NOON - timedelta(hours=hours_ago), **fields)
    store.commit(opening(made))
    if revised_hours_ago is not None:
        at = NOON - timedelta(hours=revised_hours_ago)
        after = replace(made, version=2, revision=2, updated_at=at)
        store.commit(Change(after, 1, (replace(event(after), at=at, kind="submission.revised"),)))


def test_what_was_revised_waits_from_its_last_text_on(store: SqlStore) -> None:
    """Until that came its author had it: three days with an author are no queue that nobody looks at."""
    hand_in(store, 72, revised_hours_ago=1)
    assert store.vitals(NOON).oldest_held_seconds == 3600
    hand_in(store, 48, state=State.APPROVED)
    hand_in(store, 2)
    assert store.vitals(NOON).oldest_held_seconds == 2 * 3600
    hand_in(store, 30, revised_hours_ago=26)
    assert store.vitals(NOON).oldest_held_seconds == 26 * 3600


def test_of_very_many_revised_ones_rather_too_early_than_none(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "MOST_LOOKED_AT", 2)
    for hours in (72, 71, 70):
        hand_in(store, hours, revised_hours_ago=1)
    assert store.vitals(NOON).oldest_held_seconds == 71 * 3600


def put(store: SqlStore, id_: str, state: str, due: datetime, kind: str = "webhook") -> None:
    at = due.isoformat(timespec="microseconds").replace("+00:00", "Z")
    with store.database.write() as session:
        session.execute(
            "INSERT INTO deliveries (id, kind, created_at, payload, state, due_at, attempts, last_error)"
            " VALUES (?, ?, ?, '{}', ?, ?, 0, '')",
            (id_, kind, at, state, at),
        )


def test_counts_the_outbox_by_kind(store: SqlStore) -> None:
    put(store, "a", "waiting", NOON - timedelta(seconds=90))
    put(store, "b", "waiting", NOON - timedelta(seconds=5))
    put(store, "c", "dead", NOON - timedelta(days=1))
    put(store, "d", "delivered", NOON - timedelta(days=2))
    put(store, "e", "waiting", NOON + timedelta(hours=1), "card")
    found = store.vitals(NOON).outbox
    assert (found["webhook"].waiting, found["webhook"].dead, found["webhook"].lag_seconds) == (2, 1, 90.0)
    assert (found["card"].waiting, found["card"].lag_seconds) == (1, 0.0)


def test_a_bucket_empties_and_fills_again(store: SqlStore) -> None:
    assert [store.spend("k", 1000.0, 1, 6.0, 10)[0] for _ in range(12)] == [True] * 10 + [False] * 2
    assert store.spend("other", 1000.0, 1, 6.0, 10)[0]
    assert store.spend("k", 1005.9, 1, 6.0, 10)[0] is False
    taken, full_in = store.spend("k", 1006.1, 1, 6.0, 10)
    assert taken and full_in == pytest.approx(59.9)


def test_more_tokens_than_there_are_take_none(store: SqlStore) -> None:
    assert store.spend("k", 0.0, 8, 1.0, 10)[0]
    assert not store.spend("k", 0.0, 3, 1.0, 10)[0]
    assert store.spend("k", 0.0, 2, 1.0, 10)[0]


def test_a_clock_set_back_locks_nobody_out(store: SqlStore) -> None:
    assert store.spend("k", 1_000_000.0, 10, 6.0, 10)[0]
    assert store.spend("k", 1_000.0, 1, 6.0, 10)[0]


def test_two_nodes_share_one_bucket(url: str, open_url: Callable[[str], SqlStore]) -> None:
    nodes = [open_url(url), open_url(url)]
    taken: list[bool] = []

    def ask(store: SqlStore) -> None:
        for _ in range(40):
            taken.append(store.spend("k", 50.0, 1, 1.0, 30)[0])

    threads = [threading.Thread(target=ask, args=(node,)) for node in nodes for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 160 and sum(taken) == 30


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 7)), max_size=40))
def test_never_more_than_the_limit(asks: list[tuple[float, int]]) -> None:
    """Over any stretch: at most the burst, and one more for each interval."""
    store = open_store("sqlite::memory:")
    try:
        now, had = 100.0, 0
        for pause, tokens in asks:
            now += pause
            if store.spend("k", now, tokens, 2.0, 7)[0]:
                had += tokens
            assert had <= 7 + (now - 100.0) / 2.0 + 1e-6
    finally:
        store.close()
