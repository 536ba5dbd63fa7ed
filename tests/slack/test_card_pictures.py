"""Pictures in the card: shown where Slack can fetch them, left out where it cannot, never in the card's way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from review_gate.domain.change import Change
from review_gate.domain.draft import Media
from review_gate.domain.picture import Look
from review_gate.domain.submission import Submission
from review_gate.settings import Settings
from review_gate.slack.cards import card
from review_gate.slack.setting import Setting
from tests.slack.house import House

SHA = "a" * 64


def thumbnail(sha256: str, until: datetime) -> str:
    return f"https://gate.example/v1/media/{sha256}/thumb?until={int(until.timestamp())}"


def looked_at(house: House) -> Submission:
    made = house.hand_in(media=(Media(f"/v1/media/{SHA}#fete.jpg"), Media("https://cdn.example/b.jpg", "Une rue")))
    first = replace(made.draft.media[0], look=Look(SHA, ""))
    draft = replace(made.draft, media=(first, made.draft.media[1]))
    after = replace(made, draft=draft, version=made.version + 1)
    house.store.commit(Change(after, made.version))
    return after


def images(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block for block in blocks if block["type"] == "image"]


def test_a_small_copy_is_shown_with_its_words_and_its_address_stays(house: House) -> None:
    seen = looked_at(house)
    setting = Setting("fr", "https://gate.example/s", thumbnail=thumbnail)
    (shown,) = images(card(seen, house.now, setting).blocks)
    assert shown["image_url"].startswith(f"https://gate.example/v1/media/{SHA}/thumb?until=")
    assert shown["alt_text"] == "fete.jpg"
    assert card(seen, house.now, setting) == card(seen, house.now, setting)


def test_where_slack_cannot_come_the_card_says_where_they_are(house: House) -> None:
    seen = looked_at(house)
    shown = card(seen, house.now, Setting("fr", "https://gate.example/s"))
    assert images(shown.blocks) == [] and "images à voir sur la page" in str(shown.blocks)


def test_a_picture_that_slack_cannot_fetch_does_not_keep_the_card(tmp_path: Path) -> None:
    house = House(tmp_path, thumbnail=thumbnail)
    try:
        seen = looked_at(house)
        house.slack.fail("chat.update", "invalid_blocks")
        house.cards.show(seen.id)
        assert images((house.slack.card(seen.id) or {})["blocks"]) == []
        house.slack.fail("chat.update", "invalid_blocks", times=9)
        house.cards.show(seen.id)  # nothing has changed: it is not tried over and over
    finally:
        house.close()


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        (None, False),
        ("http://gate.example.com", False),
        ("https://gate.example.com", True),
        ("https://localhost", False),
        ("https://gate.local", False),
        ("https://10.0.0.1:8443", False),
        ("https://93.184.216.34", True),
    ],
)
def test_which_addresses_slack_may_reach(address: str | None, seen: bool) -> None:
    assert Settings(public_url=address).seen_from_outside is seen
