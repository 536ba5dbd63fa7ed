"""Cards about what bots say: what may repeat."""

from __future__ import annotations

from review_gate.domain.draft import Draft, Kind
from review_gate.domain.submission import Person, State, Submission
from review_gate.domain.verdict import Action
from tests.slack.house import INES, SAMIRA, THOMAS, House
from tests.slack.made import words_of

SAID = "Votre commande part ce soir de notre entrepôt, {}, merci de votre patience."
SHOP = Person("shop")


def says(house: House, text: str) -> Action:
    draft = Draft(text, kind=Kind.REPLY, channel="x", bot="faq-bot", conversation="c-1")
    return house.gate.check(draft, SHOP).verdict.action


def third_time(house: House) -> Submission:
    """The bot says the same for the third time: the card that this leaves."""
    for name in ("Anna", "Bob"):
        assert says(house, SAID.format(name)) is Action.ALLOW
    held = house.gate.check(
        Draft(SAID.format("Chris"), kind=Kind.REPLY, channel="x", bot="faq-bot", conversation="c-1"), SHOP
    ).submission
    assert held is not None
    house.work()
    return held


def test_the_card_tells_how_often_when_and_to_whom_and_one_click_allows_it(house: House) -> None:
    house.reconciler.run()  # learns the names
    held = third_time(house)
    card = house.slack.card(held.id)
    assert card is not None
    told = words_of(card["blocks"])
    assert "Said 2 times before in this conversation." in told
    assert SAID.format("Bob") in told and "c-1" in told
    assert '"type": "date"' in str(card["blocks"]).replace("'", '"')
    assert house.slack.click(SAMIRA, held.id, "gate_allow_repeat").status == 200
    assert [says(house, SAID.format(name)) for name in ("Dora", "Emil")] == [Action.ALLOW] * 2
    waiting = house.gate.get(held.id)
    assert (waiting.may_repeat, waiting.state) == ("Samira Benali", State.HELD)
    house.work()
    card = house.slack.card(held.id)
    assert card is not None
    assert "Samira Benali: the bot may say this again, to anybody." in words_of(card["blocks"])
    assert "gate_allow_repeat" not in str(card["blocks"])
    assert "gate_approve" in str(card["blocks"])


def test_one_click_stops_the_bot_and_says_why_on_record(house: House) -> None:
    house.reconciler.run()
    held = third_time(house)
    for person in (THOMAS, THOMAS):
        assert house.slack.click(person, held.id, "gate_stop_bot").status == 200
    breaker = house.bots.get("faq-bot").breaker
    assert (breaker.state.value, breaker.by, breaker.by_name) == ("open", THOMAS, "Thomas Wright")
    assert breaker.why.en.startswith("This bot has already said the same in this conversation – “Votre commande")
    assert says(house, "Autre chose, tout à fait nouvelle.") is Action.HOLD
    house.work()
    first, second = house.slack.told(THOMAS)
    assert "every reply of it waits for a person" in first
    assert second == "faq-bot is stopped already."
    assert house.gate.get(held.id).state is State.HELD, "the reply itself still waits"


def test_only_bots_cards_have_the_button_and_only_while_they_wait(house: House) -> None:
    post = house.hand_in()
    assert "gate_stop_bot" not in str(house.slack.card(post.id))
    held = third_time(house)
    assert "gate_stop_bot" in str(house.slack.card(held.id))
    house.slack.click(INES, held.id, "gate_approve")
    house.work()
    assert "gate_stop_bot" not in str(house.slack.card(held.id))
