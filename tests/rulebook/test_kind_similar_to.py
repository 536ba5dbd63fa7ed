"""Similar to: by meaning, with an encoder that the caller brings."""

from collections.abc import Sequence

import numpy as np
import pytest

from review_gate.rulebook.errors import PackErrors
from tests.rulebook.making import found, hits, packs

TOPICS = {"fire": ["incendie", "wildfire", "feu"], "sale": ["promo", "sale", "solde"], "calm": ["merci", "thanks"]}


class Topics:
    """A stand-in for the encoder: a text's vector counts the words of each topic. It records what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        rows = [[sum(word in text.lower() for word in words) + 0.01 for words in TOPICS.values()] for text in texts]
        array = np.array(rows)
        return array / np.linalg.norm(array, axis=1, keepdims=True)

    features = encode


RULE = """
kind: similar_to
examples: ["Une promo pendant l'incendie"]
counter: ["Merci aux pompiers face à l'incendie"]
threshold: 0.9
message: {en: "like: {example}", fr: "comme : {example}"}
"""


def test_a_paraphrase_in_another_language() -> None:
    pack = packs(RULE, similarity=Topics())
    text = "Good morning to you all. Our wildfire sale starts now!"
    (hit,) = hits(pack, text)
    assert hit.found == "Our wildfire sale starts now!"
    assert hit.span == (25, 54)
    assert hit.message.en == "like: Une promo pendant l'incendie"


def test_harmless_ones_pass() -> None:
    pack = packs(RULE, similarity=Topics())
    assert found(pack, "Thanks to all who fight the wildfire") == []


def test_counter_sentences_are_needed() -> None:
    with pytest.raises(PackErrors, match="'counter'"):
        packs("kind: similar_to\nexamples: [Une promo]")


def test_the_examples_are_encoded_once() -> None:
    topics = Topics()
    pack = packs(RULE, similarity=topics)
    hits(pack, "Our wildfire sale starts now!")
    hits(pack, "Our wildfire sale starts again!")
    assert topics.asked.count("Une promo pendant l'incendie") == 1


def test_without_an_encoder_the_rule_is_known_to_be_blind() -> None:
    live = RULE + "status: live\nshould_hit: [x]\nshould_pass: [y]"
    assert packs(live).blind == ("testing.rule-0",)
    assert packs(RULE).blind == ()
    assert hits(packs(live), "Our wildfire sale") == ()


LIVE = """
status: live
should_hit: ["Our wildfire sale"]
should_pass: ["Our sale"]
"""


@pytest.mark.parametrize(
    ("by_words", "told"),
    [
        ("severity: warn", ["testing.rule-1"]),
        ("severity: hold", ["testing.rule-1"]),
        ("severity: note", ["testing.rule-0", "testing.rule-1"]),  # says less: both speak
        ("severity: hold\ncategory: newsjack", ["testing.rule-0", "testing.rule-1"]),
        ("severity: hold\nstatus: shadow", ["testing.rule-0", "testing.rule-1"]),  # a shadow silences nobody
    ],
)
def test_a_rule_that_names_the_words_is_enough(by_words: str, told: list[str]) -> None:
    pack = packs(RULE + LIVE, f"terms: [wildfire]\n{by_words}{'' if 'shadow' in by_words else LIVE}",
                 similarity=Topics())  # fmt: skip
    assert sorted(hit.rule for hit in hits(pack, "Our wildfire sale starts now!")) == told
