"""Emoji: as people see them, with what stands beside them."""

import pytest

from review_gate.rulebook.errors import PackErrors
from tests.rulebook.making import found, packs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bang 🔫", ["🔫"]),
        ("Non 👍🏿 merci", ["👍🏿"]),
        ("❤️ et ❤", ["❤️"]),
        ("🤷🏽‍♀️ bof", ["🤷🏽‍♀️"]),
        ("🇫🇷 oui", ["🇫🇷"]),
        ("👨‍👩‍👧 famille", []),
        ("rien", []),
    ],
)
def test_skin_tone_gender_and_variation_make_no_difference(text: str, expected: list[str]) -> None:
    assert found('kind: emoji\nemoji: ["🔫", "👍", "❤", "🤷", "🇫🇷"]', text) == expected


def test_only_beside_certain_words() -> None:
    pack = packs('kind: emoji\nlanguages: [fr]\nemoji: ["😂"]\nwith: [condoléances]')
    assert found(pack, "Nos condoléances 😂") == ["😂"]
    assert found(pack, "Ha ha 😂") == []


def test_only_in_answer_to_certain_words() -> None:
    pack = packs('kind: emoji\nlanguages: [fr]\nemoji: ["😂"]\ncustomer: [décès]')
    assert found(pack, "Merci 😂", in_reply_to="Un décès") == ["😂"]
    assert found(pack, "Merci 😂", in_reply_to="Bonjour") == []


def test_too_many_of_any() -> None:
    pack = packs("kind: emoji\nmax: 3")
    assert found(pack, "🎉🎊🎈") == []
    assert found(pack, "🎉🎊🎈✨🎁") == ["✨"]


def test_an_entry_is_one_emoji() -> None:
    with pytest.raises(PackErrors, match="'rire' is not one emoji"):
        packs("kind: emoji\nemoji: [rire]")
