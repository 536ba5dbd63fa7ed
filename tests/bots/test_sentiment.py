"""Negative messages that no word pattern knows, and what follows for the tone of the answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from review_gate.adapters.scorers.encoder import SentenceEncoder
from review_gate.adapters.scorers.lexicon import tone_lexicon
from review_gate.adapters.scorers.sentiment import FILE, negative
from review_gate.adapters.scorers.tone import NEGATIVE, ToneScorer
from review_gate.domain.context import Context
from tests.builders import NOW, reply

CHEER = "Yay! Have a great day!"
MOODS = Path(__file__).parents[2] / "bench" / "data" / "moods.tsv"


class Model:
    """Finds one message negative, and counts how often it is asked."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.asked: list[str] = []

    def __call__(self, text: str) -> float:
        self.asked.append(text)
        return self.share


def labels(message: str, text: str, model: Model) -> dict[str, float]:
    signals = ToneScorer(negative=model).score(reply(text, in_reply_to=message, bot="faq"), Context(NOW))
    return {signal.label: signal.score or 0.0 for signal in signals}


def test_cheer_for_a_message_that_the_model_finds_negative_is_told_as_for_a_complaint() -> None:
    message = "The box came with a hole in it and half is gone"
    assert labels(message, CHEER, Model(NEGATIVE))["cheer_to_upset"] == 0.6
    assert "cheer_to_upset" not in labels(message, CHEER, Model(NEGATIVE - 0.01))


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Your service is a disgrace", CHEER),  # the words say so already
        ("Thank you so much, amazing service", CHEER),  # praise
        ("The box came with a hole in it", "We send you a new one tomorrow."),  # an answer that suits anybody
    ],
)
def test_the_model_is_asked_only_where_it_matters(message: str, text: str) -> None:
    model = Model(1.0)
    labels(message, text, model)
    assert model.asked == []


def test_the_model_that_ships_knows_upset_from_calm() -> None:
    """Written for this, in six languages: of the upset messages it finds more than the word patterns do."""
    model = negative(SentenceEncoder())
    assert model is not None, "made for other weights: python -m training.learn_sentiment"
    rows = [line.split("\t") for line in MOODS.read_text(encoding="utf-8").splitlines()]
    found = {kind: [model(text) >= NEGATIVE for mood, _, text in rows if mood == kind] for kind in ("upset", "calm")}
    words = sum(
        bool({"anger", "sarcasm", "complaint"} & tone_lexicon().of_customer(text).keys())
        for mood, _, text in rows
        if mood == "upset"
    )
    assert sum(found["upset"]) > 2 * words
    assert sum(found["calm"]) <= 1


def test_a_model_for_other_weights_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with np.load(FILE) as shipped:
        np.savez(tmp_path / "other.npz", **{**{name: shipped[name] for name in shipped.files}, "version": "other"})
    shutil.copy(FILE, tmp_path / "same.npz")
    assert negative(SentenceEncoder(), tmp_path / "other.npz") is None
    assert "python -m training.learn_sentiment" in caplog.text
