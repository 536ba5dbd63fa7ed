"""Clicks as Slack sends them, over real HTTP: what they decide, whom they refuse, what people are told."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import httpx
import pytest

from review_gate.domain.submission import State
from review_gate.slack.standin import CHANNEL, payloads
from tests.slack.house import CAMILLE, INES, SAMIRA, SECRET, THOMAS, House


def test_one_click_approves_and_the_card_says_so(house: House) -> None:
    held = house.hand_in()
    assert house.slack.click(SAMIRA, held.id, "gate_approve").status == 200
    decided = house.gate.get(held.id)
    assert decided.state is State.APPROVED
    assert decided.decisions[0].by == SAMIRA
    house.work()
    card = house.slack.card(held.id)
    assert card is not None
    assert card["blocks"][0]["text"]["text"].startswith("✅ Approved")
    assert not [block for block in card["blocks"] if block["type"] == "actions"]


def test_no_call_to_slack_while_a_click_is_answered(house: House) -> None:
    held = house.hand_in()
    before = house.slack.state.calls()
    house.slack.click(SAMIRA, held.id, "gate_approve")
    assert house.slack.state.calls() == before


def test_the_author_is_refused_under_their_slack_name(house: House) -> None:
    """The draft names an e-mail address, the click a user id: both are Camille."""
    held = house.hand_in()
    assert house.slack.click(CAMILLE, held.id, "gate_approve").status == 200
    assert house.gate.get(held.id).state is State.HELD
    house.work()
    assert house.slack.told(CAMILLE) == ["C'est votre propre brouillon : la décision revient à quelqu'un d'autre."]


def test_a_second_click_changes_nothing_and_is_told(house: House) -> None:
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, "gate_approve")
    version = house.gate.get(held.id).version
    house.slack.click(THOMAS, held.id, "gate_approve")
    assert house.gate.get(held.id).version == version
    house.work()
    assert "nothing was changed" in house.slack.told(THOMAS)[0]


def test_a_click_on_the_old_text_is_stale(house: House) -> None:
    held = house.hand_in()
    card = house.slack.card(held.id)
    assert card is not None
    house.revise(held, "Another text altogether.")
    house.slack.click(SAMIRA, held.id, "gate_approve")  # the card still shows the old text
    assert house.gate.get(held.id).state is State.HELD
    house.work()
    assert "The text has changed" in house.slack.told(SAMIRA)[0]
    house.slack.click(SAMIRA, held.id, "gate_approve")  # now it shows the new one
    assert house.gate.get(held.id).state is State.APPROVED


def test_of_two_clicks_at_once_one_wins_and_the_other_is_told(house: House) -> None:
    for _ in range(5):
        held = house.hand_in()
        replies = at_once(*(partial(house.slack.click, person, held.id, "gate_approve") for person in (SAMIRA, THOMAS)))
        assert [reply.status for reply in replies] == [200, 200]
        decided = house.gate.get(held.id)
        assert decided.state is State.APPROVED
        assert len(decided.decisions) == 1
        house.work()
        loser = THOMAS if decided.decisions[0].by == SAMIRA else SAMIRA
        told = house.slack.told(loser)
        assert told, "the other one has to hear about it"
    assert len(house.slack.told(SAMIRA)) + len(house.slack.told(THOMAS)) == 5


def test_a_replayed_request_decides_nothing_twice(house: House) -> None:
    held = house.hand_in()
    card = house.slack.card(held.id)
    assert card is not None
    action = {"type": "button", "action_id": "gate_approve", "value": _value(card), "block_id": "b"}
    payload = payloads.block_actions(SAMIRA, CHANNEL, card, action, "t", f"{house.url}/sandbox/respond/none")
    body = payloads.form(payload)
    headers = {"Content-Type": payloads.FORM, **payloads.sign(SECRET, body, int(time.time()))}
    for _ in range(3):
        assert httpx.post(f"{house.url}/slack/interactions", content=body, headers=headers).status_code == 200
    assert len(house.gate.get(held.id).decisions) == 1


def test_what_the_screening_blocks_only_a_lead_approves(house: House) -> None:
    held = house.hand_in("This is forbidden here.")
    house.slack.click(SAMIRA, held.id, "gate_approve")
    assert house.gate.get(held.id).state is State.HELD
    house.slack.click(INES, held.id, "gate_approve")
    assert house.gate.get(held.id).state is State.APPROVED


def test_a_click_outside_of_the_review_channel_is_no_reviewers(house: House) -> None:
    held = house.hand_in()
    card = house.slack.card(held.id)
    assert card is not None
    action = {"type": "button", "action_id": "gate_approve", "value": _value(card), "block_id": "b"}
    payload = payloads.block_actions(SAMIRA, "C0ELSEWHERE", card, action, "t", "")
    payloads.send(SECRET, f"{house.url}/slack/interactions", payloads.form(payload))
    assert house.gate.get(held.id).state is State.HELD


def test_a_garbled_button_is_told_not_a_crash(house: House) -> None:
    held = house.hand_in()
    card = house.slack.card(held.id)
    assert card is not None
    for value in ("", "{}", "[]", "null", '{"id": 3}', "{" * 1000, '{"id":"x","sha":"y","revision":true}'):
        reply = house.slack.click_message(SAMIRA, CHANNEL, card["ts"], "gate_approve", value)
        assert reply.status == 200, value
    house.work()
    assert len(house.slack.told(SAMIRA)) == 7
    assert house.gate.get(held.id).state is State.HELD


@pytest.mark.parametrize(
    ("action", "state"), [("gate_request_changes", State.CHANGES_REQUESTED), ("gate_reject", State.REJECTED)]
)
def test_a_window_asks_why_and_its_answer_decides(house: House, action: str, state: State) -> None:
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, action)
    window = house.slack.wait_for_window(SAMIRA)
    assert house.gate.get(held.id).state is State.HELD
    empty = house.slack.send_window(SAMIRA, window, {"gate_why": "  ", "gate_code": "legal"})
    assert empty.body["response_action"] == "errors"
    assert house.gate.get(held.id).state is State.HELD
    sent = house.slack.send_window(SAMIRA, window, {"gate_why": "Too soon after the news.", "gate_code": "legal"})
    assert (sent.status, sent.body) == (200, {})
    decided = house.gate.get(held.id)
    assert decided.state is state
    assert decided.decisions[0].comment == "Too soon after the news."
    assert decided.decisions[0].reason_code == ("legal" if action == "gate_reject" else "")
    assert house.slack.state.view(SAMIRA) is None
    again = house.slack.send_window(SAMIRA, window, {"gate_why": "Too soon after the news.", "gate_code": "legal"})
    assert again.body == {}, "the same answer again only confirms"
    assert len(house.gate.get(held.id).decisions) == 1


def test_a_window_sent_after_somebody_else_decided_says_so(house: House) -> None:
    held = house.hand_in()
    house.slack.click(THOMAS, held.id, "gate_reject")
    window = house.slack.wait_for_window(THOMAS)
    house.slack.click(SAMIRA, held.id, "gate_approve")
    late = house.slack.send_window(THOMAS, window, {"gate_why": "No.", "gate_code": "other"})
    assert late.body["response_action"] == "update"
    assert "already approved" in str(late.body["view"]["blocks"])
    assert "No." in str(late.body["view"]["blocks"]), "what was typed can be copied"
    assert len(house.gate.get(held.id).decisions) == 1


def test_no_window_for_whoever_may_not_decide(house: House) -> None:
    held = house.hand_in()
    house.slack.click(CAMILLE, held.id, "gate_reject")
    with pytest.raises(LookupError):
        house.slack.wait_for_window(CAMILLE, seconds=0.5)
    house.work()
    assert "votre propre brouillon" in house.slack.told(CAMILLE)[0]


def test_claim_hand_back_and_escalate(house: House) -> None:
    house.reconciler.run()  # learns the members' names
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, "gate_claim")
    house.work()
    house.slack.click(THOMAS, held.id, "gate_approve")
    assert house.gate.get(held.id).state is State.HELD
    house.work()
    assert "Samira Benali has claimed" in house.slack.told(THOMAS)[0]
    house.slack.click(SAMIRA, held.id, "gate_hand_back")
    house.work()
    house.slack.click(THOMAS, held.id, "gate_escalate")
    house.work()
    assert house.gate.get(held.id).escalated
    card = house.slack.card(held.id)
    assert card is not None
    assert "gate_escalate" not in str(card["blocks"])


def _value(card: dict[str, Any]) -> str:
    buttons = next(block for block in card["blocks"] if block["type"] == "actions")["elements"]
    return str(buttons[0]["value"])


def at_once(*deeds: Any) -> list[Any]:
    """The results of all of them, started at the same moment."""
    barrier = Barrier(len(deeds))

    def run(deed: Any) -> Any:
        barrier.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
