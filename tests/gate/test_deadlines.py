"""Nobody decides in time: the author is told, the seniors are asked, then it expires. Never silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.domain import lifecycle
from review_gate.domain.change import DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.domain.submission import Answer, State, Submission
from review_gate.gate.deadlines import Deadlines
from tests.builders import NOW, POLICY, RENE, FakeClock, Ids, moment, verdict


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
