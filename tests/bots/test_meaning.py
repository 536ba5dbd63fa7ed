"""The same in other words, within a conversation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from review_gate.adapters.scorers.repetition import RepetitionScorer
from review_gate.domain.context import Context
from review_gate.domain.policy import RepetitionPolicy
from tests.builders import NOW, reply

SAME = ("Votre colis arrive demain matin.", "Vous recevrez le paquet au petit jour suivant.")
TWINS = ("Quelle est la taille exacte de votre article ?", "Quelle est la nuance exacte de votre article ?")


class Encoder:
    """Finds everything close, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        self.asked += texts
        return np.ones((len(texts), 1))


def inside(text: str, *history: str, encode: Encoder | None) -> float | None:
    policy = RepetitionPolicy(minimum_words=3, similarity=0.9)
    signals = RepetitionScorer(policy, encode).score(reply(text, history=history), Context(NOW))
    return signals[0].score


def test_other_words_count_when_the_encoder_is_there() -> None:
    encoder = Encoder()
    assert inside(SAME[0], SAME[1], SAME[1], encode=encoder) == 1.0
    assert inside(SAME[0], SAME[1], SAME[1], encode=None) == 0.0
    assert set(encoder.asked) == set(SAME)


def test_twins_that_differ_in_the_word_that_matters_are_not_asked_about() -> None:
    encoder = Encoder()
    assert inside(TWINS[0], TWINS[1], TWINS[1], encode=encoder) == 0.0
    assert encoder.asked == []


def test_what_is_the_same_needs_no_encoder() -> None:
    encoder = Encoder()
    assert inside(SAME[0], SAME[0] + " 🙂", "Votre colis arrive demain matin !", encode=encoder) == 1.0
    assert encoder.asked == []
