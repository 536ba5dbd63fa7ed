"""The pages about bots over HTTP: what may repeat, the switches, the daily look, the approved templates."""

from __future__ import annotations

from review_gate.domain.draft import Draft, Kind
from review_gate.domain.submission import Person
from review_gate.domain.verdict import Action
from review_gate.gate import Checked
from tests.pages.house import CAMILLE, SAMIRA, PageHouse

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
