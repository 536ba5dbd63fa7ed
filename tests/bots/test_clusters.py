"""Many small findings of one kind: one alert, and hardly ever a false one."""

from __future__ import annotations

import random
from math import exp

import pytest

from review_gate.insight.clusters import clusters, stands_out

KINDS = {"tone": 3.0, "placeholder": 0.4, "distress": 1.2, "repetition": 0.8, "hate": 0.1, "wrong_language": 0.3,
         "commitment": 2.0, "style": 6.0}  # fmt: skip


def poisson(rate: float, dice: random.Random) -> int:
    limit, count, product = exp(-rate), 0, dice.random()
    while product > limit:
        count += 1
        product *= dice.random()
    return count


@pytest.mark.parametrize(("count", "past", "found"), [
    (4, [0] * 168, False),  # never fewer than five
    (5, [0] * 168, True),
    (5, [1] * 168, False),  # once an hour is usual, five are not much
    (10, [1] * 168, True),
    (5, [0, 1, 1], False),  # a gate that is three hours old knows little
    (25, [10] * 168, False),
    (40, [10] * 168, True),
    (40, [0, 0, 30, 10] * 42, False),  # such hours come every day
])  # fmt: skip
def test_what_stands_out(count: int, past: list[int], found: bool) -> None:
    assert stands_out(count, past) is found


def test_quiet_weeks_raise_hardly_any_alarm() -> None:
    """52 quiet weeks of eight kinds, with nights at a tenth and evenings at twice the usual rate."""
    dice = random.Random(12)
    past: list[dict[str, int]] = []
    alarms = 0
    for hour in range(52 * 168):
        shape = 0.1 if hour % 24 < 7 else 2.0 if 18 <= hour % 24 < 22 else 1.0
        now = {kind: poisson(rate * shape, dice) for kind, rate in KINDS.items()}
        last = [(kind, str(n)) for kind, count in now.items() for n in range(count)]
        alarms += len(clusters(last, past[-168:]))
        past.append(now)
    assert alarms <= 2  # of 70,000 looks


def test_a_leak_is_told_once_with_examples() -> None:
    past = [{"tone": 1}] * 168
    last = [("tone", f"s-{n}") for n in range(12)] + [("hate", "s-1")]
    (found,) = clusters(last, past)
    assert (found.kind, found.count, found.usual, found.examples) == ("tone", 12, 1.0, ("s-9", "s-10", "s-11"))
    assert clusters(last, past, frozenset({"tone"})) == ()
