"""Emoji: as people see them, with what stands beside them."""

import pytest

from review_gate.domain.draft import Media
from review_gate.rulebook.errors import PackErrors
from tests.rulebook.making import found, hits, packs


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


def test_alt_texts_are_read_too_and_not_counted_as_the_writing_of_the_text() -> None:
    media = (Media("https://cdn.example/a.jpg", "Dessin d'un pistolet 🔫🔫🔫🔫"),)
    (hit,) = hits(packs('kind: emoji\nemoji: ["🔫"]'), "Bonjour", media=media)
    assert (hit.span, hit.found) == (None, "🔫")
    (beside,) = hits(packs('kind: emoji\nemoji: ["🔫"]\nwith: [bonjour]'), "Bonjour", media=media)
    assert beside.found == "🔫"
    assert hits(packs("kind: emoji\nmax: 3"), "Bonjour", media=media) == ()
