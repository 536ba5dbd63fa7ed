from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.pages.house import PASSWORD, PageHouse, running

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
Visit = Callable[..., Page]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[PageHouse]:
    with running(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")  # closed with the module: an open one keeps an event loop that others stumble over
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        assert not os.environ.get("CI"), "Debian's chromium must be there in CI: .ci/run installs it"
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, house: PageHouse) -> Iterator[Visit]:
    """Opens a browser of one's own for `email`, signed in. Whatever a page logs as an error fails the test, and so
    does a request to another host."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_one(
        email: str | None,
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 860,
        locale: str = "en-GB",
        dark: bool = False,
    ) -> Page:
        context = chromium.new_context(
            base_url=house.url,
            viewport={"width": width, "height": height},
            locale=locale,
            timezone_id="Europe/Paris",
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
        page.on("request", lambda asked: None if asked.url.startswith(house.url) else troubles.append(asked.url))
        page.goto("/sign-in")
        if email is not None:
            page.fill("[name=email]", email)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/sign-in" not in url)
            page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert troubles == []
