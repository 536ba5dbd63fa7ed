"""Drills from the chore to the click: among the real cards, told at once, counted apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from review_gate.adapters.clock import uuid7
from review_gate.domain.change import DeliveryKind
from review_gate.domain.drill import Scenario
from review_gate.domain.duty import OnCall
from review_gate.domain.message import Message
from review_gate.domain.policy import DrillPolicy
from review_gate.domain.submission import Drill, State, Submission
from review_gate.gate.deadlines import Deadlines
from review_gate.gate.drills import Drills
from review_gate.gate.reading import came_in
from review_gate.insight.figures import figures
from review_gate.page_ports import Waiting
from review_gate.ports import Filter
from tests.slack.house import INES, SAMIRA, SOMEBODY, THOMAS, House
from tests.slack.made import words_of

LESSON = Message("It sells in a flood.", "On vend pendant une inondation.")
FLOOD = Scenario(
    Drill("everyday", "flood", "newsjack", "Stuck inside", LESSON),
    "Stuck inside? Perfect day to shop.", "en", "Mark Ellis", channel="x", market="US",
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, drills=DrillPolicy(rate=1.0, hours=2))
    yield made
    made.close()


def drills_of(house: House, *scenarios: Scenario) -> Drills:
    return Drills(house.store, lambda: house.screening, scenarios or (FLOOD,), lambda: house.now, uuid7)


def put_in(house: House, scenario: Scenario = FLOOD) -> Submission:
    made = drills_of(house).run(scenario)
    assert made is not None
    house.work()
    return made


def shown(house: House, submission: Submission) -> str:
    card = house.slack.card(submission.id)
    assert card is not None
    return words_of(card["blocks"])


def all_drills(house: House) -> tuple[Submission, ...]:
    return house.store.submissions(Filter(drills=True)).items


def test_beside_a_real_draft_comes_a_made_up_one_once(house: House) -> None:
    one, other = drills_of(house), drills_of(house)
    assert one.look() == 0, "what came in before has none"
    house.hand_in()
    assert one.look() + other.look() == 1
    assert one.look() == 0, "and no drill beside a drill"
    house.hand_in("Another one.")
    again = drills_of(house)
    house.store.put_note("drills", "position", {"after": 0})  # a courier that died before it noted where it was
    assert again.look() == 1
    assert len(all_drills(house)) == 2


def test_a_draft_beside_which_none_can_be_put_keeps_no_other_from_its_own(house: House) -> None:
    class Lame(Drills):
        lame = ""

        def run(self, scenario: Scenario, key: str | None = None) -> Submission | None:
            if key == self.lame:
                raise RuntimeError("a bug")
            return super().run(scenario, key)

    drills = Lame(house.store, lambda: house.screening, (FLOOD,), lambda: house.now, uuid7)
    drills.look()
    drills.lame = house.hand_in().id
    house.hand_in("Another one.")
    assert drills.look() == 1


@pytest.mark.parametrize("why", ["off", "frozen", "night", "enough", "old"])
def test_when_there_is_none(house: House, why: str) -> None:
    drills = drills_of(house)
    drills.look()
    if why == "off":
        house.policy = replace(house.policy, drills=DrillPolicy(rate=0.0))
    if why == "enough":
        house.policy = replace(house.policy, drills=DrillPolicy(rate=1.0, per_day=1))
        drills.run(FLOOD)
    if why == "frozen":
        house.gate.freezes.freeze("FR", "crisis", house.directory.person(INES, reviewing=True))
    if why == "night":
        duty = OnCall("nights", "UTC", (), time(9), time(18))
        house.policy = replace(house.policy, on_call=duty, groups={"nights": (INES,)})
    house.hand_in()
    if why == "old":
        house.now += timedelta(hours=2)
    assert drills.look() == 0


def test_its_card_looks_like_any_other(house: House) -> None:
    drill = put_in(house)
    before = shown(house, drill)
    assert "Mark Ellis" in before and "Stuck inside?" in before
    assert "drill" not in before.lower() and "flood" not in before
    assert {one.event.actor for one in house.store.events(drill.id)} == {"Mark Ellis"}, "the page shows who"
    assert "1 draft waits" in str(house.slack.command(THOMAS, "who").body)


def test_who_lets_it_pass_is_told_at_once_and_the_card_says_so(house: House) -> None:
    drill = put_in(house)
    house.slack.click(SAMIRA, drill.id, "gate_approve")
    house.work()
    assert house.gate.get(drill.id).state is State.WITHDRAWN
    assert "got past us" in house.slack.told(SAMIRA)[0]
    assert "It sells in a flood." in house.slack.told(SAMIRA)[0]
    after = shown(house, drill)
    assert "Drill, over" in after and "“Stuck inside”" in after
    with pytest.raises(LookupError):
        house.slack.click(THOMAS, drill.id, "gate_approve")


def test_who_catches_it_reads_so_in_the_window_they_sent(house: House) -> None:
    drill = put_in(house)
    house.slack.click(SAMIRA, drill.id, "gate_reject")
    window = house.slack.wait_for_window(SAMIRA)
    reply = house.slack.send_window(SAMIRA, window, {"gate_why": "We do not sell in a flood."})
    assert reply.body["response_action"] == "update"
    assert "was caught" in words_of(reply.body["view"]["blocks"])


def test_an_edit_that_takes_the_words_out_is_told_as_caught(house: House) -> None:
    drill = put_in(house)
    house.slack.click(SAMIRA, drill.id, "gate_edit")
    window = house.slack.wait_for_window(SAMIRA)
    reply = house.slack.send_window(SAMIRA, window, {"gate_text": "Stay safe, everybody."})
    assert "was caught" in words_of(reply.body["view"]["blocks"])


def test_a_real_draft_says_nothing_of_drills(house: House) -> None:
    real = house.hand_in()
    house.slack.click(SAMIRA, real.id, "gate_approve")
    house.work()
    assert house.slack.told(SAMIRA) == []
    assert house.gate.get(real.id).state is State.APPROVED


def test_nothing_of_it_goes_to_a_publisher(house: House) -> None:
    drill = put_in(house)
    house.slack.click(SAMIRA, drill.id, "gate_approve")
    claimed = house.store.claim_deliveries(DeliveryKind.WEBHOOK, house.now + timedelta(days=1))
    assert [one for one in claimed if one.submission_id == drill.id] == []


def test_it_is_counted_apart_from_what_is_real(house: House) -> None:
    real, drill = house.hand_in(), put_in(house)
    house.slack.click(SAMIRA, drill.id, "gate_approve")
    second = put_in(house)
    assert [one.id for one in house.store.submissions(Filter()).items] == [real.id]
    since, until = house.now - timedelta(days=1), house.now + timedelta(days=1)
    counted = figures(house.store.handed_in(since, until), {}, since, until)
    assert (counted.handed_in, counted.waiting, counted.speed.decisions) == (1, 1, 0)
    assert counted.reviewers == []
    assert house.store.planned(since, until).items == ()
    assert house.store.vitals(house.now).held == 1
    assert [one.id for one in came_in(house.store, since, until).items] == [real.id], "so for the digest"
    waiting = {one.id for one in house.store.queue(Waiting()).items}
    assert waiting == {real.id, second.id}, "reviewers find it in their queue"


def test_nobody_is_hurried_for_it_and_it_ends_by_itself(house: House) -> None:
    drill = put_in(house)
    told: list[str] = []
    chore = Deadlines(
        house.store, lambda: house.policy, lambda: house.now, uuid7, lambda *said: told.append(str(said[2]))
    )
    house.now += timedelta(hours=1, minutes=40)
    assert chore.run() == 0
    house.now += timedelta(minutes=21)
    assert chore.run() == 1
    house.work()
    assert house.gate.get(drill.id).state is State.EXPIRED
    assert told == []
    assert "nobody answered" in shown(house, drill)


def test_leads_read_the_results_and_nobody_else(house: House) -> None:
    house.now = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    for person, action in ((SAMIRA, "gate_approve"), (THOMAS, "gate_approve")):
        house.slack.click(person, put_in(house).id, action)
    assert "Only leads" in house.slack.command(SAMIRA, "drills").body["text"]
    said = house.slack.command(INES, "drills").body["text"]
    assert "0 of 2 caught" in said
    assert "tied to bad news – 0 of 2 caught" in said


def test_the_audit_log_knows_which_it_was(house: House) -> None:
    drill, real = put_in(house), house.gate.submit(house.hand_in().draft, SOMEBODY)
    assert all(one.event.data["drill"] == "flood" for one in house.store.events(drill.id))
    assert all("drill" not in one.event.data for one in house.store.events(real.id))
