"""Repetition, clusters and bots over a range of days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from review_gate.domain.change import Change, Event
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.submission import Person, State
from review_gate.insight.digest import Digest
from review_gate.insight.recurring import BotRecord, LeakDay, recurring, replies_of
from review_gate.page_ports import Judged
from tests.pages.house import INES, PageHouse

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HELD = Judged(NOON, None, State.HELD, 1, (), frozenset({"repetition"}), frozenset())
LOOK = Digest(NOON.date(), NOON - DAY, NOON, {"faq": 90, "new": 5}, {"faq": 10}, {}, 0, 0, 0, {}, (), ())


def event(what: str, days: float = 0, **data: str) -> Event:
    return Event(f"{what}{days}{data}", NOON + days * DAY, what, "gate", None, data)


def test_what_recurs_is_counted_by_day_and_by_bot() -> None:
    submissions = [HELD, HELD, replace(HELD, categories=frozenset({"tone"})), replace(HELD, created_at=NOON + DAY)]
    events = [
        event("cluster.found", kind="tone"),
        event("cluster.found", 1, kind="tone"),
        event("cluster.found", 1, kind="hate"),
        event("bot.tripped", 1, bot="faq"),
        event("bot.paused", 1, bot="shop"),
    ]
    found = recurring(
        submissions,
        events,
        [LOOK, LOOK],
        {("faq", "hold"): 1, ("new", "allow"): 2},
        NOON - NOON.hour * timedelta(hours=1),
        NOON + DAY,
    )
    assert found.days == [LeakDay(NOON.date(), 2, 1, 0), LeakDay((NOON + DAY).date(), 1, 2, 1)]
    assert found.kinds == [("tone", 2), ("hate", 1)]
    assert found.bots == [
        BotRecord("faq", 180, 21, 1, 0), BotRecord("new", 12, 0, 0, 0), BotRecord("shop", 0, 0, 0, 1),
    ]  # fmt: skip
    assert [bot.share_held for bot in found.bots] == [21 / 201, 0.0, None]
    assert recurring([], [], [], {}, NOON, NOON + DAY).quiet


def test_replies_are_those_of_the_daily_looks_and_what_came_since() -> None:
    day = NOON.date().isoformat()
    assert replies_of([LOOK], {(day, "allow"): 3}) == {(day, "allow"): 98, (day, "hold"): 10}
    assert replies_of([], {(day, "allow"): 3}) == {(day, "allow"): 3}


def test_the_page_shows_it(house: PageHouse) -> None:
    house.hand_in()
    visitor = house.browser(INES)
    assert "Nothing repeated, nothing piled up." in visitor.get("/figures").text
    now = datetime.now(UTC)
    happened = (Event("e1", now, "cluster.found", "gate", None, {"kind": "tone"}),
                Event("e2", now, "bot.tripped", "gate", None, {"bot": "faq"}))  # fmt: skip
    house.store.commit(Change(events=happened))
    page = visitor.get("/figures").text
    assert "What piled up:" in page and ">faq</th>" in page
    assert visitor.get("/figures/recurring.csv?days=1").text.splitlines()[1].endswith(",0,1,1")
    assert visitor.get("/figures/bots.csv?days=1").text.splitlines()[1] == "faq,0,0,,1,0"


def test_a_held_reply_shows_what_was_said_before(house: PageHouse) -> None:
    for text in ("Votre colis part demain matin.", "[insérer le lien]"):
        draft = Draft(text, Kind.REPLY, bot="faq", conversation="c-1")
        checked = house.gate.check(draft, Person("faq"))
    house.gate.check(Draft("Une autre conversation ici.", Kind.REPLY, bot="faq", conversation="c-2"), Person("faq"))
    assert checked.submission is not None
    page = house.browser(INES).get(f"/items/{checked.submission.id}").text
    before = page.split('id="before"')[1].split("</section>")[0]
    assert "Votre colis part demain matin." in before and "went out" in before
    assert "insérer" not in before and "autre" not in before
