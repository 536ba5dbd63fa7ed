"""Erasure and the publisher: an approval whose words are gone is never sent, what tells of its withdrawal is."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta

import pytest

from review_gate.adapters.stores import SqlStore
from review_gate.bootstrap import Services
from review_gate.courier import Courier
from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.domain.outgoing import APPROVED
from review_gate.gate.erasing import Erasure, UnlessErased
from review_gate.gate.freezes import FreezingNotifier
from review_gate.ports import Undeliverable
from review_gate.settings import Settings
from tests.builders import NOW, FakeClock
from tests.stores.test_commands import call, no_settings
from tests.stores.test_erasing import IDS, PEGGY, decide, erasure, hand_in, known, run, sound

__all__ = ["known", "no_settings"]


class Receiver:
    """What a publisher was sent, as type and text; raises what the test has put into `trouble`, in order."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.trouble: list[Exception] = []

    def deliver(self, delivery: Delivery) -> dict[str, bool]:
        if self.trouble:
            raise self.trouble.pop(0)
        self.got.append((delivery.payload["type"], delivery.payload["data"]["text"]))
        return {"ok": True}


def carry(store: SqlStore, receiver: Receiver, days: float) -> None:
    """All webhooks that become due, as the service carries them."""
    clock = FakeClock(NOW + timedelta(days=days))
    notifier = UnlessErased(FreezingNotifier(receiver, store), store)
    while Courier(store, DeliveryKind.WEBHOOK, notifier, clock).run_once():
        pass


def receipts(store: SqlStore, submission_id: str) -> list[tuple[str, str, str | None]]:
    """Type, state and receipt of its webhooks."""
    with store.database.read() as session:
        rows = session.execute(
            "SELECT payload, state, receipt FROM deliveries WHERE kind = 'webhook' AND submission_id = ?"
            " ORDER BY position",
            (submission_id,),
        ).fetchall()
    return [(json.loads(payload)["type"], state, receipt) for payload, state, receipt in rows]


@pytest.mark.parametrize("tried", [False, True], ids=["untried", "tried"])
@pytest.mark.parametrize("by_age", [False, True], ids=["author", "age"])
def test_an_approval_without_its_words_is_not_sent_and_its_withdrawal_is(
    known: SqlStore, url: str, tried: bool, by_age: bool
) -> None:
    approved = decide(known, hand_in(known, planned_at=NOW + timedelta(days=9)))
    other = decide(known, hand_in(known, "tom@example.org", "Tom's own words", NOW + timedelta(days=99)))
    receiver = Receiver()
    if tried:
        receiver.trouble = [Undeliverable("503")] * 2
        carry(known, receiver, 1)
    clock = FakeClock(NOW + timedelta(days=9, hours=20))  # its token would still be good
    done = Erasure(known, clock, IDS).before(clock(), "dpo") if by_age else erasure(known).author(PEGGY.id, "dpo")
    assert (done.submissions, done.unsent) == (1, 1)

    waiting = {one.id: one.last_error for one, _ in known.waiting() if one.payload.get("type") == APPROVED}
    (mine,) = [id_ for id_, why in waiting.items() if "erased" in why]
    (event,) = [one.event for one in known.events(approved.id) if one.event.kind == "submission.erased"]
    assert event.data["unsent"] == [mine]
    known.put_note("freeze", "now", {"brand": {"by": "U", "by_name": "U", "at": NOW.isoformat(), "why": "fire"}})
    carry(known, receiver, 30)
    assert receiver.got == [("submission.withdrawn", "[erased]")], "a freeze does not hold it back"
    known.put_note("freeze", "now", {})
    carry(known, receiver, 31)
    assert receiver.got[1:] == [(APPROVED, other.draft.text)]
    first, second = receipts(known, approved.id)
    assert first[:2] == (APPROVED, "delivered") and "words were erased" in (first[2] or "")
    assert second == ("submission.withdrawn", "delivered", '{"ok": true}')
    sound(known)
    assert call("audit", "verify", "--deep", "--database", url) == 0


def test_an_approval_that_a_courier_holds_at_that_moment(known: SqlStore) -> None:
    """It is asked for before each request; what tells of the withdrawal does not overtake it."""
    approved = decide(known, hand_in(known, planned_at=NOW + timedelta(days=9)))
    at_two = NOW + timedelta(minutes=2)
    (taken,) = known.claim_deliveries(DeliveryKind.WEBHOOK, at_two, lease_seconds=30)
    Erasure(known, FakeClock(at_two), IDS).author(PEGGY.id, "dpo")
    assert known.claim_deliveries(DeliveryKind.WEBHOOK, at_two + timedelta(seconds=29)) == []
    receiver = Receiver()
    assert "skipped" in UnlessErased(receiver, known).deliver(taken)
    known.failed(taken.id, at_two, "503", at_two + timedelta(seconds=5))  # or it was on its way, and refused
    carry(known, receiver, 1)
    assert [type_ for type_, _ in receiver.got] == ["submission.withdrawn"]
    assert [state for _, state, _ in receipts(known, approved.id)] == ["delivered"] * 2
    sound(known)


def test_an_approval_that_has_arrived_is_not_counted(known: SqlStore) -> None:
    decide(known, hand_in(known, planned_at=NOW + timedelta(days=9)))
    receiver = Receiver()
    carry(known, receiver, 1)
    assert erasure(known).author(PEGGY.id, "dpo").unsent == 0
    carry(known, receiver, 4)
    assert [type_ for type_, _ in receiver.got] == [APPROVED, "submission.withdrawn"]


def test_the_command_says_what_is_not_sent(known: SqlStore, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    for language, said in (("en", "not sent any more: 2."), ("fr", "ne partiront plus : 2.")):
        for _ in range(2):
            decide(known, hand_in(known))
        assert run(url, "--author", PEGGY.id, "--by", "dpo", "--yes", "--language", language) == 0
        assert said in capsys.readouterr().err
    hand_in(known)
    assert run(url, "--author", PEGGY.id, "--by", "dpo", "--yes") == 0
    assert "not sent" not in capsys.readouterr().err


def test_the_service_asks_before_it_sends(known: SqlStore, url: str) -> None:
    decide(known, hand_in(known))
    (taken,) = known.claim_deliveries(DeliveryKind.WEBHOOK, NOW + timedelta(days=1))
    nobody = {"webhook_url": "http://127.0.0.1:9/", "webhook_secret": "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"}
    with closing(Services(Settings(database=url, webhook_allow_private=True, **nobody))) as services:
        webhook = services.carrying.notifiers()[DeliveryKind.WEBHOOK]
        with pytest.raises(Undeliverable, match="could not be reached"):
            webhook.deliver(taken)
        erasure(known).author(PEGGY.id, "dpo")
        assert "skipped" in webhook.deliver(taken)
