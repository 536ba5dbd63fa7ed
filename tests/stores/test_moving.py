"""Moving a store to another database: nothing lost, whatever interrupts it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore, StoreError, chain, moving, open_store
from review_gate.domain.change import Change, DeliveryKind
from review_gate.domain.submission import State
from review_gate.ports import ApiKey, Filter
from tests.stores.made import NOON, delivery, later, next_version, opening, reply, request, submission

Open = Callable[[str], SqlStore]

LEFT_BEHIND = {"sessions", "sign_in_failures", "rate_limits"}  # people sign in again, buckets fill again


@pytest.fixture(params=["sqlite to postgres", "postgres to sqlite", "sqlite to sqlite"])
def pair(
    request: pytest.FixtureRequest, tmp_path: Path, new_postgres_url: Callable[[], str], open_url: Open
) -> tuple[SqlStore, SqlStore]:
    """A source and an empty target."""

    def address(word: str, name: str) -> str:
        return f"sqlite:{tmp_path / name}" if word == "sqlite" else new_postgres_url()

    source, target = request.param.split(" to ")
    return open_url(address(source, "source.db")), open_url(address(target, "target.db"))


def fill(store: SqlStore, submissions: int = 25) -> None:
    """Something in every table, with every column filled somewhere."""
    for i in range(submissions):
        made = submission(later(i), bot="faq" if i % 2 else None, channel="x", market="FR")
        store.commit(replace(opening(made), replies=(reply(at=later(i), text=f"Réponse {i} 🎉"),)))
        store.commit(next_version(made, state=State.APPROVED))
    store.commit(opening(idempotency=request()))
    claimed = store.claim_deliveries(DeliveryKind.WEBHOOK, later(99), limit=3)
    store.delivered(claimed[0].id, later(99), {"ts": "1"})
    store.failed(claimed[1].id, later(99), "410", retry_at=None)
    for topic in ("a", "zz"):  # before and behind the mark of an unfinished copy
        store.put_note(topic, "k", {"é": 1})
    store.add_key(ApiKey("k1", "shop", "ab" * 32, frozenset({"read"}), NOON))
    store.revoke_key("shop", NOON)


def test_everything_is_there_afterwards(pair: tuple[SqlStore, SqlStore]) -> None:
    source, target = pair
    fill(source)
    told: list[tuple[str, int, int]] = []
    checked = moving.move(source.database, target.database, "a", lambda *step: told.append(step))

    expected = {
        "submissions": 26, "events": 51, "deliveries": 51, "replies": 25, "idempotency": 1, "notes": 2, "api_keys": 1,
    }  # fmt: skip
    rows = {name: there.rows for name, there in checked.items()}
    assert rows == rows | expected
    assert ("events", 0, 51) in told and ("events", 51, 51) in told
    assert target.submissions(Filter(), limit=99) == source.submissions(Filter(), limit=99)
    assert target.events() == source.events()
    assert chain.verify(target.log()).broken is None
    assert target.recent_replies("faq", NOON) == source.recent_replies("faq", NOON)
    assert target.answered("shop", "k-1") == request()
    assert target.dead_letters() == source.dead_letters()
    assert target.pending() == source.pending()
    assert target.keys() == source.keys()
    assert target.note("zz", "k") == {"é": 1}


def test_the_copy_goes_on_as_the_original_would(pair: tuple[SqlStore, SqlStore]) -> None:
    source, target = pair
    fill(source)
    moving.move(source.database, target.database, "a")
    target.commit(opening())
    target.commit(Change(replies=(reply(),), deliveries=(delivery(),)))
    assert chain.verify(target.log()).events == 52


class Interrupted(Exception):
    pass


@pytest.mark.parametrize("table", ["submissions", "events", "deliveries", "notes", "api_keys"])
def test_a_copy_that_was_cut_off_goes_on(
    pair: tuple[SqlStore, SqlStore], table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = pair
    fill(source)
    monkeypatch.setattr(moving, "BATCH", 7)

    def stop(name: str, done: int, total: int) -> None:
        if name == table and done > 0:
            raise Interrupted

    with pytest.raises(Interrupted):
        moving.move(source.database, target.database, "a", stop)
    told: list[tuple[str, int]] = []
    checked = moving.move(source.database, target.database, "a", lambda name, done, _: told.append((name, done)))
    first = dict(reversed(told))  # what each table began with
    assert first[table] == min(7, checked[table].rows)  # it went on where it was
    assert target.events() == source.events()
    assert target.note(*moving.MARK) is None


def test_nobody_works_on_a_copy_that_was_cut_off(
    tmp_path: Path, new_postgres_url: Callable[[], str], open_url: Open
) -> None:
    source = open_url("sqlite:" + str(tmp_path / "source.db"))
    fill(source)

    def stop(name: str, done: int, total: int) -> None:
        if name == "events":
            raise Interrupted

    for url in (new_postgres_url(), f"sqlite:{tmp_path / 'target.db'}"):
        target = open_url(url)
        with pytest.raises(Interrupted):
            moving.move(source.database, target.database, "sqlite:source.db", stop)
        with pytest.raises(StoreError, match=r"a copy of sqlite:source\.db that was cut off"):
            open_store(url)
        with closing(open_store(url, unfinished=True)) as again:
            moving.move(source.database, again.database, "sqlite:source.db")
        open_store(url).close()


def test_a_target_with_something_in_it_is_left_alone(pair: tuple[SqlStore, SqlStore]) -> None:
    source, target = pair
    fill(source)
    target.put_note("a", "k", {"mine": True})
    for restart in (False, True):
        with pytest.raises(StoreError, match="not empty"):
            moving.move(source.database, target.database, "a", restart=restart)
    assert target.note("a", "k") == {"mine": True}
    assert target.events() == []


def test_a_copy_of_another_source_is_not_mixed_with_this_one(pair: tuple[SqlStore, SqlStore]) -> None:
    source, target = pair
    fill(source)
    with pytest.raises(Interrupted):
        moving.move(source.database, target.database, "a", interrupt)
    with pytest.raises(StoreError, match="part of a copy of a"):
        moving.move(source.database, target.database, "b")
    with pytest.raises(StoreError, match="cut off"):
        moving.move(target.database, source.database, "c")
    moving.move(source.database, target.database, "b", restart=True)
    assert target.events() == source.events()


def interrupt(name: str, done: int, total: int) -> None:
    if name == "events" and done:
        raise Interrupted


def test_a_source_that_is_still_written_to_is_noticed(pair: tuple[SqlStore, SqlStore]) -> None:
    source, target = pair
    fill(source)

    def write(name: str, done: int, total: int) -> None:
        if name == "notes" and done == total:
            source.commit(opening(submission(id="zzz")))

    with pytest.raises(StoreError, match=r"'submissions'.*Stop the service"):
        moving.move(source.database, target.database, "a", write)
    moving.move(source.database, target.database, "a", restart=True)
    assert target.submission("zzz") is not None


def test_a_row_that_was_changed_in_the_copy_is_noticed(pair: tuple[SqlStore, SqlStore]) -> None:
    source, target = pair
    fill(source)

    def meddle(name: str, done: int, total: int) -> None:
        if name == "api_keys" and done == total:
            with target.database.write() as session:
                session.execute("UPDATE replies SET text = 'other' WHERE position = 3")

    with pytest.raises(StoreError, match="'replies'"):
        moving.move(source.database, target.database, "a", meddle)


def test_every_column_of_every_table_is_copied(open_url: Open) -> None:
    """A migration that adds one must add it to the copy too."""
    with open_url("sqlite::memory:").database.read() as session:
        names = [row[0] for row in session.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        there = {
            name: {row[1] for row in session.execute(f"PRAGMA table_info({name})").fetchall()}
            for name in names
            if not name.startswith("_sqlite") and name not in LEFT_BEHIND
        }
    assert there == {table.name: set(table.columns) for table in moving.TABLES}
