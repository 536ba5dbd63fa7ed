"""Makes card.png and sandbox.png: starts the service as anybody would, hands drafts in, and photographs /sandbox.

Needs what the tests need (playwright) and a Chromium. Run it from the repository's root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from review_gate.adapters.clock import utc_now
from review_gate.bootstrap import Services
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.submission import Person
from review_gate.settings import load_settings

PORT = "8093"
HERE = Path(__file__).parent
REVIEWER = "U0THOMASW1"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "REVIEW_GATE_DATABASE": f"sqlite:{folder}/gate.db", "REVIEW_GATE_PORT": PORT}
        services = Services(load_settings(environ=environment))
        service = subprocess.Popen([sys.executable, "-m", "review_gate", "serve"], env=environment)
        try:
            wait_until_ready(services.settings.address)
            hand_in(services)
            photograph(services.settings.address)
        finally:
            service.terminate()
            service.wait(20)
            services.close()


def hand_in(services: Services) -> None:
    website, now = Person("website"), utc_now()
    author = "camille@example.com"
    first = Draft("Fresh bread from six o'clock, and the first coffee is on us.", channel="instagram", market="GB",
                  author=author, planned_at=now + timedelta(hours=20))  # fmt: skip
    approved = services.gate.submit(first, website)
    reply = Draft(
        "We are thrilled to hear from you! Have a wonderful day and enjoy 10% off your next order: [insert link]",
        kind=Kind.REPLY, channel="x", market="US", bot="care-bot", conversation="c-812", author="care-bot",
        in_reply_to="My mother passed away last week and I need to cancel her subscription.",
    )  # fmt: skip
    services.gate.submit(reply, website)
    storm = Draft("Hurricane sale: stay home and shop! 20% off everything.", channel="x", market="US", author=author,
                  planned_at=now + timedelta(hours=3))  # fmt: skip
    risky = services.gate.submit(storm, website)
    while services.stand_in.card(risky.id) is None:
        time.sleep(0.2)
    services.stand_in.click(REVIEWER, approved.id, "gate_approve")
    while "✅" not in str(services.stand_in.card(approved.id)):
        time.sleep(0.2)


def photograph(address: str) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 1080}, device_scale_factor=1.5)
        page.goto(f"{address}/sandbox?person={REVIEWER}&lang=en")
        page.wait_for_selector(".message")
        page.wait_for_timeout(500)
        page.screenshot(path=HERE / "sandbox.png")
        page.evaluate("document.querySelectorAll('.reply').forEach((node) => node.remove())")
        box = page.locator(".message").last.bounding_box()
        assert box is not None
        around = {"x": box["x"] - 16, "y": box["y"] - 16, "width": box["width"] + 32, "height": box["height"] + 32}
        page.screenshot(path=HERE / "card.png", clip=around)
        browser.close()


def wait_until_ready(address: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise SystemExit("the service did not start")


if __name__ == "__main__":
    main()
