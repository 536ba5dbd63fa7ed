"""What the courier does with what arrives and what does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.adapters.stores.database import BUSY, FULL
from review_gate.adapters.stores.outbox_damage import UNREADABLE
from review_gate.courier import (
    CARD_SECONDS,
    DAMAGED_TRIES,
    LIMITED,
    MAIL_SECONDS,
    MISHAPS,
    NOTICE_SECONDS,
    STORE_SECONDS,
    WEBHOOK_SECONDS,
    Courier,
)
from review_gate.domain import lifecycle
from review_gate.domain.change import Change, Delivery, DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer
from review_gate.ports import Notifier, StoreBroken, StoreError, StoreFull, Undeliverable
from tests.builders import NOW, RENE, FakeClock, held, moment, verdict
from tests.failing_disk import damage_chain, damage_row


class Recorder:
    """A notifier that keeps what it is given, and raises what the test has put into `trouble`, in order."""

    def __init__(self) -> None:
        self.seen: list[Delivery] = []
        self.trouble: list[Exception] = []

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        self.seen.append(delivery)
        if self.trouble:
            raise self.trouble.pop(0)
        return {"ok": True}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    found = open_store(f"sqlite:{tmp_path / 'gate.db'}", durable=False)
    submission = held()
    opened = lifecycle.open_submission("s-1", submission.draft, submission.verdict, "anne", moment(prefix="open"))
    found.commit(opened)
    assert opened.submission is not None
    found.commit(lifecycle.decide(opened.submission, Answer.APPROVE, RENE, moment(prefix="decide")))
    yield found
    found.close()


def courier(store: SqlStore, kind: DeliveryKind, notifier: Notifier | None, clock: FakeClock) -> Courier:
    return Courier(store, kind, notifier, clock, jitter=lambda: 0.0)


def test_each_kind_goes_to_its_own_and_only_once(store: SqlStore) -> None:
    clock, cards, webhooks = FakeClock(), Recorder(), Recorder()
    for kind, recorder in ((DeliveryKind.CARD, cards), (DeliveryKind.WEBHOOK, webhooks)):
        one = courier(store, kind, recorder, clock)
        while one.run_once():
            pass
    assert [delivery.kind for delivery in cards.seen] == [DeliveryKind.CARD] * 2
    assert [delivery.payload["type"] for delivery in webhooks.seen] == ["submission.approved"]
    assert store.pending() == 0


def test_a_webhook_is_tried_for_days_and_then_kept_for_replay(store: SqlStore) -> None:
    clock, webhooks = FakeClock(), Recorder()
    webhooks.trouble = [Undeliverable("down")] * 100
    one = courier(store, DeliveryKind.WEBHOOK, webhooks, clock)
    for seconds in WEBHOOK_SECONDS:
        assert one.run_once() == 1
        clock.pass_(seconds=seconds - 1)
        assert one.run_once() == 0  # not a second too early
        clock.pass_(seconds=1)
    assert one.run_once() == 1  # the last try
    letter = store.dead_letters()[0]
    assert letter.last_error == "down"
    assert one.run_once() == 0
    webhooks.trouble = []
    assert store.replay(letter.id, clock())
    assert one.run_once() == 1
    assert webhooks.seen[-1].id == webhooks.seen[0].id  # the receiver sees one id
    assert store.dead_letters() == []


@pytest.mark.parametrize("kind", [DeliveryKind.NOTICE, DeliveryKind.MAIL, DeliveryKind.TEAMS, DeliveryKind.MEDIA])
def test_what_is_refused_for_ever_ends_as_a_dead_letter_that_can_be_replayed(
    store: SqlStore, kind: DeliveryKind
) -> None:
    store.commit(Change(deliveries=(Delivery("d-1", kind, NOW), Delivery("d-2", kind, NOW))))
    clock, refusing = FakeClock(), Recorder()
    one = courier(store, kind, refusing, clock)
    for seconds in (*LIMITED[kind], 0):
        refusing.trouble = [Undeliverable("450 not now")] * 2
        assert one.run_once() == 2
        clock.pass_(seconds=seconds)
    assert [(letter.id, letter.last_error) for letter in store.dead_letters()] == [
        ("d-1", "450 not now"),
        ("d-2", "450 not now"),
    ]
    assert store.vitals(clock()).outbox[kind.value].dead == 2
    assert one.run_once() == 0
    refusing.trouble = []
    assert store.replay("d-1", clock()) and one.run_once() == 1
    assert [letter.id for letter in store.dead_letters()] == ["d-2"]


def test_how_long_it_is_tried() -> None:
    days = {kind: sum(pauses) / 86400 for kind, pauses in LIMITED.items()}
    assert days[DeliveryKind.NOTICE] == days[DeliveryKind.TEAMS] == pytest.approx(3, abs=0.05)
    assert sum(MAIL_SECONDS) / 86400 == pytest.approx(3.2, abs=0.05)
    assert days[DeliveryKind.MEDIA] * 24 == pytest.approx(1, abs=0.1)
    assert set(LIMITED) == set(DeliveryKind) - {DeliveryKind.CARD}
    assert list(NOTICE_SECONDS) == sorted(NOTICE_SECONDS)


def test_a_card_is_never_given_up(store: SqlStore) -> None:
    clock, cards = FakeClock(), Recorder()
    cards.trouble = [Undeliverable("Slack is away")] * 50
    one = courier(store, DeliveryKind.CARD, cards, clock)
    tries = 0
    while cards.trouble:
        tries += one.run_once()
        clock.pass_(seconds=CARD_SECONDS[-1] + 1)
    one.run_once()
    assert tries == 50
    assert store.dead_letters() == []
    assert len({delivery.id for delivery in cards.seen}) == 1


def test_slack_names_the_pause(store: SqlStore) -> None:
    clock, cards = FakeClock(), Recorder()
    cards.trouble = [Undeliverable("slow down", retry_after=30)]
    one = courier(store, DeliveryKind.CARD, cards, clock)
    assert one.run_once() == 1
    clock.pass_(seconds=29)
    assert one.run_once() == 0
    clock.pass_(seconds=2)
    assert one.run_once() == 1


@pytest.mark.parametrize("trouble", [Undeliverable("gone", final=True)])
def test_what_can_never_arrive_is_a_dead_letter_at_once(store: SqlStore, trouble: Exception) -> None:
    clock, webhooks = FakeClock(), Recorder()
    webhooks.trouble = [trouble]
    assert courier(store, DeliveryKind.WEBHOOK, webhooks, clock).run_once() == 1
    assert [letter.last_error for letter in store.dead_letters()] == ["gone"]


def test_an_unforeseen_error_counts_as_passing(store: SqlStore) -> None:
    clock, webhooks = FakeClock(), Recorder()
    webhooks.trouble = [ZeroDivisionError("a bug")]
    one = courier(store, DeliveryKind.WEBHOOK, webhooks, clock)
    assert one.run_once() == 1
    clock.pass_(seconds=6)
    assert one.run_once() == 1
    assert len(webhooks.seen) == 2


def test_two_couriers_share_the_work(store: SqlStore) -> None:
    recorder, stop = Recorder(), threading.Event()
    threads = [
        threading.Thread(target=courier(store, DeliveryKind.WEBHOOK, recorder, FakeClock()).run, args=(stop, 0.01))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    while store_waits(store):
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(recorder.seen) == 1


def store_waits(store: SqlStore) -> bool:
    with store.database.read() as session:
        row = session.execute("SELECT count(*) FROM deliveries WHERE kind = 'webhook' AND state = 'waiting'").fetchone()
    return bool(row[0])


def test_nobody_set_up_to_hear_it_is_done(store: SqlStore) -> None:
    one = courier(store, DeliveryKind.WEBHOOK, None, FakeClock())
    assert one.run_once() == 1
    assert store.dead_letters() == []


def test_chores_run_and_may_fail(store: SqlStore) -> None:
    done: list[int] = []
    stop = threading.Event()

    def fails() -> None:
        raise RuntimeError("not today")

    def counts() -> None:
        done.append(1)
        if len(done) == 3:
            stop.set()

    Courier(store, DeliveryKind.NOTICE, None, FakeClock(), chores=(fails, counts)).run(stop, 0.001)
    assert len(done) == 3


@pytest.mark.parametrize("trouble", [StoreBroken(FULL), RuntimeError("a bug")])
def test_chores_run_also_while_the_outbox_cannot_be_used(store: SqlStore, trouble: Exception) -> None:
    done, stop = threading.Event(), threading.Event()

    class Broken(SqlStore):
        def claim_deliveries(self, *_: object, **__: object) -> list[Delivery]:
            raise trouble

    one = Courier(Broken(store.database), DeliveryKind.NOTICE, None, FakeClock(), chores=(done.set,))
    thread = threading.Thread(target=one.run, args=(stop, 0.001))
    thread.start()
    ran = done.wait(30)
    stop.set()
    thread.join()
    assert ran


def test_an_unforeseen_error_is_not_tried_for_ever(store: SqlStore) -> None:
    clock, cards = FakeClock(), Recorder()
    cards.trouble = [ZeroDivisionError("a bug")] * MISHAPS
    one = courier(store, DeliveryKind.CARD, cards, clock)
    while cards.trouble:
        one.run_once()
        clock.pass_(seconds=CARD_SECONDS[-1] + 7)
    assert [letter.last_error for letter in store.dead_letters()] == ["ZeroDivisionError"]
    assert one.run_once() == 1  # what stood behind it goes out
    assert store.pending() == 1  # the webhook, which another courier carries


@pytest.mark.parametrize("kind", [DeliveryKind.WEBHOOK, DeliveryKind.CARD])
@pytest.mark.parametrize("trouble", [StoreFull(FULL), StoreBroken(FULL), StoreError(BUSY)])
def test_trouble_of_the_store_uses_up_no_try(store: SqlStore, kind: DeliveryKind, trouble: StoreError) -> None:
    clock, recorder = FakeClock(), Recorder()
    recorder.trouble = [trouble] * (MISHAPS + 10)
    one = courier(store, kind, recorder, clock)
    while recorder.trouble:
        assert one.run_once() == 1
        clock.pass_(seconds=STORE_SECONDS - 1)
        assert one.run_once() == 0
        clock.pass_(seconds=1)
    assert {delivery.attempts for delivery in recorder.seen} == {1}
    assert f"the store: {type(trouble).__name__}" in {waiting.last_error for waiting, _ in store.waiting()}
    while one.run_once():
        pass
    assert recorder.seen[-1].kind is kind and store.dead_letters() == []
    assert kind not in {waiting.kind for waiting, _ in store.waiting()}


def test_damage_to_what_one_delivery_is_about_stops_no_other(tmp_path: Path) -> None:
    """A page of the database that holds part of one submission: the card of that one is given up, and shown as such."""
    file, clock = tmp_path / "gate.db", FakeClock()
    with closing(open_store(f"sqlite:{file}", durable=False)) as store:
        for name, text in (("bad", "x" * 30_000), ("good", "Hello")):
            store.commit(lifecycle.open_submission(name, Draft(text), verdict(text), "anne", moment(prefix=name)))
    damage_chain(file, b"x" * 3000)
    with closing(open_store(f"sqlite:{file}", durable=False)) as store:
        cards = Reader(store)
        one = courier(store, DeliveryKind.CARD, cards, clock)
        for _ in range(10):
            one.run_once()
            clock.pass_(seconds=CARD_SECONDS[-1])
        assert cards.read == ["good"]
        assert cards.tried.count("bad") == DAMAGED_TRIES
        (letter,) = store.dead_letters()
        assert (letter.submission_id, letter.last_error) == ("bad", "the store: StoreDamaged")
        assert store.vitals(clock()).outbox["card"].dead == 1


def test_a_row_that_is_damaged_itself_stops_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A page of the outbox goes. What lies on it cannot go out; all else does, once, also the later ones of its
    submission, and those on the pages beside it, of which SQLite can hardly note anything any more."""
    file, clock = tmp_path / "gate.db", FakeClock()
    names = [f"d-{number:02}" for number in range(30)]
    with closing(open_store(f"sqlite:{file}", durable=False)) as store:
        for number, name in enumerate(names):
            said = {"text": f"<{name}>" + "x" * 900}
            put = Delivery(name, DeliveryKind.MAIL, NOW, f"s-{number % 5}", said)
            store.commit(Change(deliveries=(put,)))
    damage_row(file, b"<d-07>")
    with closing(open_store(f"sqlite:{file}", durable=False)) as store:
        letters = Recorder()
        one = courier(store, DeliveryKind.MAIL, letters, clock)
        for _ in range(20):
            one.run_once()
        clock.pass_(minutes=1)
        for _ in range(20):
            one.run_once()
        lost = [name for name in names if name not in {delivery.id for delivery in letters.seen}]
        assert 1 < len(lost) < 8 and "d-07" in lost
        assert len(letters.seen) == len(names) - len(lost), "nothing was sent twice"
        told = [record.getMessage() for record in caplog.records if "cannot be read" in record.getMessage()]
        assert len(told) == len(lost), "each is told once"

        given_up = store.dead_letters()
        assert [letter.id for letter in given_up] == lost
        assert {(letter.kind, letter.last_error) for letter in given_up} == {(DeliveryKind.MAIL, UNREADABLE)}
        assert given_up[lost.index("d-07")].submission_id == "s-2"
        queue = store.vitals(clock()).outbox["mail"]
        assert queue.dead == len(lost) and queue.waiting == len(store.waiting()) < 8
        assert not store.replay("d-07", clock())


