"""Several drafts at once, from a lead's home."""

from __future__ import annotations

from typing import Any

import pytest

from review_gate.domain.submission import State
from review_gate.slack.bulk import ticked
from review_gate.slack.standin import payloads
from tests.slack.house import INES, SAMIRA, SECRET, THOMAS, House
from tests.slack.made import view_must_be_accepted


def home_of(house: House, person: str) -> dict[str, Any]:
    house.slack.open_home(person)
    house.work()
    view = house.slack.state.view(person, "home")
    assert view is not None
    return {key: value for key, value in view.items() if key != "errors"}


def options(home: dict[str, Any]) -> list[str]:
    lists = [block["elements"][0] for block in home["blocks"] if block.get("block_id") == "gate_bulk"]
    return [option["value"] for one in lists for option in one["options"]]


def test_a_lead_approves_several_but_nothing_risky(house: House) -> None:
    fine = [
        house.hand_in(f"Good morning number {n}, long enough to be cut somewhere in the middle of it.")
        for n in range(2)
    ]
    risky = house.hand_in("C'est nul.")
    own = house.hand_in("My own.", author="ines@example.com")
    home = home_of(house, INES)
    view_must_be_accepted({key: home[key] for key in ("type", "callback_id", "blocks")})
    assert len(options(home)) == 4
    house.slack.click_view(INES, home, "gate_bulk_approve", options(home))
    assert [house.gate.get(one.id).state for one in fine] == [State.APPROVED] * 2
    assert [house.gate.get(one.id).state for one in (risky, own)] == [State.HELD] * 2
    house.work()
    assert "2 sur 4 décidés ; 2 laissés" in house.slack.told(INES)[-1]
    assert len(options(home_of(house, INES))) == 2


def test_a_lead_rejects_several_with_one_reason(house: House) -> None:
    held = [house.hand_in(f"Text number {n}.") for n in range(3)]
    home = home_of(house, INES)
    house.slack.click_view(INES, home, "gate_bulk_reject", options(home)[:2])
    window = house.slack.wait_for_window(INES)
    assert house.slack.send_window(INES, window, {"gate_why": ""}).body["response_action"] == "errors"
    sent = house.slack.send_window(INES, window, {"gate_why": "Not this week.", "gate_code": "wrong_moment"})
    assert sent.body == {}
    states = [house.gate.get(one.id) for one in held]
    assert [one.state for one in states] == [State.REJECTED, State.REJECTED, State.HELD]
    assert {(one.decisions[0].comment, one.decisions[0].reason_code) for one in states[:2]} == {
        ("Not this week.", "wrong_moment")
    }


def test_what_changed_since_the_list_was_drawn_is_left(house: House) -> None:
    held = house.hand_in("The old text.")
    home = home_of(house, INES)
    house.revise(held, "The new text.")
    house.slack.click_view(INES, home, "gate_bulk_approve", options(home))
    assert house.gate.get(held.id).state is State.HELD


def test_nobody_else_decides_in_bulk(house: House) -> None:
    held = house.hand_in()
    assert options(home_of(house, SAMIRA)) == []
    home = home_of(house, INES)
    house.slack.click_view(SAMIRA, home, "gate_bulk_approve", options(home))
    house.slack.click_view(SAMIRA, home, "gate_bulk_reject", options(home))
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "gate_bulk_why",
        "private_metadata": f'[["{held.id}",1,"{held.text_sha256}"]]',
    }
    values = {"gate_why": {"gate_why_text": {"type": "plain_text_input", "value": "Because"}}}
    payload = payloads.view_submission(THOMAS, view, values, "t")
    answer = payloads.send(SECRET, f"{house.url}/slack/interactions", payloads.form(payload)).json()
    assert "Only leads" in str(answer["view"])
    assert house.gate.get(held.id).state is State.HELD


def test_nothing_ticked_is_told(house: House) -> None:
    house.hand_in()
    house.slack.click_view(INES, home_of(house, INES), "gate_bulk_approve")
    house.work()
    assert "Cochez" in house.slack.told(INES)[-1]


@pytest.mark.parametrize("value", ["", "x:y:z", "1", "1:a", "١:a:b"])
def test_garbled_boxes_are_left_out(value: str) -> None:
    state = {"gate_bulk": {"gate_bulk_choice": {"selected_options": [{"value": value}]}}}
    assert ticked({"state": {"values": state}}) == []
