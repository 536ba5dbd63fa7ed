from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.domain.message import Message
from review_gate.domain.verdict import Reason, Severity, Source
from review_gate.web.pages.differences import differences
from review_gate.web.pages.marks import excerpt, pieces


def reason(span: tuple[int, int] | None, severity: Severity = Severity.HOLD) -> Reason:
    return Reason(Source.RULE, severity, Message("m", "m"), span=span, rule="r")


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def test_overlapping_finds_share_a_piece_that_takes_the_gravest_colour() -> None:
    found = pieces("one two three", [reason((0, 7), Severity.WARN), reason((4, 13), Severity.BLOCK)])
    assert [(piece.text, piece.reasons, piece.severity) for piece in found] == [
        ("one ", (0,), Severity.WARN),
        ("two", (0, 1), Severity.BLOCK),
        (" three", (1,), Severity.BLOCK),
    ]
    assert [piece.begins for piece in found] == [(0,), (1,), ()]


@given(st.text(max_size=50), SPANS)
def test_the_pieces_are_the_text_and_no_find_goes_missing(text: str, spans: list[tuple[int, int]]) -> None:
    reasons = [reason(span) for span in spans]
    found = pieces(text, reasons)
    assert "".join(piece.text for piece in found) == text
    for index, (start, end) in enumerate(spans):
        marked = "".join(piece.text for piece in found if index in piece.reasons)
        assert marked == text[start:end]
        begun = [piece for piece in found if index in piece.begins]
        assert len(begun) == (1 if text[start:end] else 0)


@pytest.mark.parametrize("at", [0, 100, 500, 990])
def test_an_excerpt_shows_the_first_find_wherever_it_is(at: int) -> None:
    text = ("word " * 200)[:at] + "awful" + " word" * 200
    found = excerpt(text, [reason((at, at + 5))])
    assert "awful" in [piece.text for piece in found if piece.reasons]
    assert sum(len(piece.text) for piece in found) <= 225


@given(st.text(alphabet="ab .é😀\n", max_size=60), st.text(alphabet="ab .é😀\n", max_size=60))
def test_the_differences_hold_both_texts(old: str, new: str) -> None:
    parts = differences(old, new)
    assert "".join(part.text for part in parts if part.change != "new") == old
    assert "".join(part.text for part in parts if part.change != "gone") == new


def test_long_texts_are_compared_by_sentences() -> None:
    old = "A short sentence. " * 900
    new = old + "One more."
    parts = differences(old, new)
    assert [part.change for part in parts][-1] == "new"
    assert "".join(part.text for part in parts if part.change == "new").endswith("One more.")


def test_a_changed_word_is_one_word() -> None:
    changed = [(part.change, part.text) for part in differences("Open at nine today.", "Open at ten today.")]
    assert changed == [("same", "Open at "), ("gone", "nine"), ("new", "ten"), ("same", " today.")]


def test_words_changed_in_a_row_are_one_phrase() -> None:
    changed = [
        (part.change, part.text) for part in differences("Free coffee and [link] !", "Free coffee all day long !")
    ]
    assert changed == [("same", "Free coffee "), ("gone", "and [link]"), ("new", "all day long"), ("same", " !")]
