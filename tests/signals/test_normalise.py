"""The plain view and its way back to the text as it was written."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.signals.normalise import fold, normalise, written
from review_gate.signals.unmask import unmask

WILD = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("eéÉœŒæßİıﬁｆ½™…’«»–\u0301\u0323\u200b\ufe0f\u00a0рутаіn01345$@!. -*"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("L’ÉTÉ à l'œuvre", "l'ete a l'oeuvre"),
        ("e\u0301te\u0301", "ete"),
        ("pro\u200bmo\u00adtion", "promotion"),
        ("ｐｒｏｍｏ 𝐛𝐨𝐥𝐝 ﬁn Ⓐ", "promo bold fin a"),
        ("STRAẞE straße", "strasse strasse"),
        ("İstanbul", "istanbul"),
        ("Brand™ 2½ m²", "brand™ 2½ m²"),
        ("10\u202f000 €", "10 000 €"),
        ("étudiant·e·s", "etudiant·e·s"),
        ("« oui » — non", '" oui " - non'),
        ("Привет, 你好", "привет, 你好"),
        ("❤️", "❤"),
        ("", ""),
    ],
)
def test_plain_view(text: str, plain: str) -> None:
    assert normalise(text).text == plain


def test_written_keeps_case_and_accents() -> None:
    assert written("L’ÉTÉ\u200b TODO").text == "L'ÉTÉ TODO"


@pytest.mark.parametrize(
    ("text", "word", "original"),
    [
        ("Un cœur brisé", "coeur", "cœur"),
        ("cafe\u0301 noir", "cafe", "cafe\u0301"),
        ("la pro\u200bmo du jour", "promo", "pro\u200bmo"),
        ("❤️ promo", "promo", "promo"),
        ("ﬁn de série", "fin", "ﬁn"),
        ("plain promo", "promo", "promo"),
    ],
)
def test_span_lies_in_the_original(text: str, word: str, original: str) -> None:
    view = normalise(text)
    at = view.text.index(word)
    start, end = view.span(at, at + len(word))
    assert text[start:end] == original


def test_half_a_ligature_is_the_whole_of_it() -> None:
    view = normalise("œuf")
    assert view.span(0, 1) == (0, 1)
    assert view.span(1, 3) == (0, 2)


@pytest.mark.parametrize("bad", [(-1, 1), (2, 1), (0, 99)])
def test_span_outside_is_an_error(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a slice"):
        normalise("abc").span(*bad)


@given(WILD, st.sampled_from([normalise, written, unmask]))
def test_offsets_are_in_order_and_inside(text: str, view_of: object) -> None:
    view = view_of(text)  # type: ignore[operator]
    assert len(view.starts) == len(view.ends) == len(view.text)
    assert list(view.starts) == sorted(view.starts)
    assert list(view.ends) == sorted(view.ends)
    assert all(0 <= s < e <= len(text) for s, e in zip(view.starts, view.ends, strict=True))


@given(WILD)
def test_each_character_folds_to_what_its_place_says(text: str) -> None:
    view = normalise(text)
    for i, character in enumerate(view.text):
        start, end = view.span(i, i + 1)
        assert character in fold(text[start:end])


@given(WILD)
def test_composed_and_decomposed_read_the_same(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(WILD)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
