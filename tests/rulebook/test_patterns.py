"""Patterns: folded like the text, whole words, and nothing that can blow up."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_gate.rulebook.patterns import PatternError, PatternSet, alternatives, compiled, folded


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        ("Été", "ete"),
        (r"\S+É", r"\S+e"),
        (r"\p{Lu}É", r"\p{Lu}e"),
        ("[ÉÀ]x", "[ea]x"),
        ("(?P<Mot>Œuf)", "(?P<Mot>(?:oe)uf)"),
        ("l’été", "l'ete"),
        ("a b", r"a\sb"),
        ("[a b]", "[a b]"),
        (r"\[Lien\]", r"\[lien\]"),
    ],
)
def test_folded(written: str, reads: str) -> None:
    assert folded(written) == reads


def test_exact_pattern_keeps_its_case() -> None:
    assert folded("TODO É", exact=True) == r"TODO\sÉ"


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("a|b|c", ["a", "b", "c"]),
        ("a(?:b|c)|d", ["a(?:b|c)", "d"]),
        (r"a\|b|[|x]y", [r"a\|b", "[|x]y"]),
        ("(?i)a|b", ["(?i)a", "b"]),
        ("(?P<n>a|b)c|d", ["(?P<n>a|b)c", "d"]),
    ],
)
def test_alternatives(pattern: str, parts: list[str]) -> None:
    assert alternatives(pattern) == parts


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a(?!b)", "look-ahead"),
        ("(?<!x)a", "look-ahead"),
        (r"(a)\1", "back-references"),
        ("(a+)+", "bound"),
        ("(?:a*b)*", "bound"),
        ("(?:a|b+){2,}", "bound"),
        ("(a", "backslash"),
        ("[a", "backslash"),
        ("a{2000}", "bounds"),
        (r"\w*", "needed"),
        ("x" * 2001, "split"),
        ("[abcd][abcd](?:promotions){1000}", "bounds smaller"),
    ],
)
def test_refused_with_advice(pattern: str, says: str) -> None:
    with pytest.raises(PatternError) as caught:
        compiled(pattern)
    assert says in str(caught.value.hint)


@pytest.mark.parametrize("pattern", ["(?:a+b){1,3}", "(?:ab)+c+", "a+(?:b|c)+", r"(?:\s\w+){0,4}x", "(?i)a+"])
def test_harmless_repetition_is_fine(pattern: str) -> None:
    assert compiled(pattern) is not None


PATTERNS = [r"merde", r"\d+\s?%", r"[a-c]+x", r"(?:promo|solde)s?", r"é\w+", r"^a", r"b$", r".y", r"(?i)Zut"]


@given(st.text(st.sampled_from("merdpolsx yzut%012é\n"), max_size=60))
@settings(max_examples=300)
def test_no_pattern_that_matches_is_left_out(text: str) -> None:
    data = text.encode()
    possible = set(PatternSet(PATTERNS).possible(text, data))
    matching = {i for i, pattern in enumerate(PATTERNS) if compiled(pattern).search(data)}
    assert matching <= possible


def test_a_pattern_is_left_out_when_its_words_are_not_there() -> None:
    assert PatternSet(["merde", "promos?"]).possible("bonjour", b"bonjour") == []


def test_lists_too_long_for_one_filter_still_find_their_words() -> None:
    """RE2 refuses to build one filter over so many literals: a pack with such patterns is good all the same."""
    lists = [[f"{word:06x}{number:04x}" for word in range(0, 1_000_000, 6_000)] for number in range(120)]
    patterns = ["(?:" + "|".join(words) + ")" for words in lists]
    filters = PatternSet(patterns)
    for number in (0, 59, 60, 119):
        text = f"bonjour {lists[number][77]}"
        assert filters.possible(text, text.encode()) == [number]


def test_what_blows_up_elsewhere_is_quick_here() -> None:
    """(x+x+)+y takes Python's `re` longer than anybody lives on this text; here it is refused, its plain form runs."""
    with pytest.raises(PatternError):
        compiled("(x+x+)+y")
    start = time.monotonic()
    assert compiled("x+x+x+x+y").search(b"x" * 20_000) is None
    assert time.monotonic() - start < 30
