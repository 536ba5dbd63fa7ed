"""`/gate freeze` and `/gate unfreeze`, typed as in Slack."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from review_gate.domain.duty import OnCall
from review_gate.domain.submission import State
from review_gate.slack.standin import CHANNEL, payloads
from tests.slack.house import INES, SAMIRA, SECRET, THOMAS, House


def said(house: House, person: str, command: str) -> str:
    return str(house.slack.command(person, command).body["text"])


def test_a_lead_freezes_a_market_and_what_was_approved_waits_again(house: House) -> None:
    later: dict[str, Any] = {"planned_at": house.now + timedelta(days=1)}
    here, elsewhere = house.hand_in(market="FR", **later), house.hand_in("In Canada.", market="CA", **later)
    for one in (here, elsewhere):
        house.slack.click(SAMIRA, one.id, "gate_approve")
    assert "1 approved for later wait" in said(house, INES, "freeze fr Accident in the news")
    assert house.gate.get(here.id).state is State.HELD
    assert house.gate.get(elsewhere.id).state is State.APPROVED
    assert "Accident in the news" in said(house, THOMAS, "freeze")
    assert "no longer frozen" in said(house, INES, "unfreeze FR It is over")
    assert house.gate.freezes.all() == ()
    kinds = [one.event.kind for one in house.store.events() if one.event.kind.startswith("freeze")]
    assert kinds == ["freeze.on", "freeze.off"]


def test_only_leads_freeze_and_lift(house: House) -> None:
    assert "Only a lead" in said(house, SAMIRA, "freeze FR I would like to")
    assert house.gate.freezes.all() == ()
    said(house, INES, "freeze brand A crisis")
    assert "Only a lead" in said(house, SAMIRA, "unfreeze brand Enough")
    assert [freeze.scope for freeze in house.gate.freezes.all()] == ["brand"]


@pytest.mark.parametrize("command", ["freeze FR", "freeze France Why", "unfreeze", "unfreeze FR", "freeze 12 Why"])
def test_without_market_or_reason_nothing_is_frozen_and_the_usage_is_told(house: House, command: str) -> None:
    assert "*/gate" in said(house, INES, command)
    assert house.gate.freezes.all() == ()


def test_what_is_not_frozen_cannot_be_lifted(house: House) -> None:
    assert "'FR' is not frozen" in said(house, INES, "unfreeze FR It is over")


def test_a_lead_may_freeze_from_any_channel(house: House) -> None:
    body = payloads.command(INES, "freeze FR Accident", "t", "").replace(CHANNEL, "C0ELSEWHERE")
    assert payloads.send(SECRET, f"{house.url}/slack/commands", body).status_code == 200
    assert [freeze.scope for freeze in house.gate.freezes.all()] == ["FR"]


def test_who_is_on_call_is_told_out_of_hours(tmp_path: Any) -> None:
    house = House(tmp_path, groups={"nights": ("ines@example.com",)}, on_call=OnCall("nights", days=()))
    try:
        assert "On call now: ines@example.com." in said(house, THOMAS, "who")
    finally:
        house.close()
