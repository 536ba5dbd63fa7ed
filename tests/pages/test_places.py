"""Markets and languages are called by their names, in the reader's language; what is sent stays the code."""

from __future__ import annotations

import re

from review_gate.domain.context import MARKET_LANGUAGES
from review_gate.domain.places import COUNTRIES, TONGUES, country, tongue
from review_gate.rulebook.fields import LANGUAGES
from tests.pages.house import CAMILLE, INES, SAMIRA, PageHouse

FRENCH = {"Accept-Language": "fr"}


def test_an_item_says_where_and_in_which_language(house: PageHouse) -> None:
    held = house.hand_in("Nos boutiques ouvrent demain matin à dix heures.", market="DE", channel="x")
    reader = house.browser(SAMIRA)
    page = reader.get(f"/items/{held.id}").text
    assert "· Germany</h1>" in page and "<dd>French</dd>" in page
    page = reader.get(f"/items/{held.id}", **FRENCH).text
    assert "· Allemagne</h1>" in page and "<dd>français</dd>" in page
    assert "Allemagne" in reader.get("/queue", **FRENCH).text


def options(page: str, name: str) -> list[tuple[str, str]]:
    """Value and name of what can be chosen, but for the empty choice."""
    found = re.search(rf'<select name="{name}">(.*?)</select>', page, re.DOTALL)
    assert found is not None
    return re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)</option>', found.group(1))


def test_choices_are_in_the_order_of_their_names(house: PageHouse) -> None:
    writer = house.browser(CAMILLE)
    french = options(writer.get("/compose", **FRENCH).text, "market")
    assert [name for _, name in french][:8] == [
        "Allemagne", "Autriche", "Belgique", "Brésil", "Canada", "Espagne", "États-Unis", "France",
    ]  # fmt: skip
    assert dict(french)["DE"] == "Allemagne"
    english = options(writer.get("/compose").text, "lang")
    assert english[:3] == [("nl", "Dutch"), ("en", "English"), ("fr", "French")]
    assert ("CH", "Suisse") in options(house.browser(INES).get("/bots", **FRENCH).text, "name")


def test_what_has_no_name_keeps_its_code() -> None:
    assert country("JP").fr == "JP" and tongue("eo").en == "eo"
    assert (tongue("pt-BR").fr, tongue("fr-JP").en) == ("portugais (Brésil)", "French (JP)")


def test_what_rules_and_pages_know_has_a_name() -> None:
    assert TONGUES.keys() == LANGUAGES and COUNTRIES.keys() == MARKET_LANGUAGES.keys()
