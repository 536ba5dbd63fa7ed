"""Several review channels: each draft's card goes to its own, in that channel's language, and is decided there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from review_gate.domain.draft import Draft
from review_gate.domain.submission import State
from review_gate.settings import SettingsError, load_settings
from review_gate.slack.rooms import Room, Rooms
from review_gate.slack.standin import CHANNEL
from tests.slack.house import SAMIRA, House
from tests.slack.made import words_of

FRANCE = Room("C0FRANCE", "fr", markets=frozenset({"FR", "BE"}))
PHOTOS = Room("C0PHOTOS", "en", channels=frozenset({"instagram"}))
BOTH = Room("C0BOTH", "fr", markets=frozenset({"CA"}), channels=frozenset({"x"}))


@pytest.mark.parametrize(
    ("draft", "channel"),
    [
        (Draft("Hi"), "C0HOME"),
        (Draft("Hi", market="GB", channel="x"), "C0HOME"),
        (Draft("Hi", market="FR"), "C0FRANCE"),
        (Draft("Hi", market="be", channel="instagram"), "C0FRANCE"),  # the first that takes it
        (Draft("Hi", channel="Instagram"), "C0PHOTOS"),
        (Draft("Hi", market="CA", channel="x"), "C0BOTH"),
        (Draft("Hi", market="CA"), "C0HOME"),
    ],
)
def test_where_a_draft_goes(draft: Draft, channel: str) -> None:
    rooms = Rooms(Room("C0HOME"), (FRANCE, PHOTOS, BOTH))
    assert rooms.of(draft).channel == channel
    assert channel in rooms and "C0OTHER" not in rooms


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, rooms=[FRANCE, PHOTOS])
    yield made
    made.close()


def cards(house: House, channel: str) -> list[dict[str, Any]]:
    return [dict(one) for one in house.slack.state.messages(channel) if "metadata" in one]


def test_each_card_is_in_its_channel_in_that_channels_language(house: House) -> None:
    house.hand_in(market="FR")
    house.hand_in(market="GB")
    assert "Approuver" in words_of(cards(house, "C0FRANCE")[0]["blocks"])
    assert "Approve" in words_of(cards(house, CHANNEL)[0]["blocks"])
    assert (len(cards(house, "C0FRANCE")), len(cards(house, CHANNEL)), len(cards(house, "C0PHOTOS"))) == (1, 1, 0)


def test_who_clicks_in_one_of_them_reviews_and_the_card_stays_in_step(house: House) -> None:
    held = house.hand_in(market="FR")
    (card,) = cards(house, "C0FRANCE")
    assert house.slack.click_message(SAMIRA, "C0FRANCE", card["ts"], "gate_approve").status == 200
    house.work()
    assert house.gate.get(held.id).state is State.APPROVED
    assert "✅ Approuvé" in words_of(cards(house, "C0FRANCE")[0]["blocks"])


def test_a_new_version_is_announced_in_that_channels_language(house: House) -> None:
    held = house.hand_in(market="FR")
    house.revise(held, "A new text.")
    house.work()
    below = [one["text"] for one in house.slack.state.messages("C0FRANCE") if one.get("thread_ts")]
    assert below == ["La version 2 est là : à relire."]


def test_cards_that_were_deleted_come_back_where_they_were(house: House) -> None:
    held, other = house.hand_in(market="FR"), house.hand_in("At home.")
    for channel in ("C0FRANCE", CHANNEL):
        house.slack.state.delete_message(channel, cards(house, channel)[0]["ts"])
    house.now += timedelta(minutes=3)
    repaired = sum(reconciler.run() for reconciler in house.face.reconcilers)
    assert repaired == 2
    assert (len(cards(house, "C0FRANCE")), len(cards(house, CHANNEL))) == (1, 1)
    assert sum(reconciler.run() for reconciler in house.face.reconcilers) == 0
    assert {held.id, other.id} == {
        one["metadata"]["event_payload"]["submission_id"]
        for channel in ("C0FRANCE", CHANNEL)
        for one in cards(house, channel)
    }


def test_settings_name_rooms_in_a_table_or_a_variable(tmp_path: Path) -> None:
    table = tmp_path / "review-gate.toml"
    table.write_text('[[slack_rooms]]\nchannel = "C0FRANCE"\nlanguage = "fr"\nmarkets = ["FR"]\n', encoding="utf-8")
    by_file = load_settings(environ={}, file=table).slack_rooms
    text = '[{"channel": "C0FRANCE", "language": "fr", "markets": ["FR"]}]'
    assert load_settings(environ={"REVIEW_GATE_SLACK_ROOMS": text}).slack_rooms == by_file
    assert by_file[0].markets == ("FR",)


@pytest.mark.parametrize(
    "text",
    [
        "C0FRANCE",
        '[{"channel": "#france", "language": "fr", "markets": ["FR"]}]',
        '[{"channel": "C0FRANCE", "language": "de", "markets": ["FR"]}]',
        '[{"channel": "C0FRANCE", "language": "fr"}]',
    ],
)
def test_a_room_that_cannot_be_is_told(text: str) -> None:
    with pytest.raises(SettingsError, match="REVIEW_GATE_SLACK_ROOMS"):
        load_settings(environ={"REVIEW_GATE_SLACK_ROOMS": text})
