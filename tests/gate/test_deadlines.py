"""Nobody decides in time: the author is told, the seniors are asked, then it expires. Never silently."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.adapters.stores.database import FULL
from review_gate.domain import lifecycle
from review_gate.domain.change import Change, DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.domain.submission import Answer, State, Submission
from review_gate.gate.deadlines import Deadlines
from review_gate.ports import StoreDamaged, StoreFull
from tests.builders import NOW, POLICY, RENE, FakeClock, Ids, moment, verdict
from tests.failing_disk import damage_chain


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    found = open_store(f"sqlite:{tmp_path / 'gate.db'}", durable=False)
    yield found
    found.close()


class Told:
    """Notes what authors are told, once for each key."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}

    def __call__(self, submission: Submission, message: Message, key: str) -> None:
        self.messages.setdefault(key, message)


def planned(store: SqlStore, minutes: float | None, submission_id: str = "s-1") -> None:
    at = None if minutes is None else NOW + timedelta(minutes=minutes)
    opened = lifecycle.open_submission(
        submission_id, Draft("We open at ten", planned_at=at), verdict(), "anne", moment(prefix=submission_id)
    )
    store.commit(opened)


def state(store: SqlStore, submission_id: str = "s-1") -> tuple[State, bool]:
    found = store.submission(submission_id)
    assert found is not None
    return found.state, found.escalated


def test_told_escalated_expired(store: SqlStore) -> None:
    planned(store, 180)
    clock, told = FakeClock(), Told()
    deadlines = Deadlines(store, lambda: POLICY, clock, Ids("d"), told)
    seen = []
    for _ in range(20):
        deadlines.run()
        seen.append((*state(store), len(told.messages)))
        clock.pass_(minutes=10)
    # 180 to 130 minutes before: nothing; from 120 the author knows; from 30 the seniors too; at 0 it is over.
    assert seen[:6] == [(State.HELD, False, 0)] * 6
    assert seen[6:15] == [(State.HELD, False, 1)] * 9
    assert seen[15:18] == [(State.HELD, True, 2)] * 3
    assert seen[18:] == [(State.EXPIRED, True, 2)] * 2
    kinds = [event.event.kind for event in store.events("s-1")]
    assert kinds == ["submission.held", "submission.escalated", "submission.expired"]
    assert [d.payload["type"] for d in store.claim_deliveries(DeliveryKind.WEBHOOK, clock())] == ["submission.expired"]


def test_what_is_decided_or_has_no_time_is_left_alone(store: SqlStore) -> None:
    planned(store, None, "s-1")
    planned(store, 5, "s-2")
    held = store.submission("s-2")
    assert held is not None
    store.commit(lifecycle.decide(held, Answer.APPROVE, RENE, moment(prefix="decide")))
    clock = FakeClock(NOW + timedelta(days=30))
    assert Deadlines(store, lambda: POLICY, clock, Ids("d"), Told()).run() == 0
    assert (state(store, "s-1"), state(store, "s-2")) == ((State.HELD, False), (State.APPROVED, False))


def test_a_decision_in_the_same_moment_wins(store: SqlStore) -> None:
    planned(store, -1)

    class Races(SqlStore):
        """Somebody approves between the look and the commit."""

        def commit(self, change: object) -> None:
            held = store.submission("s-1")
            assert held is not None
            if held.state is State.HELD:
                store.commit(lifecycle.decide(held, Answer.APPROVE, RENE, moment(prefix="decide")))
            store.commit(change)  # type: ignore[arg-type]

    assert Deadlines(Races(store.database), lambda: POLICY, FakeClock(), Ids("d"), Told()).run() == 0
    assert state(store) == (State.APPROVED, False)


def test_many_at_once(store: SqlStore) -> None:
    for number in range(120):
        planned(store, -number, f"s-{number}")
    policy = replace(POLICY, remind_minutes=())
    assert Deadlines(store, lambda: policy, FakeClock(), Ids("d"), Told()).run() == 120


