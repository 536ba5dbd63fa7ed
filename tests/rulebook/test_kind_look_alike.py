"""Look-alike: handles that imitate a known account."""

import pytest

from review_gate.domain.draft import Media
from review_gate.rulebook.errors import PackErrors
from tests.rulebook.making import found, hits, packs

RULE = """
kind: look_alike
names: [paypal, bnpparibas, amazon, orange, booking]
message: {en: "{found} is not {name}", fr: "{found} n'est pas {name}"}
"""


@pytest.mark.parametrize(
    "text",
    [
        "Write to @PayPaI_Help",  # a capital i for an l
        "Écrivez à @BNP_Pariibas_SAV24",  # doubled
        "DM @Amaz0n_HelpDesk_US",  # a digit for a letter
        "Ask @support_arnazon",  # rn for m, after another word
        "Ask @0range.conseil",
        "Ask @boking_help",  # one of a double left out
        "Ask @bokoing_help",  # swapped
    ],
)
def test_an_imitation_is_found(text: str) -> None:
    assert len(found(packs(RULE), text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Merci @PayPal_FR et @bnpparibas",
        "Photo : @orangina_paul et @brooking.photo",
        "Bravo @amazone75, @cooking_with_mia",
        "Write to help@paypa1.example",
        "Paypa1 without an at sign",
    ],
)
def test_others_pass(text: str) -> None:
    assert found(packs(RULE), text) == []


def test_the_message_names_what_is_imitated() -> None:
    (hit,) = hits(packs(RULE), "Ask @Amaz0n_Help now")
    assert hit.message.en == "@Amaz0n_Help is not amazon"
    assert hit.span == (4, 16)


def test_a_name_must_be_one() -> None:
    with pytest.raises(PackErrors, match="'a b' is not a name"):
        packs("kind: look_alike\nnames: [a b]")


def test_alt_texts_and_file_names_are_read_too() -> None:
    pack = packs(RULE)
    for media in (
        Media("https://cdn.example/a.jpg", "Écrivez à @PayPaI_Help"),
        Media("https://cdn.example/dm-@Amaz0nHelp.jpg"),
    ):
        (hit,) = hits(pack, "Bonjour", media=(media,))
        assert hit.span is None and hit.found in ("@PayPaI_Help", "@Amaz0nHelp")
    assert hits(pack, "Bonjour", media=(Media("https://cdn.example/paypal@2x.png", "Écrivez à @PayPal_Help"),)) == ()
