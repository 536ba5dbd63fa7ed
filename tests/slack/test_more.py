"""The card's menu: ask the author, be reminded, settle all replies to one customer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from review_gate.domain.draft import Kind
from review_gate.domain.submission import State
from review_gate.slack.standin import CHANNEL
from tests.slack.house import CAMILLE, SAMIRA, THOMAS, House

MORE = "gate_more"


def direct(house: House, person: str) -> list[dict[str, Any]]:
    return house.slack.state.messages("D" + person[1:])


def thread(house: House, submission_id: str) -> list[str]:
    ts = (house.slack.card(submission_id) or {})["ts"]
    return [message["text"] for message in house.slack.state.messages(CHANNEL) if message["thread_ts"] == ts]


def test_a_question_goes_to_the_author_and_the_answer_comes_back(house: House) -> None:
    house.reconciler.run()
    held = house.hand_in("We ship in one day.")
    house.slack.choose(SAMIRA, held.id, MORE, "ask")
    window = house.slack.wait_for_window(SAMIRA)
    empty = house.slack.send_window(SAMIRA, window, {"gate_why": " "})
    assert empty.body["response_action"] == "errors"
    for _ in range(2):  # sent again, asked once
        assert house.slack.send_window(SAMIRA, window, {"gate_why": "To <Corsica> too?"}).body == {}
    house.work()
    (asked,) = direct(house, CAMILLE)
    assert "Samira Benali demande" in asked["text"]
    assert "To &lt;Corsica&gt; too?" in asked["text"]
    assert thread(house, held.id) == ["❓ Samira Benali: To &lt;Corsica&gt; too?"]
    house.slack.say(CAMILLE, "No, two days there.", "D" + CAMILLE[1:], thread_ts=asked["ts"])
    house.work()
    assert thread(house, held.id)[-1] == "↩️ Camille Moreau: No, two days there."
    notes = [(note.actor, note.data["text"]) for note in house.comments.of(held.id)]
    assert notes == [(SAMIRA, "To <Corsica> too?"), (CAMILLE, "No, two days there.")]
    assert house.gate.get(held.id).state is State.HELD


def test_nobody_to_ask_is_told(house: House) -> None:
    held = house.hand_in(author="nobody@elsewhere.example")
    house.slack.choose(SAMIRA, held.id, MORE, "ask")
    house.slack.choose(CAMILLE, held.id, MORE, "ask")
    deadline = datetime.now() + timedelta(seconds=10)
    while datetime.now() < deadline and not house.slack.told(SAMIRA):
        house.work()
    assert "not known in Slack" in house.slack.told(SAMIRA)[0]


def test_a_reminder_comes_when_it_is_due(house: House) -> None:
    held = house.hand_in("A draft that waits.")
    house.slack.choose(THOMAS, held.id, MORE, "hour")
    house.work()
    assert "You will be reminded" in house.slack.told(THOMAS)[0]
    other = house.hand_in("Another draft.")  # what is due is not held up by what is not
    assert house.slack.card(other.id) is not None
    house.slack.click(CAMILLE, other.id, "gate_approve")
    house.work()
    assert house.slack.told(CAMILLE)
    house.now += timedelta(minutes=59)
    house.work()
    assert direct(house, THOMAS) == []
    house.now += timedelta(minutes=2)
    house.work()
    (reminder,) = direct(house, THOMAS)
    assert "A draft that waits." in reminder["text"]
    assert f"sandbox#{(house.slack.card(held.id) or {})['ts']}" in reminder["text"]


def test_no_reminder_of_what_is_decided(house: House) -> None:
    held = house.hand_in()
    house.slack.choose(THOMAS, held.id, MORE, "tomorrow")
    house.slack.click(SAMIRA, held.id, "gate_approve")
    house.now += timedelta(days=2)
    house.work()
    assert direct(house, THOMAS) == []
    assert house.store.pending() == 1, "the webhook alone, which nobody carries here"


def test_one_reply_is_approved_and_the_others_to_this_customer_are_rejected(house: House) -> None:
    fields = {"kind": Kind.REPLY, "conversation": "c-812"}
    first, second, third = (house.hand_in(f"Reply number {n}.", **fields) for n in range(3))
    elsewhere = house.hand_in("A reply to somebody else.", kind=Kind.REPLY, conversation="c-813")
    house.slack.click(THOMAS, third.id, "gate_claim")
    house.work()
    house.slack.choose(SAMIRA, second.id, MORE, "only")
    assert house.gate.get(second.id).state is State.APPROVED
    rejected = house.gate.get(first.id)
    assert rejected.state is State.REJECTED
    assert rejected.decisions[0].comment == "Another reply to this customer was approved."
    assert house.gate.get(third.id).state is State.HELD, "somebody else works on it"
    assert house.gate.get(elsewhere.id).state is State.HELD
    house.work()
    assert "1 other replies rejected, 1 left" in house.slack.told(SAMIRA)[0]


def test_when_the_approval_is_refused_the_others_stay(house: House) -> None:
    fields = {"kind": Kind.REPLY, "conversation": "c-812"}
    own, other = (
        house.hand_in("My own reply.", **fields),
        house.hand_in("Another.", author="thomas@example.com", **fields),
    )
    house.slack.choose(CAMILLE, own.id, MORE, "only")
    assert house.gate.get(own.id).state is State.HELD
    assert house.gate.get(other.id).state is State.HELD
    house.work()
    assert "votre propre brouillon" in house.slack.told(CAMILLE)[0]