def test_a_notice_that_fails_keeps_nobody_else_from_theirs(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("s-1", "s-2", "s-3"):
        planned(store, 20, name)
    told, lame = Told(), ["s-2"]

    def tell(submission: Submission, message: Message, key: str) -> None:
        if submission.id in lame:
            raise ConnectionError("no such mail server")
        told(submission, message, key)

    deadlines = Deadlines(store, lambda: POLICY, FakeClock(), Ids("d"), tell)
    assert deadlines.run() == 3
    assert [state(store, name) for name in ("s-1", "s-2", "s-3")] == [(State.HELD, True)] * 3
    assert {key.split(":")[1] for key in told.messages} == {"s-1", "s-3"}
    assert [record.getMessage() for record in caplog.records if "s-2" in record.getMessage()]
    lame.clear()
    deadlines.run()
    assert {key.split(":")[1] for key in told.messages} == {"s-1", "s-2", "s-3"}, "it was tried again"


class Refuses(SqlStore):
    """Takes no change of some submissions."""

    refused: tuple[str, ...] = ("s-2",)
    error: Exception = RuntimeError("a bug")

    def commit(self, change: Change) -> None:
        if change.submission is not None and change.submission.id in self.refused:
            raise self.error
        super().commit(change)


@pytest.mark.parametrize("error", [RuntimeError("a bug"), StoreDamaged(FULL)])
def test_one_that_cannot_be_written_keeps_no_other_from_its_time(
    store: SqlStore, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    for name, minutes in (("s-1", -3), ("s-2", -2), ("s-3", -1), ("s-4", 20)):
        planned(store, minutes, name)
    refusing, clock = Refuses(store.database), FakeClock()
    refusing.error = error
    deadlines = Deadlines(refusing, lambda: POLICY, clock, Ids("d"), Told())
    assert deadlines.run() == 3
    found = [state(store, f"s-{number}") for number in (1, 2, 3, 4)]
    assert found == [
        (State.EXPIRED, False),
        (State.HELD, False),
        (State.EXPIRED, False),
        (State.HELD, True),
    ]
    for _ in range(5):
        deadlines.run()
        clock.pass_(seconds=5)
    assert len([record for record in caplog.records if "s-2" in record.getMessage()]) == 1, "the log does not fill"
    refusing.refused = ()
    clock.pass_(minutes=1)
    assert deadlines.run() == 1 and state(store, "s-2") == (State.EXPIRED, False)


def test_trouble_of_the_whole_store_ends_the_round_and_leaves_nothing_out_of_the_next(store: SqlStore) -> None:
    planned(store, -1, "s-1")
    refusing = Refuses(store.database)
    refusing.refused, refusing.error = ("s-1",), StoreFull(FULL)
    deadlines = Deadlines(refusing, lambda: POLICY, FakeClock(), Ids("d"), Told())
    with pytest.raises(StoreFull):
        deadlines.run()
    refusing.refused = ()
    assert deadlines.run() == 1


def test_one_that_cannot_be_read_keeps_no_other_from_its_time(tmp_path: Path) -> None:
    file = tmp_path / "gate.db"
    with closing(open_store(f"sqlite:{file}", durable=False)) as store:
        for name, text, minutes in (("bad", "x" * 30_000, -3), ("worse", "Hello", -2), ("good", "Hello", -1)):
            draft = Draft(text, planned_at=NOW + timedelta(minutes=minutes))
            store.commit(lifecycle.open_submission(name, draft, verdict(text), "anne", moment(prefix=name)))
        with store.database.write() as session:
            session.execute("UPDATE submissions SET body = '{}' WHERE id = 'worse'")
    damage_chain(file, b"x" * 3000)
    with closing(open_store(f"sqlite:{file}", durable=False)) as store:
        assert store.held_before(NOW) == ["bad", "worse", "good"]
        deadlines = Deadlines(store, lambda: POLICY, FakeClock(), Ids("d"), Told())
        assert deadlines.run() == 1
        assert state(store, "good") == (State.EXPIRED, False)
