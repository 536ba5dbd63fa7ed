"""What the learned model of meaning is asked about: sentences, not single words."""

from pathlib import Path

import pytest

from review_gate.adapters.scorers.encoder import SentenceEncoder
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.load import load_packs
from review_gate.rulebook.rule import Packs
from tests.packs.measure import RULES, SOME_DAY


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs(Path(RULES), SentenceEncoder(), examples=False)


@pytest.mark.parametrize("text", ["Retard ?", "Du retard..."])
def test_a_word_or_two_are_not_judged(packs: Packs, text: str) -> None:
    assert not evaluate(packs, Draft(text=text), Context(now=SOME_DAY))


def test_three_words_are_judged(packs: Packs) -> None:
    hits = evaluate(packs, Draft(text="Ladies fear spanners"), Context(now=SOME_DAY, lang="en", languages=("en",)))
    assert "meaning.stereotype" in {hit.rule for hit in hits}, [hit.reason().name for hit in hits]
