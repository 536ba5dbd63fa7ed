"""Substitution: the better word comes with the hit."""

import pytest

from review_gate.domain.message import Message
from review_gate.rulebook.errors import PackErrors
from tests.rulebook.making import found, hits, packs

RULE = """
kind: substitution
languages: [fr, en]
message: {en: "'{found}': better '{better}'", fr: "« {found} » : mieux « {better} »"}
swap:
  fr: {"handicapé moteur": personne à mobilité réduite}
  en: {"wheelchair-bound": wheelchair user}
"""


def test_the_better_word_is_suggested() -> None:
    (hit,) = hits(packs(RULE), "Les handicapés moteurs", "fr")
    assert hit.found == "handicapés moteurs"
    assert hit.message.fr == "« handicapés moteurs » : mieux « personne à mobilité réduite »"
    assert hit.suggestion == Message("Say “personne à mobilité réduite”.", "Dites « personne à mobilité réduite ».")


def test_each_language_has_its_own_words() -> None:
    assert found(packs(RULE), "wheelchair bound", "en") == ["wheelchair bound"]
    assert found(packs(RULE), "wheelchair bound", "fr") == []


def test_words_without_languages() -> None:
    assert found("kind: substitution\nswap: {whitelist: allow list}", "the Whitelist") == ["Whitelist"]


def test_a_better_word_must_be_a_text() -> None:
    with pytest.raises(PackErrors, match="the better word is empty"):
        packs("kind: substitution\nswap: {a word: }")
