"""Conditional: if this, then that too."""

from tests.rulebook.making import found, packs

RULE = """
kind: conditional
languages: [fr]
given: [partenariat, "offert par"]
require: ["#pub", "#sponsorisé", publicité]
"""


def test_what_is_missing_is_told_at_the_first_place() -> None:
    assert found(packs(RULE), "En partenariat avec X, offert par Y") == ["partenariat"]


def test_all_is_well_with_it() -> None:
    assert found(packs(RULE), "En partenariat avec X #pub") == []
    assert found(packs(RULE), "Bonjour #pub") == []
