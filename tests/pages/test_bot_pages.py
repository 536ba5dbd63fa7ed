"""The pages about bots over HTTP: what may repeat, the switches, the daily look, the approved templates."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from review_gate.adapters.clock import uuid7
from review_gate.domain.change import Change, Event
from review_gate.domain.days import in_words
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.submission import Answer, Person, Role
from review_gate.domain.verdict import Action
from review_gate.gate import Checked, Seen
from review_gate.gate.alerts import ClusterWatch
from tests.builders import NOW
from tests.pages.house import CAMILLE, INES, SAMIRA, PageHouse

SAID = "Votre commande part ce soir de notre entrepôt, {}, merci de votre patience."
SHOP = Person("shop")


def says(house: PageHouse, text: str, bot: str = "faq-bot", conversation: str | None = None) -> Checked:
    return house.gate.check(Draft(text, kind=Kind.REPLY, bot=bot, conversation=conversation), SHOP)


def test_a_reviewer_says_on_the_item_page_that_this_may_repeat(house: PageHouse) -> None:
    for name in ("Anna", "Bob", "Chris"):
        held = says(house, SAID.format(name), conversation="c-1").submission
    assert held is not None
    visitor = house.browser(SAMIRA)
    page = visitor.get(f"/items/{held.id}").text
    assert "Said 2 times before in this conversation." in page
    assert SAID.format("Bob") in page and "Conversation c-1" in page and "<time" in page.split("Said before")[1][:900]
    assert "allow_repeat" not in house.browser(CAMILLE).get(f"/items/{held.id}").text
    form = {"revision": "1", "sha": held.text_sha256}
    answer = visitor.client.post(
        f"/items/{held.id}/allow_repeat", data={"csrf": visitor.token, **form}, follow_redirects=True
    )
    assert "From now on the bot may say this again." in answer.text
    assert "Samira Benali: the bot may say this again." in answer.text
    assert "said that the bot may repeat this" in answer.text
    assert says(house, SAID.format("Dora"), conversation="c-1").verdict.action is Action.ALLOW


# --- the switches


def test_a_bot_is_stopped_on_the_page_with_a_reason_and_let_in_by_a_lead(house: PageHouse) -> None:
    says(house, "Votre colis part ce soir de Lyon.")
    reviewer, lead = house.browser(SAMIRA), house.browser(INES)
    page = reviewer.get("/bots").text
    assert "faq-bot" in page and "running" in page and "replies: 1, held: 0" in page
    assert reviewer.send("/bots/pause", name="faq-bot", why=" ").status_code == 422
    assert reviewer.send("/bots/pause", name="faq-bot", why="wrong prices").status_code == 303
    page = reviewer.get("/bots?said=paused").text
    assert "Samira Benali: wrong prices" in page and "every reply of this bot waits" in page
    assert says(house, "Votre colis part demain de Lyon.").verdict.action is Action.HOLD
    assert reviewer.send("/bots/resume", name="faq-bot", why="corrected").status_code == 403
    assert lead.send("/bots/resume", name="faq-bot", why="corrected").status_code == 303
    assert "watched" in lead.get("/bots").text
    assert lead.send("/bots/resume", name="nobody", why="x").status_code == 404
    assert house.browser(CAMILLE).get("/bots").status_code == 403


def test_the_history_tells_in_words_of_what_was_called_back_and_published(house: PageHouse) -> None:
    held = house.hand_in("We open at nine, see you there.", market="FR", planned_at=NOW + timedelta(days=3650))
    seen = Seen(held.revision, held.text_sha256)
    house.gate.decide(held.id, Answer.APPROVE, Person(SAMIRA, "Samira", frozenset({Role.REVIEWER})), seen)
    used = Event(uuid7(), NOW, "release.used", "publisher", held.id, {"decision": "d", "revision": 1})
    house.store.commit(Change(events=(used,)))
    assert house.gate.freezes.freeze("FR", "a recall", Person(INES, "Inès", frozenset({Role.LEAD})))[1] == 1
    page = house.browser(SAMIRA).get(f"/items/{held.id}").text
    assert "called it back" in page and "used its release token" in page
    assert "submission.recalled" not in page and "release.used" not in page


def test_a_freeze_and_its_end(house: PageHouse) -> None:
    reviewer, lead = house.browser(SAMIRA), house.browser(INES)
    assert reviewer.send("/freezes", name="FR", why="a recall").status_code in (403, 409)
    assert lead.send("/freezes", name="Moon", why="a recall").status_code == 422
    assert lead.send("/freezes", name="FR", why="a recall").status_code == 303
    page = reviewer.get("/bots").text
    assert "France is frozen since" in page and "A lead lifts it." in page and "/freezes/lift" not in page
    assert "/freezes/lift" in lead.get("/bots").text
    held = house.gate.check(Draft("Votre colis part.", kind=Kind.REPLY, bot="faq-bot", market="FR"), SHOP)
    assert held.verdict.action is Action.HOLD
    assert lead.send("/freezes/lift", name="FR", why="over").status_code == 303
    assert "is frozen" not in lead.get("/bots").text


def test_a_cluster_shows_examples_that_lead_to_their_items(house: PageHouse) -> None:
    for n in range(12):
        house.hand_in(f"You idiot no. {n}")
    assert "Nothing stood out." in house.browser(SAMIRA).get("/bots").text
    ClusterWatch(house.store, lambda: datetime.now(UTC), uuid7).look()
    page = house.browser(SAMIRA).get("/bots").text
    assert "12 × hate within an hour, usually 0" in page
    link = re.search(r'href="(/items/[^"]+)">You idiot no. 11<', page)
    assert link is not None
    assert house.browser(SAMIRA).get(link.group(1)).status_code == 200


# --- the daily look


@pytest.fixture
def looked(house: PageHouse) -> PageHouse:
    """Replies, and then the clock has gone on to the policy's hour, whatever the time is now."""
    for n in range(6):
        says(house, f"Commande {n} : {'abcdef'[n] * 6} part ce soir de {'ghijkl'[n] * 7}", bot=("faq", "shop")[n % 2])
    says(house, "You idiot, wait.", bot="faq")
    before = house.gate.digests.due()
    while house.gate.digests.due() in (None, before):
        house.pass_(hours=1)
    return house


