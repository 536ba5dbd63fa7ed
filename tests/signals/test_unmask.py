"""Disguised words, and honest text that must stay what it is where it matters."""

import pytest

from review_gate.signals.normalise import normalise
from review_gate.signals.unmask import unmask, unmask_view


@pytest.mark.parametrize(
    ("text", "word", "original"),
    [
        ("espèce de c0nn4rd !", "connard", "c0nn4rd"),
        ("p u t a i n de bus", "putain", "p u t a i n"),
        ("p.u.t.@.1.n", "putain", "p.u.t.@.1.n"),
        ("рutаin", "putain", "рutаin"),
        ("putaaaain", "putain", "putaaaain"),
        ("m\u200be\u200br\u200bd\u200be", "merde", "m\u200be\u200br\u200bd\u200be"),
        ("ｍｅｒｄｅ", "merde", "ｍｅｒｄｅ"),
        ("$alope!", "salope", "$alope"),
        ("sh!t happens", "shit", "sh!t"),
        ("m-e-r-d-e alors", "merde", "m-e-r-d-e"),
    ],
)
def test_disguise_is_undone_and_found_in_the_original(text: str, word: str, original: str) -> None:
    view = unmask(text)
    at = view.text.index(word)
    start, end = view.span(at, at + len(word))
    assert text[start:end] == original


def test_real_cyrillic_stays_beside_a_mixed_word() -> None:
    assert unmask("сор и рис, рutаin").text == "сор и рис, putain"


@pytest.mark.parametrize("text", ["rendez-vous au bar", "A. et B. sont la", "2026 !", "12.50 euros", "wow!!"])
def test_honest_text_stays(text: str) -> None:
    assert unmask(text).text == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "@marie_lou merci, à 8 h 30 demain",
        "rendez-vous le 1er à 16h30, 2e étage",
        "the 21st, 9am to 5pm, 24x7",
        "PS5, iPhone15, S10, 4G et #COP21",
        "3M€ levés, $20k to win, 50€ !",
        "J - 3",
    ],
)
def test_what_honest_texts_are_full_of_is_spared(text: str) -> None:
    plain = normalise(text)
    assert unmask_view(plain, sparing=True).text == plain.text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("espèce de c0nn4rd à 16h30", "connard"),
        ("p u t a i n de bus", "putain"),
        ("@sshole", "asshole"),
        ("@rschloch", "arschloch"),
        ("sh1t", "shit"),
        ("$alope!", "salope"),
        ("@marie p.u.t.e", "pute"),
        ("nigg4", "nigga"),
    ],
)
def test_what_is_spared_hides_no_disguise(text: str, word: str) -> None:
    assert word in unmask_view(normalise(text), sparing=True).text
