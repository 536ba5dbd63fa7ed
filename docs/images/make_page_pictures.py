"""Makes the pictures of the pages from a fresh demo that runs (both words stand in its window):

python docs/images/make_page_pictures.py ADDRESS PASSWORD
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CAMILLE, SAMIRA, THOMAS, INES = "camille@example.com", "samira@example.com", "thomas@example.com", "ines@example.com"
FIRST = "Venez fêter l'ouverture de notre magasin de Lille samedi : café offert et [insérer le lien] !"
SECOND = "Venez fêter l'ouverture de notre magasin de Lille samedi, 12 rue Nationale : café offert toute la journée !"
TYPED = (
    "Inondations dans le Pas-de-Calais : gardez les pieds au sec avec nos bottes, "
    "-20 % avec le code PLUIE ! #MeToo [insérer le lien]"
)


def main(address: str, password: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)

        def visit(email: str, **look: object) -> Page:
            page = _context(browser, address, **look)
            page.goto("/sign-in")
            page.fill("[name=email]", email)
            page.fill("[name=password]", password)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/sign-in" not in url)
            return page

        author, reviewer = visit(CAMILLE), visit(SAMIRA)
        author.goto("/compose")
        author.select_option("[name=channel]", "facebook")
        author.select_option("[name=market]", "FR")
        author.fill("#words", FIRST)
        author.click("text=Hand in for review")
        author.wait_for_url("**/items/**")
        path = author.url.split("?")[0].removeprefix(address)
        reviewer.goto(path)
        reviewer.fill("#comment", "Il manque le lien ; précisez aussi l'adresse du magasin.")
        reviewer.click("button:has-text('Request changes')")
        reviewer.wait_for_url("**said=**")
        author.goto(f"{path}/revise")
        author.fill("#words", SECOND)
        author.click("text=Hand in the new version")
        author.wait_for_url("**said=**")
        _shoot(visit(THOMAS), path, "item")

        author.goto("/compose")
        author.select_option("[name=channel]", "x")
        author.select_option("[name=market]", "FR")
        author.fill("#words", TYPED)
        author.locator("#finds .find").first.wait_for()
        author.click("#finds summary >> nth=0")
        author.screenshot(path=IMAGES / "compose.png", full_page=True)

        lead = visit(INES)
        _shoot(lead, "/queue?severity=hold", "queue")
        lead.locator(".whole", has_text="Bonjour [prénom]").click()
        lead.locator(".reason").first.wait_for()
        lead.screenshot(path=IMAGES / "page.png", full_page=True)
        _shoot(lead, "/calendar", "calendar")
        path = _approved(lead)
        lead.click("summary:has-text('Report')")
        lead.fill("[name=complaints]", "12")
        lead.check("[name=deleted]")
        lead.fill("form[action$='/outcome'] [name=note]", "A newspaper has written about it.")
        lead.click("form[action$='/outcome'] button")
        lead.wait_for_url("**said=**")
        _shoot(lead, "/outcomes", "outcomes")
        lead.goto(path)
        lead.click("button:has-text('Mark as an incident')")
        lead.fill("[name=causes]", "Planned three weeks before; nobody looks at the plan when there is a red alert.")
        lead.click("button:has-text('Save')")
        lead.fill("[name=what]", "Look at everything that is planned when a red alert is given")
        lead.fill("[name=owner]", "Inès Garnier")
        lead.click("button:has-text('Add') >> nth=0")
        lead.wait_for_url("**said=**")
        _shoot(lead, lead.url.split("?")[0].removeprefix(address), "incident", whole=True)
        phone = visit(SAMIRA, viewport={"width": 390, "height": 844}, color_scheme="dark", locale="fr-FR")
        _shoot(phone, "/queue?severity=warn", "phone")
        browser.close()


def _context(browser: Browser, address: str, **look: object) -> Page:
    wanted = {"viewport": {"width": 1280, "height": 860}, "locale": "en-GB", "color_scheme": "light", **look}
    context = browser.new_context(base_url=address, timezone_id="Europe/Paris", **wanted)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    return context.new_page()


def _approved(page: Page) -> str:
    """Approves something risky all the same. Answers its path."""
    page.goto("/queue?severity=hold&kind=post")
    page.locator(".whole").first.click()
    page.locator(".reason").first.wait_for()
    page.click("button:has-text('Approve') >> nth=0")
    page.wait_for_url("**said=**")
    return page.url.split("?")[0]


def _shoot(page: Page, path: str, name: str, *, whole: bool = False) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png", full_page=whole or name == "item")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