def test_what_could_not_be_noted_is_not_sent_again(store: SqlStore) -> None:
    class Full(SqlStore):
        full = True

        def delivered(self, delivery_id: str, now: datetime, receipt: Mapping[str, Any] | None = None) -> None:
            if self.full:
                raise StoreFull(FULL)
            super().delivered(delivery_id, now, receipt)

    full, clock, webhooks = Full(store.database), FakeClock(), Recorder()
    one = courier(full, DeliveryKind.WEBHOOK, webhooks, clock)
    for _ in range(3):
        with pytest.raises(StoreFull):
            one.run_once()
        clock.pass_(minutes=1)
    full.full = False
    assert one.run_once() == 1 and one.run_once() == 0
    assert len(webhooks.seen) == 1
    assert DeliveryKind.WEBHOOK not in {waiting.kind for waiting, _ in store.waiting()}


def test_what_somebody_else_has_had_meanwhile_is_carried_and_not_noted_by_what_was_known_before(
    store: SqlStore,
) -> None:
    """A replayed dead letter, say, whose death the first courier could not note."""

    class Full(SqlStore):
        full = True

        def failed(self, delivery_id: str, now: datetime, error: str, retry_at: datetime | None) -> None:
            if self.full:
                raise StoreFull(FULL)
            super().failed(delivery_id, now, error, retry_at)

    full, clock, webhooks = Full(store.database), FakeClock(), Recorder()
    webhooks.trouble = [Undeliverable("gone", final=True)] * 2
    one, other = (
        courier(full, DeliveryKind.WEBHOOK, webhooks, clock),
        courier(store, DeliveryKind.WEBHOOK, webhooks, clock),
    )
    with pytest.raises(StoreFull):
        one.run_once()
    full.full = False
    clock.pass_(minutes=1)
    assert other.run_once() == 1
    (letter,) = store.dead_letters()
    assert store.replay(letter.id, clock())
    assert one.run_once() == 1
    assert len(webhooks.seen) == 3 and store.dead_letters() == []


class Reader:
    """A notifier that looks at the submission, as that of the cards does."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.tried: list[str] = []
        self.read: list[str] = []

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        assert delivery.submission_id is not None
        self.tried.append(delivery.submission_id)
        assert self._store.submission(delivery.submission_id) is not None
        self.read.append(delivery.submission_id)
        return {}


def test_a_courier_is_woken_between_its_own_looks(store: SqlStore) -> None:
    """It would look again only after an hour."""
    recorder, stop, woken = Recorder(), threading.Event(), threading.Event()

    def wait(seconds: float) -> None:
        assert seconds == 3600
        woken.wait(60)
        woken.clear()

    one = courier(store, DeliveryKind.NOTICE, recorder, FakeClock())
    thread = threading.Thread(target=one.run, args=(stop, 3600, wait))
    thread.start()
    store.commit(Change(deliveries=(Delivery("late", DeliveryKind.NOTICE, NOW),)))
    woken.set()
    while not recorder.seen:
        time.sleep(0.01)
    stop.set()
    woken.set()
    thread.join()
    assert [delivery.id for delivery in recorder.seen] == ["late"]
