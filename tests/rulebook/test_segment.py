"""Cutting tags into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.rulebook.segment import best_reading, hidden, spelled_out, written_reading


@pytest.mark.parametrize(
    ("tag", "reading"),
    [
        ("blacklivesmatter", "black lives matter"),
        ("nouvellecollection", "nouvelle collection"),
        ("plaisirdoffrir", "plaisir d offrir"),
        ("bonneannee2027", "bonne annee 2027"),
        ("bestofsummer", "best of summer"),
        ("xqzwvk", "xqzwvk"),
    ],
)
def test_best_reading(tag: str, reading: str) -> None:
    assert str(best_reading(tag)) == reading


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("SusanAlbumParty", ("susan", "album", "party")),
        ("BonneAnnée2027", ("bonne", "annee", "2027")),
        ("avec_le_sourire", ("avec", "le", "sourire")),
        ("ParisUSA", ("paris", "usa")),
    ],
)
def test_written_reading(tag: str, words: tuple[str, ...]) -> None:
    found = written_reading(tag)
    assert found is not None
    assert found.words == words


def test_nothing_marked() -> None:
    assert written_reading("susanalbumparty") is None


def test_spelled_out() -> None:
    assert spelled_out(best_reading("bestofsummer")) == "BestOfSummer"


@given(st.text("abcdefnopstuxy0129", max_size=70), st.sampled_from(["sex", "anal", "con"]))
def test_a_reading_is_the_tag(tag: str, word: str) -> None:
    assert "".join(best_reading(tag).words) == tag[:60]
    reading = hidden(tag, word)
    assert reading is None or (word in reading.words and "".join(reading.words) == tag[:60])