def last_day(house: PageHouse) -> date:
    day = house.gate.digests.due()
    assert day is not None
    return day


def test_the_daily_look_shows_the_day_and_takes_marks(looked: PageHouse) -> None:
    visitor = looked.browser(SAMIRA)
    assert "The day so far" in visitor.client.get("/digest", follow_redirects=True).text
    day = last_day(looked)
    found = looked.gate.digests.of(day)
    page = visitor.client.get("/digest", follow_redirects=True).text
    assert f"The day until {in_words(day).en}" in page
    french = visitor.get(f"/digest/{day}", **{"Accept-Language": "fr"}).text
    assert f"La journée jusqu'au {in_words(day).fr}" in unescape(french)
    assert page.count('value="fine"') == 6 and "nothing to go by yet" in page
    first, second = found.sample[:2]
    for reply, mark in ((first, "held"), (second, "fine")):
        assert visitor.send(f"/digest/{day}/marks", reply=reply.id, mark=mark).status_code == 303
    marks = {item.id: item.mark for item in looked.gate.digests.of(day).sample}
    assert (marks[first.id], marks[second.id]) == (True, False)
    page = visitor.get(f"/digest/{day}").text
    assert "Sampled replies marked: 2 of 6; of these should have been held: 1." in page
    assert page.count('aria-pressed="true"') == 2 + 1  # and the language
    assert visitor.send(f"/digest/{day}/marks", reply="nobody", mark="fine").status_code == 404
    assert visitor.send(f"/digest/{day}/marks", reply=first.id, mark="maybe").status_code == 422
    assert visitor.get("/digest/yesterday").status_code == 404
    assert looked.browser(CAMILLE).get(f"/digest/{day}").status_code == 403


def test_another_limit_is_tried_before_it_counts(looked: PageHouse) -> None:
    visitor = looked.browser(INES)
    assert "No days to try it on yet." in visitor.get("/digest/try?limit=0.4").text
    looked.gate.digests.of(last_day(looked))
    page = visitor.get("/digest/try?limit=0,01").text
    assert "of 6 that went out: 100.00 %" in page
    assert "insult: {warn: 0.4, hold: 0.01, block: 0.95}" not in page  # a warning after the hold would never be given
    assert "insult: {hold: 0.01, block: 0.95}" in page
    for wrong in ("", "2", "0", "nan", "much"):
        assert visitor.get(f"/digest/try?limit={wrong}").status_code == 422


# --- approved texts


def test_a_lead_approves_a_text_and_retires_it(house: PageHouse) -> None:
    reviewer, lead = house.browser(SAMIRA), house.browser(INES)
    assert "No text has been approved yet." in reviewer.get("/templates").text
    form = {"name": "shipped", "text": SAID.replace("{}", "{name}"), "owner": "care", "expires": "2099-01-01"}
    assert reviewer.send("/templates", **form).status_code in (403, 409)
    assert house.gate.templates.all() == ()
    refused = lead.send("/templates", **{**form, "text": "Bonjour {name}"})
    assert "at least 5 words must be fixed" in refused.text and "Bonjour {name}</textarea>" in refused.text
    assert lead.send("/templates", **{**form, "expires": "soon"}).status_code == 422
    assert lead.send("/templates", **{**form, "name": ""}).status_code == 422
    assert lead.send("/templates", **form, market="FR").status_code == 303
    (made,) = house.gate.templates.all()
    assert (made.market, made.channel, made.approved_by) == ("FR", None, INES)
    draft = Draft(SAID.format("Anna"), kind=Kind.REPLY, bot="faq", market="FR")
    assert house.gate.check(draft, SHOP).verdict.template == "shipped"
    assert "1 uses" in reviewer.get("/templates").text
    assert reviewer.send("/templates/retire", name="shipped").status_code in (403, 409)
    assert lead.send("/templates/retire", name="shipped").status_code == 303
    assert lead.send("/templates/retire", name="shipped").status_code == 404


def test_a_crisis_text_is_the_start_of_a_post(house: PageHouse) -> None:
    lead = house.browser(INES)
    text = "Par précaution, nous rappelons {product}. Ne le consommez pas, rapportez-le en magasin."
    form = {"name": "recall-fr", "text": text, "owner": "press", "expires": "2099-01-01", "occasion": "crisis"}
    assert lead.send("/templates", **form, channel="x", lang="fr").status_code == 303
    page = house.browser(SAMIRA).get("/templates").text
    assert "Prepared for a crisis" in page and "/compose?template=recall-fr" in page
    page = house.browser(SAMIRA).get("/compose?template=recall-fr").text
    assert text in page and re.search(r'<option value="x"[^>]* selected', page)
    assert text not in house.browser(SAMIRA).get("/compose?template=nobody").text
