"""Windows, groups and merged spans of the toxicity scorer."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_gate.adapters.scorers.toxicity_text import (
    WINDOW_CHARACTERS,
    WINDOW_WORDS,
    groups,
    merged,
    windows,
    words,
)


def test_a_short_text_is_one_window() -> None:
    assert windows("one two three") == [(0, 13)]
    assert windows("") == [(0, 0)]


def test_neighbouring_windows_share_words() -> None:
    text = " ".join(f"w{n}" for n in range(200))
    cut = windows(text)
    assert len(cut) > 3
    assert all(after[0] < before[1] for before, after in pairwise(cut))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=3000))
def test_windows_cover_every_word_and_stay_small(text: str) -> None:
    cut = windows(text)
    for start, end in words(text):
        assert any(a <= start and end <= b for a, b in cut)
    for a, b in cut:
        assert 0 <= a <= b <= len(text)
        assert len(cut) == 1 or b - a <= WINDOW_CHARACTERS
        assert len(words(text[a:b])) <= WINDOW_WORDS + 1


def test_a_text_without_spaces_cannot_hide_its_end() -> None:
    cut = windows("x" * 5000)
    assert cut[-1][1] == 5000
    assert all(b - a <= WINDOW_CHARACTERS for a, b in cut)


@pytest.mark.parametrize("count, most, expected", [(3, 8, [1, 1, 1]), (9, 4, [3, 3, 3]), (10, 4, [3, 3, 3, 1])])
def test_groups_keep_order_and_count(count: int, most: int, expected: list[int]) -> None:
    spans = [(2 * n, 2 * n + 1) for n in range(count)]
    found = groups(spans, most)
    assert [len(group) for group in found] == expected
    assert [span for group in found for span in group] == spans


def test_spans_with_only_white_space_between_them_become_one() -> None:
    text = "you utter fool, really"
    assert merged(text, [(10, 14, 0.2), (4, 9, 0.6), (16, 22, 0.3)]) == ((4, 14, 0.6), (16, 22, 0.3))
