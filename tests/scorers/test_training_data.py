"""The handwritten texts and the augmentation that training rests on. Needs nothing but the standard library."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from training.augment import address, disguise, everyday, leet, no_accents, spaced, split_word, starred, unaddressed
from training.corpora import LABELS, LANGUAGES, PLAIN, derive, read_handwritten, split_of
from training.identity_terms import by_group, swap_groups

EXAMPLES = read_handwritten()


def test_every_language_has_texts_in_every_split() -> None:
    found = {(e.lang, e.split) for e in EXAMPLES}
    assert found == {(lang, split) for lang in LANGUAGES for split in ("train", "dev", "test")}


def test_labels_are_whole_and_agree_with_one_another() -> None:
    for example in EXAMPLES:
        assert set(example.labels.values()) <= {0.0, 1.0}
        assert example.text.strip()
        if example.labels.get("toxicity") == 0:
            assert not any(example.labels.values()), example.text


def test_no_text_is_in_two_splits() -> None:
    splits: dict[str, set[str]] = defaultdict(set)
    for example in EXAMPLES:
        splits[" ".join(example.text.casefold().split())].add(example.split)
    assert [text for text, found in splits.items() if len(found) > 1] == []


def test_twins_stay_together() -> None:
    splits: dict[tuple[str, str], set[str]] = defaultdict(set)
    for example in EXAMPLES:
        splits[example.lang, example.pair].add(example.split)
    assert [key for key, found in splits.items() if len(found) > 1] == []


def test_the_split_of_a_key_never_changes() -> None:
    assert [split_of(f"key {n}") for n in range(6)] == ["train", "train", "train", "train", "train", "test"]


@pytest.mark.parametrize(
    "source, labels, raw, expected",
    [
        ("davidson_en", {"toxicity": 1, "identity_attack": 0}, "offensive", {"obscene": 1, "identity_attack": 0}),
        ("gahd_de", {"identity_attack": 1}, None, {"identity_attack": 1, "toxicity": 1}),
        ("germeval2018_de", {"toxicity": 1}, "INSULT", {"toxicity": 1, "insult": 1, "identity_attack": 0}),
        ("toldbr_pt", {"toxicity": 1}, {"racism": 2, "insult": 1}, {"toxicity": 1, "identity_attack": 1, "obscene": 0}),
        ("paradetox_en", {"toxicity": 0}, None, dict.fromkeys(LABELS, 0)),
    ],
)
def test_labels_follow_from_a_corpus_only_by_its_own_definition(
    source: str, labels: dict[str, float], raw: object, expected: dict[str, float]
) -> None:
    assert derive(source, labels, raw) == expected


def test_groups_swap_throughout_and_keep_their_case() -> None:
    text = "Muslims help muslims; farmers help farmers."
    swapped = swap_groups(text, "en", random.Random(3))
    first, second = swapped.split(" help ")[0], swapped.split(" help ")[1].split(";")[0]
    assert first.casefold() == second.casefold()
    assert first[0].isupper()
    assert "farmers help farmers" in swapped


def test_plain_texts_only_measure_and_every_one_stands_alone() -> None:
    plain = [e for e in EXAMPLES if e.part == PLAIN]
    assert {e.lang for e in plain} == {"fr", "en"}
    assert {e.split for e in plain} == {"test"}
    assert len({(e.lang, e.pair) for e in plain}) == len(plain)
    for case in ("insult_person", "profanity_no_target", "threat_person", "everyday"):
        assert sum(e.case == case for e in plain) >= 25


def test_the_newest_texts_do_not_change_the_older_ones_split() -> None:
    newest = [e for e in EXAMPLES if e.newest]
    older = {(e.lang, e.pair) for e in EXAMPLES if not e.newest}
    assert len(newest) > 1000
    assert not older & {(e.lang, e.pair) for e in newest}


def test_a_sentence_about_each_group_in_turn() -> None:
    found = by_group("Muslims are our neighbours, and muslims cook well.", "en")
    assert found["jews"] == "Jews are our neighbours, and jews cook well."
    assert found["old people"] == "Old people are our neighbours, and old people cook well."
    assert by_group("Muslims and jews share a kitchen", "en") == {}
    assert by_group("The plumber came", "en") == {}


def test_marks_of_a_tweet_come_and_go() -> None:
    rng = random.Random(2)
    assert {address("hé toi", rng) for _ in range(40)} >= {"@user hé toi", "hé toi http", "@user @user hé toi"}
    assert unaddressed("@user merci <url> à vous https") == "merci à vous"
    assert unaddressed("@user") == "@user"


@pytest.mark.parametrize("change", [leet, spaced, starred, split_word])
def test_disguises_change_a_word(change: object) -> None:
    rng = random.Random(1)
    assert any(change("imbecile", rng) != "imbecile" for _ in range(20))  # type: ignore[operator]


def test_careless_spelling_is_reproducible() -> None:
    text = "L'été, ça déménage à Besançon !"
    assert no_accents(text) == "L'ete, ca demenage a Besancon !"
    for change in (disguise, everyday):
        assert change(text, random.Random(5)) == change(text, random.Random(5))
