"""Lists where the record of one submission cannot be read: all others are there, and it is named."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.domain.change import Change
from review_gate.domain.submission import Claim, Submission
from review_gate.gate.reading import all_held, came_in
from review_gate.page_ports import Waiting
from review_gate.ports import Filter, Page, StoreDamaged
from tests.failing_disk import damage_chain
from tests.stores.made import NOON, later, new_id, submission

DAY = timedelta(days=1)
LISTS: dict[str, Callable[[SqlStore], Page]] = {
    "queue": lambda store: store.queue(Waiting()),
    "waiting for a channel": lambda store: store.queue(Waiting(channel="x")),
    "newest first": lambda store: store.submissions(Filter()),
    "of an author": lambda store: store.submissions(Filter(author="anne")),
    "planned": lambda store: store.planned(NOON, NOON + DAY),
}


def put(store: SqlStore, seconds: int, text: str = "Hello") -> Submission:
    """Came in so long after noon, and is planned for a minute later."""
    made = submission(later(seconds), id=new_id(), author="anne")
    made = replace(
        made,
        draft=replace(made.draft, text=text, channel="x", planned_at=later(seconds + 60)),
        claim=Claim(made.id, made.id, later(600)),
    )
    store.commit(Change(submission=made, expected_version=0))
    return made


def spoil(store: SqlStore, one: Submission, body: str) -> None:
    with store.database.write() as session:
        session.execute(f"UPDATE submissions SET body = {body} WHERE id = ?", (one.id,))


@pytest.mark.parametrize("body", ["'nonsense'", "'{}'", "'[1]'", "''"])
def test_one_that_cannot_be_read_hides_no_other_and_is_named(
    any_store: SqlStore, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    first, bad, last = (put(any_store, seconds) for seconds in (1, 2, 3))
    spoil(any_store, bad, body)
    for _ in range(2):
        for name, read in LISTS.items():
            found = read(any_store)
            assert ({one.id for one in found.items}, found.unread) == ({first.id, last.id}, (bad.id,)), name
        assert {claim.by for claim in any_store.claims(NOON)} == {first.id, last.id}
        assert len(any_store.handed_in(NOON, NOON + DAY)) == 2
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert bad.id in caplog.text


def test_page_by_page_each_is_met_once(any_store: SqlStore) -> None:
    made = [put(any_store, seconds) for seconds in range(1, 8)]
    bad = made[2:5]
    for one in bad:
        spoil(any_store, one, "'{}'")
    wanted = {one.id for one in made}
    for pages in (
        lambda after: any_store.queue(Waiting(), after, 2),
        lambda after: any_store.submissions(Filter(), after, 2),
    ):
        items, unread, after = list[str](), list[str](), None
        while True:
            page = pages(after)
            items += [one.id for one in page.items]
            unread += page.unread
            after = page.next
            if after is None:
                break
        assert sorted(items + unread) == sorted(wanted)
        assert sorted(unread) == sorted(one.id for one in bad)
    assert len(came_in(any_store, later(1), NOON + DAY).items) == len(list(all_held(any_store))) == 4


def test_a_page_of_which_nothing_can_be_read_does_not_end_the_look(
    any_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review_gate.gate.reading.PAGE", 2)
    oldest = put(any_store, 1)
    for seconds in (2, 3):
        spoil(any_store, put(any_store, seconds), "'{}'")
    found = came_in(any_store, NOON, NOON + DAY)
    assert ([one.id for one in found.items], len(found.unread)) == ([oldest.id], 2)
    assert len(came_in(any_store, NOON, later(3)).unread) == 1, "of that time alone"


@pytest.mark.parametrize("way", ["turned bits", "lost page"])
def test_what_a_disk_has_damaged_hides_no_other(tmp_path: Path, way: str) -> None:
    file = tmp_path / "gate.db"
    with closing(open_store(f"sqlite:{file}", durable=False)) as store:
        first, bad, last = put(store, 1), put(store, 2, "y" * 30_000), put(store, 3)
        if way == "turned bits":
            spoil(store, bad, "CAST(x'7b22ff7d' AS TEXT)")
    if way == "lost page":
        damage_chain(file, b"y" * 3000)
    with closing(open_store(f"sqlite:{file}", durable=False)) as store:
        for name in LISTS if way == "turned bits" else ("queue", "waiting for a channel"):
            found = LISTS[name](store)
            assert ({one.id for one in found.items}, found.unread) == ({first.id, last.id}, (bad.id,)), name
        assert {claim.by for claim in store.claims(NOON)} == {first.id, last.id}
        with pytest.raises(StoreDamaged) as caught:
            store.submission(bad.id)
        assert "yyy" not in str(caught.value)
