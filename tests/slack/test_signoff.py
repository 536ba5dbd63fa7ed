"""Sign-off with real clicks: who may approve what, what the card says, who is called by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from review_gate.domain.draft import Media
from review_gate.domain.duty import OnCall
from review_gate.domain.signoff import Rule
from review_gate.domain.submission import State
from review_gate.domain.verdict import Severity
from review_gate.slack.standin import CHANNEL
from tests.slack.house import CAMILLE, INES, SAMIRA, THOMAS, House
from tests.slack.made import words_of

LEGAL = {"legal": ("thomas@example.com",)}
PICTURE = (Media("https://brand.example/a.png", "A shop"),)
MORNING = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NIGHT = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)
DUTY = OnCall("nights", "Europe/Paris", (0, 1, 2, 3, 4), time(9), time(18))


def made(folder: Path, *rules: Rule, **policy: Any) -> House:
    return House(folder, sign_off=rules, **policy)


def shown(house: House, submission_id: str) -> str:
    card = house.slack.card(submission_id)
    assert card is not None
    return words_of(card["blocks"])


def below(house: House) -> list[str]:
    return [one["text"] for one in house.slack.state.messages(CHANNEL) if one.get("thread_ts")]


def test_a_picture_takes_a_second_look_by_somebody_else(tmp_path: Path) -> None:
    house = made(tmp_path, Rule("images", 2, media=True))
    try:
        plain, picture = house.hand_in(), house.hand_in(media=PICTURE)
        house.slack.click(SAMIRA, plain.id, "gate_approve")
        assert house.gate.get(plain.id).state is State.APPROVED
        assert "2 approvals from any reviewer (images)" in shown(house, picture.id)
        house.slack.click(SAMIRA, picture.id, "gate_approve")
        house.work()
        assert "1 approval from any reviewer (images). Given: 1 of 2" in shown(house, picture.id)
        for nobody in (SAMIRA, CAMILLE):  # not twice, and never the author
            house.slack.click(nobody, picture.id, "gate_approve")
        assert house.gate.get(picture.id).state is State.HELD
        house.slack.click(THOMAS, picture.id, "gate_approve")
        assert house.gate.get(picture.id).state is State.APPROVED
    finally:
        house.close()


def test_what_legal_has_to_sign_off_nobody_else_lets_out(tmp_path: Path) -> None:
    """The group names an e-mail address, the click comes by the Slack id."""
    house = made(tmp_path, Rule("promises", 1, ("legal",), categories=frozenset({"profanity"})), groups=LEGAL)
    try:
        held = house.hand_in("An awful thing to say.")
        assert "1 approval from legal (promises)" in shown(house, held.id)
        house.slack.click(SAMIRA, held.id, "gate_approve")  # the one every text needs
        house.slack.click(INES, held.id, "gate_approve")  # a lead is not legal
        house.work()
        assert house.gate.get(held.id).state is State.HELD
        assert "Still needed: 1 approval from legal (promises)." in house.slack.told(INES)[0]
        house.slack.click(THOMAS, held.id, "gate_approve")
        decided = house.gate.get(held.id)
        assert decided.state is State.APPROVED
        assert [one.groups for one in decided.decisions] == [(), ("legal",)]
    finally:
        house.close()


def test_a_later_policy_does_not_change_what_was_asked(tmp_path: Path) -> None:
    house = made(tmp_path, Rule("all", 1, ("legal",)), groups=LEGAL)
    try:
        held = house.hand_in()
        house.policy = replace(house.policy, sign_off=(), approvals_needed=1)
        house.slack.click(SAMIRA, held.id, "gate_approve")
        assert house.gate.get(held.id).state is State.HELD
        other = house.hand_in("Handed in under the new policy.")
        house.slack.click(SAMIRA, other.id, "gate_approve")
        assert house.gate.get(other.id).state is State.APPROVED
        house.revise(held, "A new text is asked what holds now.")
        house.work()
        house.slack.click(SAMIRA, held.id, "gate_approve")
        assert house.gate.get(held.id).state is State.APPROVED
    finally:
        house.close()


def test_blocked_takes_a_lead_besides_the_group(tmp_path: Path) -> None:
    house = made(tmp_path, Rule("grave", 1, ("legal",), severity=Severity.BLOCK), groups=LEGAL)
    try:
        held = house.hand_in("This is forbidden here.")
        house.slack.click(SAMIRA, held.id, "gate_approve")
        assert house.gate.get(held.id).decisions == ()
        house.slack.click(THOMAS, held.id, "gate_approve")
        assert house.gate.get(held.id).state is State.HELD
        house.slack.click(INES, held.id, "gate_approve")
        assert house.gate.get(held.id).state is State.APPROVED
    finally:
        house.close()


@pytest.mark.parametrize("who", ["ines@example.com", INES])
def test_out_of_hours_the_card_calls_those_on_call(tmp_path: Path, who: str) -> None:
    house = made(tmp_path, groups={"nights": (who,)}, on_call=DUTY)
    try:
        house.now = MORNING
        by_day = house.hand_in()
        assert INES not in shown(house, by_day.id)
        house.now = NIGHT
        at_night = house.hand_in("Our night shift.")
        assert f"on call: <@{INES}>" in shown(house, at_night.id)
        house.slack.click(THOMAS, at_night.id, "gate_approve")
        house.work()
        assert INES not in shown(house, at_night.id)
    finally:
        house.close()


def test_what_is_escalated_rings_once_by_day_for_the_seniors_by_night_for_those_on_call(tmp_path: Path) -> None:
    house = made(tmp_path, groups={"senior": (INES,), "nights": (SAMIRA,)}, on_call=DUTY)
    try:
        for now, called in ((MORNING, INES), (NIGHT, SAMIRA)):
            house.now = now
            held = house.hand_in(f"It is {now:%H}.")
            before = len(below(house))
            house.slack.click(THOMAS, held.id, "gate_escalate")
            house.work()
            house.cards.show(held.id)
            house.slack.click(THOMAS, held.id, "gate_claim")
            house.work()
            rung = below(house)[before:]
            assert rung == [f"Escalated: please look at this now. <@{called}>"]
    finally:
        house.close()
