"""What `EmbeddedToxicity` does around the network: windows, the second look, explanations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_gate.adapters.scorers.encoder import LABELS, Floats
from review_gate.adapters.scorers.toxicity import EmbeddedToxicity


class WordNetwork:
    """A network that knows some bad words by heart, and remembers what it was asked."""

    version = "words-1"
    languages = frozenset({"en", "fr"})

    def __init__(self, **words: float) -> None:
        self.words = words
        self.asked: list[tuple[str, str | None]] = []

    def probabilities(self, texts: Sequence[str], langs: Sequence[str | None]) -> Floats:
        self.asked += list(zip(texts, langs, strict=True))
        rows = np.full((len(texts), len(LABELS)), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[4] = max([0.01, *(score for word, score in self.words.items() if word in text.lower().split())])
        return rows


def scored(network: WordNetwork, text: str) -> tuple[float, tuple[tuple[int, int, float], ...]]:
    found = EmbeddedToxicity(network).score([text], ["en"])[0]
    return found.scores["insult"], found.spans


def test_every_label_is_scored_and_the_model_named() -> None:
    scorer = EmbeddedToxicity(WordNetwork())
    [found] = scorer.score(["good morning"], [None])
    assert set(found.scores) == set(LABELS)
    assert found.spans == ()
    assert (scorer.name, scorer.model, scorer.languages) == ("toxicity", "words-1", {"en", "fr"})


def test_texts_keep_their_order_and_their_language() -> None:
    network = WordNetwork(fool=0.9)
    found = EmbeddedToxicity(network).score(["hello there", "you fool", "bye now"], ["en", "fr", None])
    assert [round(one.scores["insult"], 2) for one in found] == [0.01, 0.9, 0.01]
    assert network.asked[:3] == [("hello there", "en"), ("you fool", "fr"), ("bye now", None)]


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 texts but 1 languages"):
        EmbeddedToxicity(WordNetwork()).score(["a", "b"], ["en"])


def test_the_word_that_carries_the_score_is_the_span() -> None:
    text = "thank you for nothing at all my dear fool and have a lovely day on the beach"
    score, spans = scored(WordNetwork(fool=0.9), text)
    assert round(score, 2) == 0.9
    [(start, end, weight)] = spans
    assert text[start:end] == "fool"
    assert weight > 0.9


def test_a_text_that_is_bad_twice_over_shows_both_places() -> None:
    text = "you fool of a man who came here twice this week only to be a clown again"
    _, spans = scored(WordNetwork(fool=0.9, clown=0.9), text)
    found = " ".join(text[start:end] for start, end, _ in spans)
    assert "fool" in found
    assert "clown" in found


def test_a_bad_word_at_the_end_of_a_long_text_is_found_in_place() -> None:
    text = "calm words " * 400 + "fool"
    score, spans = scored(WordNetwork(fool=0.9), text)
    assert round(score, 2) == 0.9
    assert [text[start:end] for start, end, _ in spans] == ["fool"]


@pytest.mark.parametrize("text", ["you f.o.o.l", "you f00l", "you f o o l"])
def test_disguised_texts_get_a_second_look(text: str) -> None:
    score, spans = scored(WordNetwork(fool=0.9), text)
    assert round(score, 2) == 0.9
    assert spans


def test_an_undisguised_text_is_asked_once() -> None:
    network = WordNetwork()
    EmbeddedToxicity(network).score(["Nous ouvrons à dix heures, à bientôt !"], ["fr"])
    assert len(network.asked) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=1500), st.sampled_from(["fool", "FOOL", "", "f.o.o.l"]))
def test_wild_texts_give_sane_scores_and_spans(text: str, word: str) -> None:
    whole = f"{text} {word}"
    score, spans = scored(WordNetwork(fool=0.9), whole)
    assert 0 <= score <= 1
    assert all(0 <= start < end <= len(whole) and 0 <= weight <= 1 for start, end, weight in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_handle_an_hour_and_a_model_are_no_disguise() -> None:
    network = WordNetwork()
    scored(network, "@marie merci, votre PS5 arrive le 1er à 16h30")
    assert len(network.asked) == 1
    scored(network, "@marie quel c0nnard")
    assert [text for text, _ in network.asked[1:]] == ["@marie quel c0nnard", "@marie quel connard"]


def test_an_emoji_that_stands_for_a_word_is_read_as_one() -> None:
    network = WordNetwork(monkey=0.9)
    score, _ = scored(network, "get this 🐒 off the pitch")
    assert score == pytest.approx(0.9)
    score, _ = scored(network, "Our zoo has a new baby 🐒")
    assert score < 0.1
