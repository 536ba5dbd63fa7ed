"""Cooccurrence: fine alone, not together."""

import pytest

from review_gate.rulebook.errors import PackErrors
from tests.rulebook.making import found, hits, packs

RULE = """
kind: cooccurrence
languages: [fr, en]
message: {en: "'{a}' and '{b}'", fr: "« {a} » et « {b} »"}
all:
  - terms: [hurricane, earthquake, wildfire, inondation, séisme, incendie]
  - terms: ["\\\\d+ ?% off", sale, promo, "code promo", "livraison offerte"]
except: ["fire sale on firewood"]
"""


def test_the_example_of_a_catastrophe_and_a_promotion() -> None:
    (hit,) = hits(packs(RULE), "Hurricane sale: 20% off everything")
    assert hit.message.en == "'Hurricane' and 'sale'"
    assert hit.span == (0, 9)
    assert found(packs(RULE), "Our Tampa store is closed because of the hurricane") == []


def test_order_does_not_matter() -> None:
    assert found(packs(RULE), "20 % off malgré les inondations") == ["inondations"]


def test_one_place_is_not_two_things() -> None:
    assert found("kind: cooccurrence\nall: [{terms: [fire sale]}, {terms: [sale]}]", "a fire sale") == []


def test_exceptions() -> None:
    assert found(packs(RULE), "Wildfire news and a fire sale on firewood") == []


@pytest.mark.parametrize(("words", "hit"), [(0, True), (3, True), (4, False)])
def test_how_far_apart(words: int, hit: bool) -> None:
    pack = packs("kind: cooccurrence\nall: [{terms: [aa]}, {terms: [bb]}]\nwithin: 3")
    assert bool(found(pack, "aa " + "word " * words + "bb")) is hit


def test_a_pair_further_on_counts_too() -> None:
    pack = packs("kind: cooccurrence\nall: [{terms: [aa]}, {terms: [bb]}]\nwithin: 1")
    assert [hit.span for hit in hits(pack, "aa x x x x aa bb")] == [(11, 13)]


def test_two_groups_at_least() -> None:
    with pytest.raises(PackErrors, match="2 to 6 groups"):
        packs("kind: cooccurrence\nall: [{terms: [aa]}]")
