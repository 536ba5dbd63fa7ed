"""The page /sandbox in a real browser: somebody sees a card, clicks it, and sees what came of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from review_gate.domain.submission import State
from review_gate.slack.standin import TOKEN
from tests.slack.house import CAMILLE, SAMIRA, House

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def page(house: House) -> Iterator[Any]:
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "Debian's chromium must be there in CI: .ci/run installs it"
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1180, "height": 900})
        opened.set_default_timeout(20_000)
        wrong: list[str] = []
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        yield opened
        browser.close()
    assert wrong == []


def open_as(page: Any, house: House, person: str, language: str = "en") -> None:
    page.goto(f"{house.url}/sandbox?person={person}&lang={language}")
    page.wait_for_selector(".message")


def test_a_reviewer_rejects_in_the_browser(house: House, page: Any) -> None:
    held = house.hand_in("That is awful, <b>isn't</b> it?")
    open_as(page, house, SAMIRA)
    assert page.locator("blockquote strong").inner_text() == "awful"
    assert "<b>isn't</b>" in page.locator("blockquote").inner_text(), "shown, not interpreted"
    page.get_by_role("button", name="Reject").click()
    page.wait_for_selector("dialog[open]")
    page.get_by_label("Something else").check()
    page.get_by_role("button", name="Send").last.click()
    page.wait_for_selector("dialog .wrong")
    assert "say why" in page.locator("dialog .wrong").inner_text()
    page.locator("dialog textarea").fill("It hurts people.")
    page.get_by_role("button", name="Send").last.click()
    page.wait_for_selector("dialog:not([open])", state="attached")
    page.wait_for_function("() => !document.querySelector('dialog[open]')")
    decided = house.gate.get(held.id)
    assert (decided.state, decided.decisions[0].comment) == (State.REJECTED, "It hurts people.")
    house.work()
    page.wait_for_selector("h3:has-text('Rejected')")


def test_the_author_is_told_in_the_browser_and_in_french(house: House, page: Any) -> None:
    held = house.hand_in()
    open_as(page, house, CAMILLE, "fr")
    page.get_by_role("button", name="Approve", exact=True).click()
    page.wait_for_function("() => !document.querySelector('.busy')")
    house.work()
    page.wait_for_selector(".message.private")
    assert "votre propre brouillon" in page.locator(".message.private").inner_text()
    assert "Visible par vous seulement" in page.locator(".message.private").inner_text()
    assert house.gate.get(held.id).state is State.HELD


def test_a_draft_is_handed_in_by_command(house: House, page: Any) -> None:
    house.hand_in()
    open_as(page, house, CAMILLE)
    page.locator("#words").fill("/gate submit Fresh bread every morning")
    page.locator("#words").press("Enter")
    page.wait_for_selector("dialog[open]")
    page.locator("dialog input[type=datetime-local]").fill("2031-05-01T18:00")
    page.locator("dialog [type=submit]").click()
    page.wait_for_selector("dialog h2:has-text('Déposé')")  # the window speaks her language, the page the visitor's
    house.work()
    page.locator("dialog button").last.click()
    page.wait_for_selector("blockquote:has-text('Fresh bread every morning')")


def test_slack_goes_away_and_comes_back_on_demand(house: House, page: Any) -> None:
    first = house.hand_in()
    open_as(page, house, SAMIRA)
    page.get_by_role("button", name="away").click()
    page.wait_for_selector("[data-weather=away][aria-pressed=true]")
    second = house.hand_in("While Slack is away.")
    assert house.slack.card(second.id) is None
    page.get_by_role("button", name="fine").click()
    page.wait_for_selector("[data-weather=fine][aria-pressed=true]")
    house.now += timedelta(minutes=2)
    house.work()
    assert house.slack.card(second.id) is not None
    assert house.slack.card(first.id) is not None


def test_on_a_phone_nothing_is_cut_off(house: House, page: Any) -> None:
    house.hand_in("A" * 400)
    page.set_viewport_size({"width": 360, "height": 740})
    open_as(page, house, SAMIRA)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    box = page.get_by_role("button", name="Approve", exact=True).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360


def test_no_inline_script_or_style(house: House) -> None:
    """So that a strict Content-Security-Policy can stay."""
    text = httpx.get(f"{house.url}/sandbox").text
    assert "<style" not in text
    assert "style=" not in text
    assert "onclick" not in text
    assert text.count("<script") == text.count('<script type="module" src=') == 1


def test_the_stand_in_refuses_what_slack_refuses(house: House) -> None:
    def call(method: str, token: str = TOKEN, **body: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return dict(httpx.post(f"{house.url}/sandbox/api/{method}", json=body, headers=headers).json())

    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    assert call("auth.test", token="")["error"] == "not_authed"
    assert call("auth.test", token="xoxb-wrong")["error"] == "invalid_auth"
    assert call("chat.nothing")["error"] == "unknown_method"
    assert call("chat.postMessage", channel="C404", text="x")["error"] == "channel_not_found"
    assert call("chat.postMessage", channel="C0REVIEW")["error"] == "no_text"
    assert call("chat.postMessage", channel="C0REVIEW", text="x", blocks=[section])["error"] == "invalid_blocks"
    assert (
        call("chat.postMessage", channel="C0REVIEW", text="x", blocks=[{"type": "divider"}] * 51)["error"]
        == "invalid_blocks"
    )
    assert call("chat.update", channel="C0REVIEW", ts="1.0", text="x")["error"] == "message_not_found"
    assert call("views.open", trigger_id="old", view={})["error"] == "invalid_trigger"
    trigger = house.slack.state.ticket("trigger", SAMIRA)
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": [{"type": "divider"}]}
    assert call("views.open", trigger_id=trigger, view=view)["ok"]
    assert call("views.open", trigger_id=trigger, view=view)["error"] == "exchanged_trigger_id"
    trigger = house.slack.state.ticket("trigger", SAMIRA)
    view["title"] = {"type": "plain_text", "text": "x" * 25}
    assert call("views.open", trigger_id=trigger, view=view)["error"] == "invalid_arguments"


def test_the_sandbox_takes_orders_only_as_json_and_from_people_it_knows(house: House) -> None:
    wish = {"person": SAMIRA, "kind": "say", "text": "Hello"}
    assert httpx.post(f"{house.url}/sandbox/act", data=wish).status_code == 415, "another site's form"
    assert httpx.post(f"{house.url}/sandbox/act", json={**wish, "person": "U1"}).status_code == 400
    assert httpx.post(f"{house.url}/sandbox/act", json={**wish, "kind": "rob"}).status_code == 400
    assert httpx.post(f"{house.url}/sandbox/act", json=wish).status_code == 202


def test_a_response_address_works_five_times(house: House) -> None:
    hook = house.slack.state.ticket("hook", SAMIRA, "C0REVIEW", "")
    url = f"{house.url}/sandbox/respond/{hook}"
    assert [httpx.post(url, json={"text": "x"}).status_code for _ in range(6)] == [200] * 5 + [404]
