"""What every store promises about submissions, their log, answered requests and remembered replies."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import psycopg
import pytest

from review_gate.adapters.stores import SqlStore, StoreError, chain
from review_gate.domain.change import Change
from review_gate.domain.draft import Kind
from review_gate.domain.errors import IdempotencyConflict, Stale
from review_gate.domain.message import Message
from review_gate.domain.submission import Answer, Claim, Decision, Drill, State
from review_gate.ports import Filter, Store, StoreDamaged
from tests.stores.made import NOON, PLANNED, event, later, new_id, next_version, opening, reply, request, submission


def written(store: SqlStore) -> tuple[int, int, int]:
    """How much there is: submissions, events, deliveries that wait."""
    return len(store.submissions(Filter()).items), len(store.events()), store.pending()


def test_is_a_store(any_store: SqlStore) -> None:
    port: Store = any_store  # the type checker compares every method
    port.ping()


def test_a_submission_comes_back_as_it_was(store: SqlStore, url: str, open_url: Callable[[str], SqlStore]) -> None:
    decision = Decision("d", Answer.APPROVE, "noa", "Noa", NOON, 1, "ab", "d'accord")
    made = submission(
        bot="faq", decisions=(decision,), claim=Claim("noa", "Noa", later(60)), earlier=(("é", "ab"),), escalated=True
    )
    store.commit(opening(made))
    assert store.submission(made.id) == made
    assert open_url(url).submission(made.id) == made
    assert store.submission("unknown") is None


def test_each_version_follows_the_one_that_was_seen(any_store: SqlStore) -> None:
    made = submission()
    any_store.commit(opening(made))
    any_store.commit(next_version(made, state=State.APPROVED))
    now = any_store.submission(made.id)
    assert now is not None
    assert (now.version, now.state) == (2, State.APPROVED)
    assert [item.event.data for item in any_store.events(made.id)] == [{}, {"version": 2}]


def test_a_lost_race_is_told_and_writes_nothing(any_store: SqlStore) -> None:
    made = submission()
    any_store.commit(opening(made))
    any_store.commit(next_version(made, state=State.APPROVED))
    before = written(any_store)
    late = replace(next_version(made, state=State.REJECTED), replies=(reply(),), idempotency=request())
    with pytest.raises(Stale):
        any_store.commit(late)
    assert written(any_store) == before
    assert any_store.answered("shop", "k-1") is None
    assert any_store.recent_replies("faq", NOON) == []
    now = any_store.submission(made.id)
    assert now is not None and now.state is State.APPROVED


@pytest.mark.parametrize("expected", [0, 5])
def test_a_version_that_is_not_there_is_stale(any_store: SqlStore, expected: int) -> None:
    made = submission()
    if expected == 0:
        any_store.commit(opening(made))
    with pytest.raises(Stale):
        any_store.commit(Change(replace(made, version=expected + 1), expected))


def test_a_version_must_go_up(any_store: SqlStore) -> None:
    with pytest.raises(ValueError, match="cannot follow"):
        any_store.commit(Change(submission(), 1))


def test_a_request_is_answered_once(any_store: SqlStore) -> None:
    first = opening(idempotency=request())
    any_store.commit(first)
    assert any_store.answered("shop", "k-1") == request()
    assert list(request().answer) == list((any_store.answered("shop", "k-1") or request("x")).answer)
    before = written(any_store)
    with pytest.raises(IdempotencyConflict):
        any_store.commit(opening(idempotency=request()))
    assert written(any_store) == before
    any_store.commit(opening(idempotency=replace(request(), scope="another key")))
    assert any_store.answered("shop", "k-2") is None


def test_a_repeated_request_is_told_so_even_when_it_is_stale(any_store: SqlStore) -> None:
    """It must be given the first one's answer, not an error about the version that the first one made."""
    made = submission()
    any_store.commit(opening(made))
    change = replace(next_version(made), idempotency=request())
    any_store.commit(change)
    with pytest.raises(IdempotencyConflict):
        any_store.commit(change)


def test_a_failure_in_the_middle_leaves_nothing(any_store: SqlStore) -> None:
    first = opening()
    any_store.commit(first)
    before = written(any_store)
    second = replace(opening(idempotency=request()), events=first.events)  # an id that is taken: fails at the very end
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        any_store.commit(second)
    assert written(any_store) == before
    assert any_store.answered("shop", "k-1") is None
    any_store.commit(opening())  # and the store goes on


def test_a_time_without_zone_is_refused(any_store: SqlStore) -> None:
    made = submission(at=datetime(2026, 11, 13))
    with pytest.raises(ValueError, match="zone"):
        any_store.commit(Change(made, 0))
    assert any_store.submission(made.id) is None


def test_a_change_may_be_events_alone(any_store: SqlStore) -> None:
    any_store.commit(Change(events=(event(scope="paused"),)))
    assert [item.event.data for item in any_store.events()] == [{"scope": "paused"}]


