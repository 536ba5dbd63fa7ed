"""The card's way into the channel: slack-sdk's own client, real HTTP, and Slack on its bad days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from review_gate.adapters.clock import uuid7
from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer, State
from review_gate.gate import Seen
from review_gate.ports import Undeliverable
from review_gate.slack.client import OPERATOR_PAUSE, SlowDown, web_client
from review_gate.slack.face import SlackFace
from review_gate.slack.notifier import ENOUGH
from review_gate.slack.pace import Pace
from review_gate.slack.standin import CHANNEL
from tests.slack.house import SAMIRA, SOMEBODY, House
from tests.slack.made import chatter


def cards(house: House) -> list[str]:
    return [message["ts"] for message in house.slack.state.messages(CHANNEL) if "metadata" in message]


def approve(house: House, submission_id: str) -> None:
    held = house.gate.get(submission_id)
    person = house.directory.person(SAMIRA, reviewing=True)
    house.gate.decide(held.id, Answer.APPROVE, person, Seen(held.revision, held.text_sha256))


def test_the_same_delivery_twice_posts_one_card_and_updates_nothing(house: House) -> None:
    held = house.hand_in()
    first = house.cards.show(held.id)
    assert house.cards.show(held.id) == first
    assert len(cards(house)) == 1
    assert house.slack.state.calls("chat.update") == []


def test_a_crash_between_post_and_receipt_does_not_post_twice(house: House) -> None:
    house.slack.fail("chat.postMessage", "lost_answer")
    held = house.hand_in()  # Slack has the card, the gate does not know
    assert len(cards(house)) == 1
    assert "ts" not in (house.store.note("card", held.id) or {})
    house.now += timedelta(seconds=30)
    house.work()
    assert len(cards(house)) == 1
    assert (house.store.note("card", held.id) or {})["ts"] == cards(house)[0]
    approve(house, held.id)
    house.work()
    assert "✅" in str(house.slack.card(held.id))


@pytest.mark.parametrize("posted", [True, False])
@pytest.mark.parametrize("after", [2 * 3600, 1])
def test_a_card_is_looked_for_among_however_many_messages(house: House, after: float, posted: bool) -> None:
    house.slack.fail("chat.postMessage", "lost_answer" if posted else "internal_error")
    held = house.hand_in()
    chatter(house, after)
    for _ in range(3):
        house.now += timedelta(seconds=70)
        house.work()
    assert [(house.store.note("card", held.id) or {}).get("ts")] == cards(house)


def test_slack_asks_to_slow_down(house: House) -> None:
    held = house.gate.submit(house.hand_in().draft, SOMEBODY)
    house.slack.fail("chat.postMessage", "ratelimited", retry_after=17)
    with pytest.raises(Undeliverable) as refused:
        house.cards.show(held.id)
    assert refused.value.retry_after == 17
    assert not refused.value.final


def test_what_one_courier_was_told_all_of_them_heed(house: House) -> None:
    elsewhere = SlackFace(house.face._workspace, house.gate, house.store, lambda: house.now, uuid7).cards
    first, second = (house.gate.submit(Draft(text, channel="x"), SOMEBODY) for text in ("One.", "Two."))
    house.slack.fail("chat.postMessage", "ratelimited", retry_after=17)
    with pytest.raises(SlowDown):
        house.cards.show(first.id)
    house.slack.fail("chat.postMessage", "ratelimited", retry_after=5)
    asked = house.slack.state.calls()
    house.now += timedelta(seconds=7)
    with pytest.raises(SlowDown) as waits:
        elsewhere.show(second.id)
    assert waits.value.retry_after == 10
    assert house.slack.state.calls() == asked
    house.slack.state.clear_faults()
    house.now += timedelta(seconds=11)
    elsewhere.show(second.id)
    house.cards.show(first.id)
    assert len(cards(house)) == 2


@pytest.mark.parametrize(
    "error", ["is_archived", "channel_not_found", "invalid_auth", "token_revoked", "missing_scope"]
)
def test_what_an_operator_has_to_repair_waits_for_them(house: House, error: str) -> None:
    house.slack.fail("chat.postMessage", error)
    held = house.hand_in()
    assert cards(house) == []
    house.now += timedelta(seconds=60)
    house.work()
    assert cards(house) == [], "no hammering meanwhile"
    house.now += timedelta(seconds=OPERATOR_PAUSE * 1.2)
    house.work()
    assert len(cards(house)) == 1
    assert house.gate.get(held.id).state is State.HELD


def test_a_token_that_is_wrong_says_what_to_do(house: House) -> None:
    house.cards._client = web_client("xoxb-wrong", house.slack.api_url)
    held = house.gate.submit(house.hand_in().draft, SOMEBODY)
    with pytest.raises(Undeliverable, match="SLACK_BOT_TOKEN"):
        house.cards.show(held.id)


def test_slack_unreachable_for_an_hour_loses_nothing(house: House) -> None:
    house.slack.fail("*", "service_unavailable", times=10_000)
    held = house.hand_in()
    for _ in range(60):
        house.now += timedelta(minutes=1)
        house.work()
    assert cards(house) == []
    house.slack.state.clear_faults()
    house.now += timedelta(minutes=2)
    house.work()
    assert len(cards(house)) == 1
    assert house.store.dead_letters() == []
    assert house.gate.get(held.id).state is State.HELD


def test_the_card_of_what_is_decided_is_given_up_at_last_and_that_of_what_waits_never(house: House) -> None:
    decided, waits = house.hand_in("One."), house.hand_in("Two.")
    approve(house, decided.id)
    for method in ("chat.update", "chat.postMessage"):
        house.slack.fail(method, "is_archived", times=50)
    house.revise(waits, "Three.")
    for submission, attempts, final in (
        (decided, ENOUGH - 1, False),
        (decided, ENOUGH, True),
        (waits, 10 * ENOUGH, False),
    ):
        one = Delivery(uuid7(), DeliveryKind.CARD, house.now, submission.id, attempts=attempts)
        with pytest.raises(Undeliverable, match="archived") as error:
            house.cards.deliver(one)
        assert error.value.final is final


def test_a_deleted_card_of_what_waits_comes_back(house: House) -> None:
    held = house.hand_in()
    house.slack.state.delete_message(CHANNEL, cards(house)[0])
    house.revise(held, "A new text.")
    house.work()
    assert len(cards(house)) == 1
    assert "A new text." in str(house.slack.card(held.id))


def test_a_deleted_card_of_what_is_decided_stays_away(house: House) -> None:
    held = house.hand_in()
    house.slack.state.delete_message(CHANNEL, cards(house)[0])
    approve(house, held.id)
    house.work()
    assert cards(house) == []
    assert (house.store.note("card", held.id) or {})["gone"]
    assert house.store.dead_letters() == []


def test_no_card_before_the_author_is_known(house: House) -> None:
    """Without the author's Slack id their own click could not be told from a reviewer's."""
    house.slack.fail("users.lookupByEmail", "missing_scope")
    house.hand_in()
    assert cards(house) == []
    house.now += timedelta(seconds=OPERATOR_PAUSE * 1.2)
    house.work()
    assert len(cards(house)) == 1


def test_an_author_who_is_not_in_slack_is_fine(house: House) -> None:
    house.hand_in(author="nobody@elsewhere.example")
    assert len(cards(house)) == 1


def test_one_message_a_second_and_channel() -> None:
    pauses: list[float] = []
    pace = Pace(1.0, pauses.append)
    for _ in range(3):
        pace.wait()
    assert len(pauses) == 2
    assert all(0.9 < pause <= 2.0 for pause in pauses)


def test_the_reconciler_brings_back_what_somebody_deleted(house: House) -> None:
    held = house.hand_in()
    house.slack.state.delete_message(CHANNEL, cards(house)[0])
    house.now += timedelta(minutes=5)
    assert house.reconciler.run() == 1
    assert house.slack.card(held.id) is not None
    assert house.reconciler.run() == 0


def test_a_card_that_cannot_be_brought_back_at_once_comes_through_the_outbox_and_keeps_no_other(house: House) -> None:
    several = [house.hand_in(f"Draft {number}.") for number in range(3)]
    for ts in cards(house):
        house.slack.state.delete_message(CHANNEL, ts)
    house.now += timedelta(minutes=5)
    for _ in range(2):
        house.slack.fail("chat.postMessage", "internal_error", times=1)
        with pytest.raises(Undeliverable):
            house.reconciler.run()
    assert house.reconciler.run() == 1, "the third, though the first two were refused"
    assert len(cards(house)) == 1
    house.work()
    assert all(house.slack.card(one.id) is not None for one in several)
    assert len(cards(house)) == 3


def test_one_submission_that_cannot_be_read_keeps_no_card_from_being_repaired(house: House) -> None:
    bad, good = house.hand_in("One."), house.hand_in("Two.")
    for ts in cards(house):
        house.slack.state.delete_message(CHANNEL, ts)
    with house.store.database.write() as session:
        session.execute("UPDATE submissions SET body = '{}' WHERE id = ?", (bad.id,))
    house.now += timedelta(minutes=5)
    assert house.reconciler.run() == 1
    assert house.slack.card(good.id) is not None


def test_the_reconciler_repairs_a_card_that_differs_and_removes_a_double(house: House) -> None:
    held = house.hand_in()
    ts = cards(house)[0]
    message = house.slack.state.message(CHANNEL, ts) or {}
    stale = {**message, "metadata": {**message["metadata"], "event_payload": {"submission_id": held.id}}}
    house.slack.state.change_message(CHANNEL, ts, stale)
    house.now += timedelta(minutes=5)
    assert house.reconciler.run() == 1
    house.slack.state.add_message(CHANNEL, {key: value for key, value in message.items() if key != "ts"})
    assert len(cards(house)) == 2
    assert house.reconciler.run() >= 1
    assert len(cards(house)) == 1
    house.slack.click(SAMIRA, held.id, "gate_approve")
    house.work()
    assert "✅" in str(house.slack.card(held.id))


def test_a_claim_that_ended_by_itself_leaves_the_card(house: House) -> None:
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, "gate_claim")
    house.work()
    assert "gate_hand_back" in str(house.slack.card(held.id))
    house.now += timedelta(hours=1)
    assert house.reconciler.run() == 1
    assert "gate_claim" in str(house.slack.card(held.id))
    house.reconciler.tick()
    calls = len(house.slack.state.calls())
    house.reconciler.tick()
    assert len(house.slack.state.calls()) == calls, "not again before its time"


def test_a_clock_that_is_set_back_does_not_stop_the_reconciler(house: House) -> None:
    held = house.hand_in()
    house.now += timedelta(hours=1)
    house.reconciler.tick()
    house.now -= timedelta(minutes=58)
    house.slack.state.delete_message(CHANNEL, cards(house)[0])
    house.reconciler.tick()
    assert house.slack.card(held.id) is not None


@pytest.mark.parametrize("error", ["user_disabled", "messages_tab_disabled", "channel_not_found"])
def test_an_author_who_was_deactivated_holds_nothing_up(house: House, error: str) -> None:
    held = house.hand_in()
    approve(house, held.id)
    house.cards.show(held.id)
    house.slack.fail("chat.postMessage", error)
    house.work()
    assert house.store.pending() == 1, "the webhook alone, which nobody carries here"
    assert house.store.dead_letters() == []
    assert house.slack.told("U0CAMILLE1") == []
