"""The sample of replies nobody saw, and what its marks tell."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_gate.insight.sample import BORDERS, Stratum, recall, stratified, suggest, wilson, within


class Unseen(NamedTuple):
    id: str
    bot: str
    score: float


def replies(counts: dict[tuple[str, float], int]) -> list[Unseen]:
    return [Unseen(f"{bot}-{score}-{n}", bot, score) for (bot, score), count in counts.items() for n in range(count)]


def bin_of(score: float) -> int:
    return sum(score >= border for border in BORDERS)


def drawn(every: Sequence[Unseen], size: int, dice: random.Random) -> tuple[Stratum, ...]:
    """The sample of these replies."""
    there = defaultdict[tuple[str, int], list[str]](list)
    for reply in every:
        there[reply.bot, bin_of(reply.score)].append(reply.id)
    sizes = {key: len(ids) for key, ids in there.items()}
    return stratified(sizes, size, dice, lambda key, places: [there[key][place] for place in places])


@settings(deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from([0.0, 0.2, 0.4, 0.7])), st.integers(1, 40), max_size=12
    ),
    st.integers(0, 60),
)
def test_the_sample_is_as_large_as_asked_and_every_stratum_keeps_its_size(
    counts: dict[tuple[str, float], int], size: int
) -> None:
    every = replies(counts)
    strata = drawn(every, size, random.Random(1))
    chosen = [i for stratum in strata for i in stratum.sample]
    assert len(chosen) == len(set(chosen)) == min(size, len(every))
    assert set(chosen) <= {reply.id for reply in every}
    assert sum(stratum.size for stratum in strata) == len(every)
    if size >= len(strata):
        assert all(stratum.sample for stratum in strata)


def read_through(every: Sequence[Unseen], size: int, dice: random.Random) -> list[Stratum]:
    """The sample where each reply is in memory: what the counted one must come to."""
    there = defaultdict[tuple[str, int], list[Unseen]](list)
    for reply in every:
        there[reply.bot, bin_of(reply.score)].append(reply)
    order = sorted(there, key=lambda key: (-key[1], key[0]))
    quota = {key: int(n < size) for n, key in enumerate(order)}
    while sum(quota.values()) < min(size, len(every)):
        room = [key for key in order if quota[key] < len(there[key])]
        quota[max(room, key=lambda key: (key[1] + 1) * sqrt(len(there[key])) / (quota[key] + 1))] += 1
    return [
        Stratum(*key, len(there[key]), tuple(one.id for one in dice.sample(there[key], quota[key]))) for key in order
    ]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1) | st.sampled_from(BORDERS)), max_size=200),
    st.integers(0, 60),
    st.integers(0, 9),
)
def test_the_sample_is_the_same_whether_replies_are_counted_or_read(
    said: list[tuple[str, float]], size: int, seed: int
) -> None:
    every = [Unseen(f"r-{n}", *one) for n, one in enumerate(said)]
    assert list(drawn(every, size, random.Random(seed))) == read_through(every, size, random.Random(seed))


def test_a_place_of_the_whole_is_found_in_its_part() -> None:
    whole = [("a", 0), ("a", 1), ("b", 0), ("d", 0), ("d", 1), ("d", 2)]
    assert list(within({"d": 3, "a": 2, "b": 1}, range(6))) == whole
    assert list(within({"a": 2, "b": 1}, [2, 0])) == [("b", 0), ("a", 0)]


def test_what_scored_high_is_looked_at_first_and_small_bots_are_not_forgotten() -> None:
    strata = drawn(replies({("big", 0.0): 5000, ("big", 0.7): 20, ("small", 0.0): 10}), 20, random.Random(1))
    quota = {(s.bot, s.bin): len(s.sample) for s in strata}
    assert quota["big", bin_of(0.7)] / 20 > 10 * quota["big", 0] / 5000
    assert quota["small", 0] >= 1


@pytest.mark.parametrize(("hits", "of", "low", "high"), [
    (0, 10, 0.0, 0.213), (10, 10, 0.787, 1.0), (5, 10, 0.269, 0.731), (90, 100, 0.84, 0.939),
])  # fmt: skip
def test_wilson(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert found is not None
    assert (round(found.low, 3), round(found.high, 3)) == (pytest.approx(low, abs=2e-3), pytest.approx(high, abs=2e-3))
    assert wilson(0, 0) is None


def test_the_interval_of_the_recall_holds_the_truth_nine_times_in_ten() -> None:
    """Simulated days: 3 % of the replies just under the limit and 0.2 % of the others should have been held."""
    dice = random.Random(8)
    inside = 0
    for _ in range(60):
        every = replies({("a", 0.0): 1500, ("a", 0.4): 300, ("b", 0.0): 700, ("b", 0.4): 80})
        wrong = {r.id for r in every if dice.random() < (0.03 if r.score else 0.002)}
        strata = drawn(every, 120, dice)
        marks = {i: i in wrong for s in strata for i in s.sample}
        held = 40
        found = recall(strata, marks, held, random.Random(3))
        assert found is not None
        inside += found.low <= held / (held + len(wrong)) <= found.high
    assert inside >= 52


def test_without_marks_nothing_is_claimed() -> None:
    strata = (Stratum("a", 0, 100, ("1", "2")),)
    assert recall(strata, {}, 10, random.Random(1)) is None
    assert suggest(strata, {"1": False}, {"1": 0.2}) is None


def test_a_limit_to_try() -> None:
    strata = (Stratum("a", 3, 20, ("1", "2")), Stratum("a", 2, 100, ("3", "4")), Stratum("a", 0, 900, ("5",)))
    scores = {"1": 0.6, "2": 0.55, "3": 0.45, "4": 0.31, "5": 0.01}
    marks = {"1": True, "2": False, "3": True, "4": False, "5": False}
    found = suggest(strata, marks, scores)
    assert found is not None
    assert (found.threshold, found.caught, found.bad) == (0.45, 2, 2)
    assert found.more == 10 + 10 + 50  # two stand for ten each, one for fifty
