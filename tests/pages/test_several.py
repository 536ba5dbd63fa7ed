"""The queue by whose desk it is on, and decisions about several drafts at once."""

from __future__ import annotations

import pytest

from review_gate.domain.submission import Person, Role, Submission
from tests.pages.house import CAMILLE, INES, RISKY, SAMIRA, THOMAS, PageHouse, Visitor

FINE = "Rendez-vous samedi dans notre magasin de Lille, 12 rue Nationale."


def pick(item: Submission) -> str:
    return f"{item.revision}:{item.text_sha256}:{item.id}"


def decide(visitor: Visitor, items: list[str], answer: str, **form: str) -> str:
    data = {"csrf": visitor.token, "pick": items, "answer": answer, **form}
    return visitor.client.post("/queue", data=data).text


def test_each_has_its_own_result(house: PageHouse) -> None:
    fine, risky, own, stale = (house.hand_in(FINE), house.hand_in(RISKY), house.hand_in(FINE + " Venez !", author=INES),
                               house.hand_in(FINE + " À samedi !"))  # fmt: skip
    seen = pick(stale)
    house.gate.revise(stale.id, stale.draft.__class__(FINE + " Bientôt !"), Person(CAMILLE))
    page = decide(house.browser(INES), [pick(fine), pick(risky), pick(own), seen, "1:x:nowhere", "garbled"], "approve",
                  read="1")  # fmt: skip
    assert "1 of 5 decided." in page
    for said in ("It is risky", "The text has changed", "no submission &#39;nowhere&#39;"):
        assert said in page, said
    states = [house.gate.get(one.id).state for one in (fine, risky, own, stale)]
    assert states == ["approved", "held", "held", "held"]
    page = decide(house.browser(INES), [pick(risky), pick(house.gate.get(stale.id))], "reject", comment="Pas ainsi.")
    assert "2 of 2 decided." in page and house.gate.get(risky.id).decisions[-1].comment == "Pas ainsi."


@pytest.mark.parametrize(
    ("answer", "form", "said"),
    [
        ("approve", {}, "Say that you have read"),
        ("reject", {"read": "1"}, "Say why"),
        ("approve", {"read": "1", "none": "1"}, "Tick the drafts first"),
    ],
)
def test_what_is_missing_is_asked_for(house: PageHouse, answer: str, form: dict[str, str], said: str) -> None:
    item = house.hand_in(FINE)
    page = decide(house.browser(INES), [] if "none" in form else [pick(item)], answer, **form)
    assert said in page and house.gate.get(item.id).state == "held"
    assert ("checked" in page) == ("none" not in form), "what was ticked stays ticked"


def test_only_leads_decide_about_several(house: PageHouse) -> None:
    item = house.hand_in(FINE)
    visitor = house.browser(SAMIRA)
    assert "Only leads decide" in decide(visitor, [pick(item)], "approve", read="1")
    assert house.gate.get(item.id).state == "held" and 'class="pick"' not in visitor.get("/queue").text
    assert 'class="pick"' in house.browser(INES).get("/queue").text


def test_whose_desk_it_is_on(house: PageHouse) -> None:
    mine, theirs, free = (house.hand_in(f"{FINE} {word}") for word in ("Un.", "Deux.", "Trois."))
    for email, item in ((SAMIRA, mine), (THOMAS, theirs)):
        house.gate.claim(item.id, Person(email, email.title(), frozenset({Role.REVIEWER})))
    visitor = house.browser(SAMIRA)

    def listed(who: str) -> set[str]:
        page = visitor.get(f"/queue?with={who}").text
        return {one.id for one in (mine, theirs, free) if f"item-{one.id}" in page}

    assert (listed("me"), listed(THOMAS), listed("nobody")) == ({mine.id}, {theirs.id}, {free.id})
    assert "Thomas@Example.Com</option>" in visitor.get("/queue").text
    house.pass_(hours=2)
    assert listed("nobody") == {mine.id, theirs.id, free.id}, "claims end by themselves"
    assert listed("me") == set()
