"""The pages in headless Chromium: what people do, with mouse, keyboard, phone and in French."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from review_gate.adapters.clock import uuid7
from review_gate.domain.draft import Kind
from review_gate.domain.outcome import About, Readings
from review_gate.domain.submission import Answer, Person, Role
from review_gate.gate import Seen
from review_gate.gate.incidents import Incidents
from tests.pages.conftest import Visit
from tests.pages.house import CAMILLE, INES, RISKY, SAMIRA, THOMAS, PageHouse

GAP = "Rendez-vous samedi dans notre magasin de Lille : [insérer le lien]"
FINE = "Rendez-vous samedi dans notre magasin de Lille, 12 rue Nationale."


def test_the_whole_way_of_a_draft(house: PageHouse, visit: Visit) -> None:
    author = visit(CAMILLE, "/compose")
    author.select_option("[name=channel]", "x")
    author.fill("#words", GAP)
    expect(author.locator(".backdrop mark")).to_have_text("[insérer le lien]")
    author.click("#finds .find summary >> nth=0")
    expect(author.locator("#finds details p").first).to_be_visible()
    author.click("text=Hand in for review")
    expect(author.locator(".notice.good")).to_contain_text("Handed in")
    path = author.url.removeprefix(house.url).split("?")[0]
    author.wait_for_function("!Object.keys(localStorage).some((key) => key.startsWith('rg:draft:'))")

    reviewer = visit(SAMIRA, "/queue")
    reviewer.click(".whole")
    assert reviewer.url.endswith(path)
    expect(reviewer.locator(".draft mark")).to_have_text("[insérer le lien]")
    reviewer.click("text=Request changes")
    expect(reviewer.locator("main [role=alert]")).to_contain_text("Say why")
    reviewer.fill("#comment", "Il manque le lien.")
    reviewer.click("button:has-text('Request changes')")
    expect(reviewer.locator(".notice.good")).to_contain_text("Sent back for changes")

    author.goto(path)
    expect(author.locator(".history")).to_contain_text("Il manque le lien.")
    author.click("text=Revise")
    expect(author.locator("#words")).to_have_value(GAP)
    author.fill("#words", FINE)
    author.click("text=Hand in the new version")
    expect(author.locator(".diff ins").first).to_contain_text("added")

    reviewer.goto(path)
    expect(reviewer.locator(".diff del").first).to_be_visible()
    reviewer.click("button:has-text('Approve') >> nth=0")
    expect(reviewer.locator(".notice.good")).to_contain_text("Approved.")
    assert house.gate.get(path.rsplit("/", 1)[1]).state == "approved"


def test_two_reviewers_at_once_make_one_decision(house: PageHouse, visit: Visit) -> None:
    item = house.hand_in()
    first, second = visit(SAMIRA, f"/items/{item.id}"), visit(THOMAS, f"/items/{item.id}")
    first.click("button:has-text('Approve') >> nth=0")
    expect(first.locator(".notice.good")).to_contain_text("Approved.")
    expect(second.locator("#changed")).to_be_visible()  # told without asking
    second.fill("#comment", "Non.")
    second.click("button:has-text('Reject')")
    expect(second.locator("[role=alert]").first).to_contain_text("Nothing was decided")
    assert [decision.by for decision in house.gate.get(item.id).decisions] == [SAMIRA]


def test_a_click_on_a_text_that_has_changed_decides_nothing(house: PageHouse, visit: Visit) -> None:
    item = house.hand_in()
    reviewer = visit(SAMIRA, f"/items/{item.id}")
    house.gate.revise(item.id, item.draft.__class__(FINE), Person(CAMILLE))
    reviewer.click("button:has-text('Approve') >> nth=0")
    expect(reviewer.locator("[role=alert]").first).to_contain_text("The text has changed")
    expect(reviewer.locator(".draft").first).to_have_text(FINE)  # the new text, to look at before the next click
    assert house.gate.get(item.id).state == "held"


def test_the_queue_follows_what_happens_elsewhere(house: PageHouse, visit: Visit) -> None:
    first = house.hand_in()
    page = visit(SAMIRA, "/queue")
    expect(page.locator(".waiting")).to_have_count(1)
    house.hand_in(FINE)
    expect(page.locator(".waiting")).to_have_count(2)
    expect(page.locator("#announce")).to_contain_text("2 waiting")
    lead = Person(THOMAS, "Thomas", frozenset({Role.REVIEWER}))
    house.gate.decide(first.id, Answer.REJECT, lead, Seen(1, first.text_sha256), "no")
    expect(page.locator(".waiting")).to_have_count(1)


def test_ticks_outlast_what_happens_elsewhere(house: PageHouse, visit: Visit) -> None:
    item = house.hand_in(FINE)
    page = visit(INES, "/queue")
    page.check(".pick")
    house.hand_in(FINE + " Venez !")
    expect(page.locator(".waiting")).to_have_count(2)
    expect(page.locator(".pick:checked")).to_have_count(1)
    page.click(".bulk summary")
    page.check(".bulk [name=read]")
    page.click(".bulk button:has-text('Approve')")
    expect(page.locator("main [role=status]").first).to_contain_text("1 of 1 decided")
    assert house.gate.get(item.id).state == "approved"


def test_filters_narrow_the_queue(house: PageHouse, visit: Visit) -> None:
    house.hand_in(channel="x", market="FR")
    house.hand_in(FINE, channel="facebook", market="BE")
    page = visit(SAMIRA, "/queue")
    page.select_option("[name=channel]", "facebook")
    page.wait_for_url(re.compile("channel=facebook"))
    expect(page.locator(".waiting")).to_have_count(1)
    expect(page.locator("#counted")).to_contain_text("1 of 2")
    page.select_option("[name=severity]", "hold")
    page.wait_for_url(re.compile("severity=hold"))
    expect(page.locator(".empty")).to_contain_text("Nothing waits that fits")


def test_everything_goes_by_keyboard(house: PageHouse, visit: Visit) -> None:
    house.hand_in(FINE)
    risky = house.hand_in()
    page = visit(SAMIRA, "/queue")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f"#item-{risky.id} .whole")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(risky.id))
    page.keyboard.press("r")
    expect(page.locator("#comment")).to_be_focused()  # a rejection needs its reason first
    page.keyboard.type("Une catastrophe ne fait pas vendre.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("button:has-text('Reject')")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".notice.good")).to_contain_text("Rejected.")
    page.wait_for_load_state("load")  # the script that listens to keys comes last
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/items/(?!" + risky.id + ")"))
    page.keyboard.press("a")
    expect(page.locator(".notice.good")).to_contain_text("Approved.")


def test_shortcuts_can_be_switched_off(house: PageHouse, visit: Visit) -> None:
    item = house.hand_in(FINE)
    page = visit(SAMIRA, f"/items/{item.id}")
    page.keyboard.press("?")
    page.uncheck("#shortcuts input")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.reload()
    assert house.gate.get(item.id).state == "held"


def test_in_french(house: PageHouse, visit: Visit) -> None:
    house.hand_in()
    page = visit(SAMIRA, "/queue", locale="fr-FR")
    expect(page.locator("h1")).to_have_text("En attente d'une personne")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    day = page.context.new_page()
    day.goto("/calendar?from=2027-11-01")
    expect(day.locator(".day h2 time").first).to_have_text("lundi 1er novembre")
    page.click(".whole")
    expect(page.locator(".reason p").nth(1)).to_contain_text("promotion")
    page.click("button[lang=en]")
    expect(page.locator("#decide")).to_have_text("Decide")
    page.goto("/queue")
    expect(page.locator("h1")).to_have_text("Waiting for a person")


def test_what_one_types_is_never_lost(house: PageHouse, visit: Visit) -> None:
    page = visit(CAMILLE, "/compose")
    page.fill("#words", GAP)
    page.reload()
    expect(page.locator("#words")).to_have_value(GAP)
    second = page.context.new_page()
    second.goto("/compose")
    expect(second.locator("#words")).to_have_value("")  # another tab, another draft
    expect(second.locator("#unsent")).to_contain_text(GAP[:40])
    second.fill("#words", FINE)
    second.close()
    page.reload()
    expect(page.locator("#words")).to_have_value(GAP)
    expect(page.locator("#unsent")).to_contain_text(FINE[:40])
    page.click("#unsent button:has-text('Go on')")
    expect(page.locator("#words")).to_have_value(FINE)


def test_a_draft_sent_twice_is_handed_in_once(house: PageHouse, visit: Visit) -> None:
    page = visit(CAMILLE, "/compose")
    page.fill("#words", FINE)
    page.click("text=Hand in for review")
    page.wait_for_url(re.compile("/items/"))
    visitor = house.browser(CAMILLE)
    form = {"text": FINE, "kind": "post", "key": "the-same"}
    places = {visitor.send("/compose", **form).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert sum(facet.count for facet in house.store.facets()) == 2


def test_the_better_word_is_one_click_away(house: PageHouse, visit: Visit) -> None:
    page = visit(CAMILLE, "/compose")
    page.fill("#words", "Our chairman will open the shop.")
    replace = page.locator("#finds button:has-text('Replace by')").first
    expect(replace).to_be_visible()
    better = replace.inner_text().split("“")[1].split("”")[0]
    replace.click()
    expect(page.locator("#words")).to_have_value(re.compile(re.escape(better)))
    page.keyboard.press("Control+z")
    expect(page.locator("#words")).to_have_value("Our chairman will open the shop.")


def test_finds_stay_in_place_behind_emoji_and_edits(house: PageHouse, visit: Visit) -> None:
    page = visit(CAMILLE, "/compose")
    page.fill("#words", "🎉👩‍👩‍👧 " + GAP)
    expect(page.locator(".backdrop mark")).to_have_text("[insérer le lien]")
    page.locator("#words").press("Home")
    page.keyboard.type("Bonjour ! ")
    expect(page.locator(".backdrop mark")).to_have_text("[insérer le lien]")


def test_the_calendar_knows_tender_days_and_what_else_goes_out(house: PageHouse, visit: Visit) -> None:
    house.hand_in(FINE, market="FR", channel="x", planned_at=datetime(2027, 11, 13, 9, 0, tzinfo=UTC))
    page = visit(CAMILLE, "/calendar?from=2027-11-08")
    day = page.locator(".day", has=page.locator("time[datetime='2027-11-13']"))
    expect(day).to_contain_text("Paris attacks")
    expect(day).to_contain_text(FINE[:30])
    page.goto("/calendar?from=2027-11-08&market=GB")
    expect(page.locator(".days")).not_to_contain_text("Paris attacks")

    page.goto("/compose")
    page.select_option("[name=market]", "FR")
    page.fill("#words", "Champagne !")
    page.click(".extra summary")
    page.fill("[name=planned_at]", "2027-11-13T18:00")
    expect(page.locator("#day")).to_contain_text("Paris attacks")
    expect(page.locator("#day")).to_contain_text(FINE[:30])
    expect(page.locator("#finds")).to_contain_text("13 November 2027")
    page.fill("[name=planned_at]", "")
    expect(page.locator("#day")).to_be_hidden()


@pytest.mark.parametrize(
    ("channel", "text", "told"),
    [
        ("x", "a" * 280, "0 left"),
        ("x", "a" * 281, "1 too many for X"),
        ("x", "https://example.com/" + "a" * 200, "257 left"),
        ("x", "🎉", "278 left"),
        ("instagram", "a" * 10, "2190 left"),
        ("bluesky", "👩‍👩‍👧", "299 left"),
    ],
)
def test_length_is_counted_as_the_channel_counts(
    house: PageHouse, visit: Visit, channel: str, text: str, told: str
) -> None:
    page = visit(CAMILLE, "/compose")
    page.select_option("[name=channel]", channel)
    page.fill("#words", text)
    expect(page.locator("#count")).to_have_text(told)


def pages_of(house: PageHouse) -> list[tuple[str, str]]:
    item = house.hand_in(channel="x", market="FR", in_reply_to="Où en est ma commande ?", kind=Kind.REPLY)
    house.gate.decide(
        item.id,
        Answer.REQUEST_CHANGES,
        Person(SAMIRA, "Samira", frozenset({Role.REVIEWER})),
        Seen(1, item.text_sha256),
        "x",
    )
    house.gate.revise(item.id, item.draft.__class__(GAP), Person(CAMILLE))
    decided = house.hand_in(FINE)
    house.gate.decide(
        decided.id, Answer.APPROVE, Person(SAMIRA, "Samira", frozenset({Role.REVIEWER})), Seen(1, decided.text_sha256)
    )
    house.hand_in(FINE, planned_at=datetime.now(UTC) + timedelta(days=1))
    reviewer = Person(SAMIRA, "Samira", frozenset({Role.REVIEWER}))
    house.gate.outcomes.of_submission(decided.id, Readings(complaints=2, note="Loud"), reviewer)
    incidents = Incidents(house.store, house.gate._clock, uuid7)
    incident = incidents.open(About.SUBMISSION, decided.id, "A sale", reviewer)
    incidents.add_task(incident.id, 1, "Train", "Ana", datetime.now(UTC).date(), reviewer)
    paths = [
        "/queue",
        f"/items/{item.id}",
        "/compose",
        "/mine",
        "/calendar",
        "/figures",
        f"/items/{decided.id}",
        "/outcomes",
        "/incidents",
        f"/incidents/{incident.id}",
        "/rules/draft",
        "/rules?text=" + GAP,
        "/audit?verify=1",
    ]
    own = [(CAMILLE, path) for path in (f"/items/{item.id}/revise", "/mine", "/password")]
    return [(INES, path) for path in [*paths, "/rules/placeholders.bracket", "/nowhere"]] + own


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.timeout(400)  # a dozen pages, each looked at whole
@pytest.mark.parametrize(("locale", "dark", "width"), [("en-GB", False, 1280), ("fr-FR", True, 390)])
def test_axe_has_nothing_serious_to_say(house: PageHouse, visit: Visit, locale: str, dark: bool, width: int) -> None:
    visitors: dict[str, Page] = {}
    told = serious(visit(None, locale=locale, dark=dark, width=width))
    for email, path in pages_of(house):
        page = visitors.get(email) or visit(email, locale=locale, dark=dark, width=width)
        visitors[email] = page
        page.goto(path)
        if path == "/compose":
            page.fill("#words", RISKY)
            page.locator("#finds .find").first.wait_for()
        told += serious(page)
    assert told == []


def test_nothing_is_cut_off_on_a_phone(house: PageHouse, visit: Visit) -> None:
    visitors: dict[str, Page] = {}
    for email, path in pages_of(house):
        page = visitors.get(email) or visit(email, width=360, height=740)
        visitors[email] = page
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


@pytest.mark.parametrize("width", [880, 1000, 1200, 1201, 1280])
def test_all_links_of_the_head_are_in_sight(house: PageHouse, visit: Visit, width: int) -> None:
    page = visit(INES, "/queue", width=width, locale="fr-FR")
    page.wait_for_url("**/queue")
    last = page.locator(".nav a").last
    box, nav = last.bounding_box(), page.locator(".nav").bounding_box()
    assert box is not None and nav is not None
    assert last.inner_text() == "Journal"
    assert box["x"] + box["width"] <= nav["x"] + nav["width"] <= width
