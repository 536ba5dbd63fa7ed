"""Existence: each place where a term is."""

from tests.rulebook.making import found


def test_every_place_is_hit() -> None:
    assert found("terms: [promo, solde]", "Promo, solde, promo") == ["Promo", "solde", "promo"]


def test_a_longer_term_takes_in_a_shorter_one() -> None:
    assert found('terms: [code, "code promo"]', "le code promo, le code") == ["code promo", "code"]
