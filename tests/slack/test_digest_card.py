"""The daily look in the channel: posted once at the policy's hour, marked from its buttons."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from review_gate.adapters.clock import uuid7
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.submission import Person
from review_gate.gate.erasing import Erasure
from review_gate.insight.digest import ClusterSeen, Digest, Sampled
from review_gate.insight.limits import Lately
from review_gate.insight.sample import Estimate
from review_gate.slack.digest_card import FINE, HELD, digest_card
from review_gate.slack.setting import Setting
from review_gate.slack.standin import CHANNEL
from tests.slack.house import CAMILLE, SAMIRA, THOMAS, House
from tests.slack.made import chatter, must_be_accepted, words_of

SHOP = Person("shop")
EIGHT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
DAY = date(2026, 11, 24)


def a_day(house: House) -> None:
    """Three replies went out; it is half past eight the next morning in Paris."""
    house.now = EIGHT - timedelta(hours=12)
    for text in (
        "Your parcel leaves tonight.",
        "We open at nine tomorrow.",
        "<b>Returns</b> are free & easy for a month.",
    ):
        house.gate.check(Draft(text, kind=Kind.REPLY, bot="faq-bot", channel="x"), SHOP)
    house.now = EIGHT
    house.gate.digests()
    house.work()


def digests_in(house: House) -> list[dict[str, Any]]:
    return [
        message
        for message in house.slack.state.messages(CHANNEL)
        if (message.get("metadata") or {}).get("event_type") == "gate_digest"
    ]


def value_of(house: House, text: str) -> str:
    """What the buttons of the reply with this text carry."""
    (sampled,) = [item for item in house.gate.digests.of(DAY).sample if text in item.text]
    return json.dumps({"day": DAY.isoformat(), "reply": sampled.id})


def test_it_is_posted_once_and_says_what_happened(house: House) -> None:
    a_day(house)
    house.gate.digests()
    house.work()
    (message,) = digests_in(house)
    told = words_of(message["blocks"])
    assert "3 automatic replies went out by themselves (faq-bot 3)" in told
    assert "Your parcel leaves tonight." in told and "<b>Returns</b> are free & easy" in told
    assert "nothing has been marked yet" in told
    assert str(message["blocks"]).count(FINE) == 3


def test_when_its_texts_are_erased_the_message_loses_them_and_no_old_one_is_posted(house: House) -> None:
    a_day(house)
    before = (DAY - timedelta(days=1)).isoformat()  # from a time without Slack: kept, and never posted
    house.store.put_note("digest", before, {**(house.store.note("digest", DAY.isoformat()) or {}), "day": before})
    house.now += timedelta(days=31)
    erased = Erasure(house.store, lambda: house.now, uuid7).before(house.now - timedelta(days=30), "dpo")
    assert erased.others == 2
    house.work()
    (message,) = digests_in(house)
    told = words_of(message["blocks"])
    assert "3 automatic replies went out by themselves (faq-bot 3)" in told
    assert "parcel" not in told and told.count("[erased]") == 3


def test_a_reviewer_marks_from_the_message_and_the_estimates_follow(house: House) -> None:
    house.reconciler.run()
    a_day(house)
    (message,) = digests_in(house)
    for text, action, person in (("parcel", FINE, SAMIRA), ("nine", HELD, THOMAS)):
        house.slack.click_message(person, CHANNEL, message["ts"], action, value=value_of(house, text))
    house.work()
    marks = {item.text[:6]: (item.mark, item.by) for item in house.gate.digests.of(DAY).sample}
    assert marks == {"Your p": (False, SAMIRA), "We ope": (True, THOMAS), "<b>Ret": (None, None)}
    (message,) = digests_in(house)
    told = words_of(message["blocks"])
    assert "✅ Fine – Samira Benali" in told and "✋ Should have been held – Thomas Wright" in told
    assert "Caught of what should be held: 0% [0%" in told
    assert "To try on the page" not in told, "nothing scored: no limit of the score would help"
    assert str(message["blocks"]).count(FINE) == 1


def test_who_is_no_reviewer_and_what_is_garbled_is_told(house: House) -> None:
    house.reconciler.run()
    a_day(house)
    (message,) = digests_in(house)
    for value in ("{}", "nonsense", json.dumps({"day": "2026-11-24", "reply": "nobody"})):
        assert house.slack.click_message(SAMIRA, CHANNEL, message["ts"], HELD, value=value).status == 200
    house.work()
    told = house.slack.told(SAMIRA)
    assert len(told) == 3
    assert told[0].startswith("Ce bouton ne vient pas d'une carte actuelle")
    assert "nobody" in told[2]
    assert [item.mark for item in house.gate.digests.of(DAY).sample] == [None] * 3


def test_an_answer_that_got_lost_does_not_post_it_twice(house: House) -> None:
    house.slack.fail("chat.postMessage", "lost_answer")
    a_day(house)
    assert len(digests_in(house)) == 1
    house.now += timedelta(minutes=5)
    house.work()
    assert len(digests_in(house)) == 1
    assert (house.store.note("digest-card", DAY.isoformat()) or {}).get("ts")


@pytest.mark.parametrize("posted", [True, False])
@pytest.mark.parametrize("after", [2 * 3600, 1])
def test_it_is_looked_for_among_however_many_messages(house: House, after: float, posted: bool) -> None:
    house.slack.fail("chat.postMessage", "lost_answer" if posted else "internal_error")
    a_day(house)
    chatter(house, after)
    for _ in range(3):
        house.now += timedelta(seconds=70)
        house.work()
    (message,) = digests_in(house)
    assert (house.store.note("digest-card", DAY.isoformat()) or {}).get("ts") == message["ts"]


def test_slack_away_is_waited_for(house: House) -> None:
    house.slack.weather("away")
    a_day(house)
    assert digests_in(house) == []
    house.slack.weather("fine")
    house.now += timedelta(minutes=5)
    house.work()
    assert len(digests_in(house)) == 1


ANY = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=700)


@settings(max_examples=25, deadline=None)
@example(text="a" * 200, short="b" * 50, count=18, mark=None, language="fr")  # a day with much to tell
@given(
    text=ANY,
    short=ANY,
    count=st.integers(0, 60),
    mark=st.none() | st.booleans(),
    language=st.sampled_from(["en", "fr"]),
)
def test_slack_takes_whatever_the_day_was(text: str, short: str, count: int, mark: bool | None, language: str) -> None:
    sample = tuple(Sampled(f"r{n}", short, None, text, EIGHT, 0.5, mark, short) for n in range(count))
    clusters = tuple(ClusterSeen(EIGHT, short, 9, 0.5, (text[:120],) * 3) for _ in range(12))
    counts = {f"{n}{short}": n for n in range(30)}
    found = Digest(
        DAY, EIGHT, EIGHT, counts, counts, counts, 3, 1, 1, {str(n): text for n in range(30)}, (), sample, clusters
    )
    share = Estimate(0.5, 0.1, 0.9, 9)
    for month in (Lately(3, 9, 9, 1, share, share, 0.4), Lately(0, 0, 0, 0, None, None, None)):
        shown = digest_card(found, month, Setting(language, "https://gate.example/digest/2026-11-24"))
        must_be_accepted(shown.text, shown.blocks)


@pytest.mark.parametrize(
    ("language", "told"), [("en", "1 submission cannot be read: s-1"), ("fr", "1 soumission est illisible : s-1")]
)
def test_it_names_what_could_not_be_read(language: str, told: str) -> None:
    found = Digest(DAY, EIGHT, EIGHT, {"a": 1}, {}, {}, 0, 0, 0, {}, (), (), unread=("s-1",))
    shown = digest_card(found, Lately(0, 0, 0, 0, None, None, None), Setting(language, "https://gate.example/digest"))
    assert told in words_of(shown.blocks)


def test_a_click_outside_the_review_channel_marks_nothing(house: House) -> None:
    house.reconciler.run()
    a_day(house)
    (message,) = digests_in(house)
    direct = "D" + CAMILLE[1:]
    ts = house.slack.state.add_message(direct, {"type": "message", "text": "copied", "blocks": message["blocks"]})
    house.slack.click_message(CAMILLE, direct, ts, HELD)
    house.work()
    told = [message["text"] for message in house.slack.state.messages(direct, reader=CAMILLE)]
    assert told == ["copied", "Seul un relecteur marque les réponses."]
    assert [item.mark for item in house.gate.digests.of(DAY).sample] == [None] * 3
