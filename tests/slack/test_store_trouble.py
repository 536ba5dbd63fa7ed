"""Slack while the database's disk is full, or the database is damaged: whoever acts is told in words, nothing is
half-written, and the same act counts once there is room."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from review_gate.domain.submission import State
from review_gate.ports import Filter
from review_gate.slack.standin import CHANNEL, payloads
from tests.failing_disk import damage_pages, failing_disk
from tests.full_disk import full_disk
from tests.slack.house import CAMILLE, INES, SAMIRA, SECRET, THOMAS, House
from tests.slack.test_bulk import home_of, options
from tests.slack.test_more import MORE, direct, thread

FULL = {SAMIRA: "le disque de Review Gate est plein", THOMAS: "the gate's disk is full"}


@contextmanager
def full(house: House, folder: Path) -> Iterator[None]:
    """For the gate: Slack, in the same folder, still writes."""
    before = len(list(house.store.log())), house.store.pending()
    with full_disk(folder / "gate.db"):
        yield
        assert (len(list(house.store.log())), house.store.pending()) == before


@pytest.mark.parametrize("person", [SAMIRA, THOMAS])
def test_a_button(house: House, tmp_path: Path, person: str) -> None:
    house.reconciler.run()  # learns who reads what
    held = house.hand_in()
    with full(house, tmp_path):
        for action in ("gate_approve", "gate_claim", "gate_escalate"):
            assert house.slack.click(person, held.id, action).status == 200
            assert FULL[person] in house.slack.told(person)[-1]
        assert len(house.slack.told(person)) == 3
        assert house.gate.get(held.id) == held
    assert house.slack.click(person, held.id, "gate_approve").status == 200
    assert house.gate.get(held.id).state is State.APPROVED


def test_who_may_not_is_told_that_and_not_of_the_disk(house: House, tmp_path: Path) -> None:
    held = house.hand_in()
    with full(house, tmp_path):
        assert house.slack.click(CAMILLE, held.id, "gate_approve").status == 200
        assert "votre propre brouillon" in house.slack.told(CAMILLE)[-1]
        house.slack.click(CAMILLE, held.id, "gate_reject")  # the refusal comes after the answer here
        until(lambda: len(house.slack.told(CAMILLE)) == 2)
    assert house.gate.get(held.id).state is State.HELD


def test_when_nobody_can_be_told_slack_shows_its_warning_sign(house: House, tmp_path: Path) -> None:
    held = house.hand_in()
    value = json.dumps({"id": held.id, "revision": 1, "sha": held.text_sha256})
    action = {"type": "button", "action_id": "gate_approve", "value": value, "block_id": "b"}
    card = house.slack.card(held.id) or {}
    click = payloads.block_actions(SAMIRA, CHANNEL, card, action, "t", "http://elsewhere.invalid/respond")
    with full(house, tmp_path):
        answer = payloads.send(SECRET, f"{house.url}/slack/interactions", payloads.form(click))
        assert answer.status_code == 503


@pytest.mark.parametrize(
    ("action", "sent", "state"),
    [
        ("gate_reject", {"gate_why": "Not now.", "gate_code": "wrong_moment"}, State.REJECTED),
        ("gate_request_changes", {"gate_why": "Shorter."}, State.CHANGES_REQUESTED),
        ("gate_edit", {"gate_text": "Our shop opens at ten."}, State.APPROVED),
    ],
)
def test_a_window_stays_open_and_can_be_sent_again(
    house: House, tmp_path: Path, action: str, sent: dict[str, str], state: State
) -> None:
    held = house.hand_in()
    house.slack.click(THOMAS, held.id, action)
    window = house.slack.wait_for_window(THOMAS)
    with full(house, tmp_path):
        reply = house.slack.send_window(THOMAS, window, sent)
        assert (reply.status, reply.body["response_action"]) == (200, "errors")
        shown = house.slack.wait_for_window(THOMAS)
        first_field = next(block["block_id"] for block in window["blocks"] if block["type"] == "input")
        assert list(shown["errors"]) == [first_field] and FULL[THOMAS] in shown["errors"][first_field]
        assert house.gate.get(held.id) == held
    assert house.slack.send_window(THOMAS, window, sent).body == {}
    assert house.gate.get(held.id).state is state


def test_a_draft_is_handed_in_once_there_is_room(house: House, tmp_path: Path) -> None:
    house.slack.command(THOMAS, "submit We open at ten.")
    window = house.slack.wait_for_window(THOMAS)
    with full(house, tmp_path):
        assert house.slack.send_window(THOMAS, window, {}).body["response_action"] == "errors"
    for _ in range(2):
        assert house.slack.send_window(THOMAS, window, {}).body["response_action"] == "update"
    assert [one.draft.text for one in house.store.submissions(Filter()).items] == ["We open at ten."]


def test_a_question_and_its_answer_are_written_whole_or_not_at_all(house: House, tmp_path: Path) -> None:
    house.reconciler.run()
    held = house.hand_in()
    house.slack.choose(SAMIRA, held.id, MORE, "ask")
    window = house.slack.wait_for_window(SAMIRA)
    with full(house, tmp_path):
        assert house.slack.send_window(SAMIRA, window, {"gate_why": "Why?"}).body["response_action"] == "errors"
        assert list(house.comments.of(held.id)) == []
    house.slack.send_window(SAMIRA, window, {"gate_why": "Why?"})
    house.work()
    (asked,) = direct(house, CAMILLE)
    event = {"type": "message", "user": CAMILLE, "text": "So.", "ts": "9.1", "channel": "D" + CAMILLE[1:],
             "event_ts": "9.1", "channel_type": "im", "thread_ts": asked["ts"]}  # fmt: skip
    with full(house, tmp_path):
        assert house.slack.send_event(event).status == 503, "Slack sends it again"
    for _ in range(2):
        assert house.slack.send_event(event).status == 200
    house.work()
    assert thread(house, held.id) == ["❓ Samira Benali: Why?", "↩️ Camille Moreau: So."]


def test_a_command(house: House, tmp_path: Path) -> None:
    house.reconciler.run()
    with full(house, tmp_path):
        assert house.slack.command(INES, "freeze FR an accident").status == 200
        assert FULL[SAMIRA] in house.slack.told(INES)[-1]
        assert house.gate.freezes.all() == ()


def test_of_several_those_that_were_saved_are_counted(house: House) -> None:
    held = [house.hand_in(f"Good morning number {n}. " + "Come and see. " * 100) for n in range(8)]
    home = home_of(house, INES)
    done = 0
    for room in range(40):  # a file that may grow by so many pages: the error of a full disk in the midst of it
        with house.store.database.write() as session:
            (pages,) = session.execute("PRAGMA page_count").fetchone()
            session.execute(f"PRAGMA max_page_count = {pages + room}")
        assert house.slack.click_view(INES, home, "gate_bulk_approve", options(home)).status == 200
        done = sum(house.gate.get(one.id).state is State.APPROVED for one in held)
        if done:
            break
        assert FULL[SAMIRA] in house.slack.told(INES)[-1]
    assert 0 < done < 8
    with house.store.database.write() as session:
        session.execute("PRAGMA max_page_count = 1000000")
    house.work()  # the last words may have had room in the outbox
    told = f"{done} sur 8 décidés ; {8 - done} laissés en l'état (la base n'accepte plus rien"
    assert [said for said in house.slack.told(INES) if said.startswith(told)] != []


def test_a_damaged_database(house: House, tmp_path: Path) -> None:
    held = house.hand_in()
    damage_pages(tmp_path / "gate.db")
    assert house.slack.click(SAMIRA, held.id, "gate_approve").status == 200
    assert "database cannot be used" in house.slack.told(SAMIRA)[-1], "nobody knows what she reads"
    house.slack.click(SAMIRA, held.id, "gate_reject")
    until(lambda: len(house.slack.told(SAMIRA)) == 2)
    assert house.slack.command(THOMAS, "who").status == 200
    assert "database cannot be used" in house.slack.told(THOMAS)[-1]
    assert all(str(tmp_path) not in said for said in (*house.slack.told(SAMIRA), *house.slack.told(THOMAS)))


def test_a_disk_that_fails_for_a_moment(house: House, tmp_path: Path) -> None:
    held = house.hand_in()
    with failing_disk(tmp_path / "gate.db"):
        assert house.slack.click(SAMIRA, held.id, "gate_approve").status == 200
    assert "Review Gate" in house.slack.told(SAMIRA)[-1]
    assert house.gate.get(held.id).state is State.HELD
    house.slack.click(SAMIRA, held.id, "gate_approve")
    assert house.gate.get(held.id).state is State.APPROVED


def until(true: Callable[[], Any], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