def test_lists_come_newest_first_in_pages(any_store: SqlStore) -> None:
    made = [submission(at=later(i // 3)) for i in range(10)]  # three at a time share their moment
    for one in made:
        any_store.commit(opening(one))
    newest_first = [one.id for one in reversed(made)]
    seen: list[str] = []
    cursor = None
    while True:
        page = any_store.submissions(Filter(), cursor, limit=4)
        seen += [one.id for one in page.items]
        cursor = page.next
        if cursor is None:
            break
        any_store.commit(opening(submission(at=later(1000))))  # what comes in meanwhile moves nothing
    assert seen == newest_first


def test_a_full_last_page_has_no_next(any_store: SqlStore) -> None:
    for _ in range(4):
        any_store.commit(opening())
    assert any_store.submissions(Filter(), limit=4).next is None
    assert any_store.submissions(Filter(), limit=3).next is not None


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Filter(), "abc"),
        (Filter(state=State.APPROVED), "b"),
        (Filter(kind=Kind.REPLY), "c"),
        (Filter(channel="x"), "ab"),
        (Filter(market="FR"), "ac"),
        (Filter(author="noa"), "b"),
        (Filter(bot="faq"), "c"),
        (Filter(planned_after=PLANNED), "b"),
        (Filter(planned_after=PLANNED, market="FR"), ""),
        (Filter(planned_after=PLANNED - timedelta(seconds=1)), "abc"),
        (Filter(channel="x", market="FR"), "a"),
        (Filter(channel="x", bot="faq"), ""),
        (Filter(author="x' OR '1'='1"), ""),
    ],
)
def test_filters(any_store: SqlStore, where: Filter, expected: str) -> None:
    a = submission(later(3), channel="x", market="FR")
    b = submission(later(2), channel="x", market="BE", state=State.APPROVED, author="noa")
    b = replace(b, draft=replace(b.draft, planned_at=PLANNED + timedelta(seconds=1)))
    c = submission(later(1), kind=Kind.REPLY, market="FR", bot="faq")
    for made in (a, b, c):
        any_store.commit(opening(made))
    names = {a.id: "a", b.id: "b", c.id: "c"}
    assert "".join(names[one.id] for one in any_store.submissions(where).items) == expected


@pytest.mark.parametrize("cursor", ["", "x", "é", "////", "bm90aGluZw", "AAAA", "MjAyNg=="])
def test_a_made_up_cursor_is_refused(any_store: SqlStore, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        any_store.submissions(Filter(), cursor)


def test_the_log_is_one_chain_over_all(any_store: SqlStore) -> None:
    a, b = submission(), submission()
    for change in (opening(a), opening(b), next_version(a)):
        any_store.commit(change)
    log = any_store.events()
    assert [item.position for item in log] == [1, 2, 3]
    assert [item.event.submission_id for item in log] == [a.id, b.id, a.id]
    assert chain.verify(log) == chain.Audit(3, 3, log[-1].hash)
    assert [item.position for item in any_store.events(a.id)] == [1, 3]
    assert [item.position for item in any_store.events(after=1, limit=1)] == [2]
    assert [item.position for item in any_store.events(a.id, after=1)] == [3]


@pytest.mark.parametrize(
    "tampering",
    [
        'UPDATE events SET data = \'{"answer":"approve"}\' WHERE position = 2',
        "UPDATE events SET actor = 'nobody' WHERE position = 2",
        "UPDATE events SET at = '2026-11-13T12:00:00.000000Z' WHERE position = 2",
        "UPDATE events SET submission_id = NULL WHERE position = 2",
        "UPDATE events SET hash = previous WHERE position = 2",
        "DELETE FROM events WHERE position = 2",
    ],
)
def test_whoever_changes_the_log_is_found_out(any_store: SqlStore, tampering: str) -> None:
    for _ in range(3):
        any_store.commit(opening())
    with any_store.database.write() as session:
        session.execute(tampering)
    audit = chain.verify(any_store.events())
    assert audit.position == 1
    assert audit.broken is not None and "2" in audit.broken.en and "2" in audit.broken.fr


def test_replies_are_remembered_by_bot(any_store: SqlStore) -> None:
    mine = [reply("faq", later(i)) for i in range(5)]
    order = (mine[3], mine[0], mine[4], mine[1], mine[2])
    any_store.commit(Change(replies=(*order, reply("other", later(2)))))
    assert any_store.recent_replies("faq", later(1)) == mine[1:]
    assert any_store.recent_replies("faq", later(1), limit=2) == mine[3:]
    assert any_store.recent_replies("unknown", NOON) == []


def test_a_closed_store_says_so(any_store: SqlStore) -> None:
    any_store.close()
    any_store.close()
    with pytest.raises(StoreError):
        any_store.ping()
    with pytest.raises(StoreError):
        any_store.commit(opening())


def test_a_submission_in_a_newer_form_is_refused(any_store: SqlStore) -> None:
    made = submission(id=new_id())
    any_store.commit(opening(made))
    with any_store.database.write() as session:
        session.execute("UPDATE submissions SET body = ? WHERE id = ?", ('{"id": "x"}', made.id))
    with pytest.raises(StoreDamaged, match=rf"{made.id}.*draft.*newer version"):
        any_store.submission(made.id)


def test_drills_are_listed_only_where_they_are_asked_for(any_store: SqlStore) -> None:
    real = submission()
    mark = Drill("everyday", "flood", "newsjack", "Youpi", Message("It.", "Cela."))
    drill = replace(submission(later(1)), drill=mark)
    for one in (real, drill):
        any_store.commit(opening(one))
    assert any_store.submission(drill.id) == drill
    for where, ids in (
        (Filter(), [real.id]),
        (Filter(drills=True), [drill.id]),
        (Filter(drills=None), [drill.id, real.id]),
    ):
        assert [one.id for one in any_store.submissions(where).items] == ids
    any_store.commit(next_version(drill, state=State.WITHDRAWN))
    assert [one.state for one in any_store.submissions(Filter(drills=True)).items] == [State.WITHDRAWN]
    assert any_store.vitals(later(2)).held == 1
    assert len(any_store.handed_in(NOON, later(60))) == 1
