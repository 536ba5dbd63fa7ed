"""A sample of the replies that went out unseen, and what its marks tell about the rest. Pure.

Strata are bots by score: a reply that scored just under the limit is looked at more often than one at nothing. Each
stratum's size is kept, so that a mark counts for as many replies as it stands for.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from math import sqrt
from typing import TypeVar

Part = TypeVar("Part", datetime, str)

BINS = (0.0, 0.1, 0.3, 0.5, 1.01)
"""Borders of the score's strata, the bins."""
BORDERS = BINS[1:-1]
"""The number of a score's bin is how many of these it reaches. A score is the highest one that a reply got (0..1)."""

DRAWS = 4000
"""So many draws give a quantile."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """`size` replies of one bot in one range of scores, `sample` of them are looked at."""

    bot: str
    bin: int
    size: int
    sample: tuple[str, ...]

    @property
    def name(self) -> str:
        low, high = BINS[self.bin], min(BINS[self.bin + 1], 1.0)
        return f"{self.bot} {low:g}-{high:g}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share (0..1) with its 90 % interval; `of` observations stand behind it."""

    value: float
    low: float
    high: float
    of: int


def stratified(
    sizes: Mapping[tuple[str, int], int],
    size: int,
    dice: random.Random,
    ids: Callable[[tuple[str, int], Sequence[int]], Sequence[str]],
) -> tuple[Stratum, ...]:
    """At most `size` replies, from every stratum at least one where `size` allows, the higher bins first. `sizes` says
    how many there are by bot and bin (see BORDERS), `ids` which ones are at these places of a stratum.

    What is left goes to the strata by the square root of their size, so that big bots do not crowd out small ones.
    """
    order = sorted(sizes, key=lambda key: (-key[1], key[0]))
    quota = dict.fromkeys(order[:size], 1)
    left = size - len(quota)
    while left > 0:
        open_ = [key for key in order if quota.get(key, 0) < sizes[key]]
        if not open_:
            break
        # The next place goes to the stratum that is furthest below its share.
        best = max(open_, key=lambda key: (key[1] + 1) * sqrt(sizes[key]) / (quota.get(key, 0) + 1))
        quota[best] = quota.get(best, 0) + 1
        left -= 1
    return tuple(
        Stratum(*key, sizes[key], tuple(ids(key, dice.sample(range(sizes[key]), quota.get(key, 0))))) for key in order
    )


def within(parts: Mapping[Part, int], places: Iterable[int]) -> Iterator[tuple[Part, int]]:
    """Where each of these places of a whole is: in which of its parts, which follow each other in their order and are
    so large, and at which place there."""
    order = sorted(parts)
    ends = list(accumulate(parts[part] for part in order))
    for place in places:
        n = bisect_right(ends, place)
        yield order[n], place - (ends[n - 1] if n else 0)


def wilson(hits: int, of: int, z: float = 1.645) -> Estimate | None:
    """A share with its 90 % interval (Wilson); None without observations."""
    if of == 0:
        return None
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half), of)


def recall(
    strata: Iterable[Stratum],
    marks: Mapping[str, bool],
    held_rightly: int,
    dice: random.Random,
    undecided: int = 0,
) -> Estimate | None:
    """Which part of what had to be held was held.

    `marks` say of a sampled reply whether it should have been held; each stands for the part of its stratum that was
    not looked at. The interval is that of Fay and Feuer for a weighted sum of rare counts, which rather is too wide;
    the `undecided` holds may all turn out right. None while nothing is marked.
    """
    looked, missed, variance, heaviest = 0, 0.0, 0.0, 0.0
    for stratum in strata:
        seen = [marks[i] for i in stratum.sample if i in marks]
        if seen:
            weight = stratum.size / len(seen)
            looked += len(seen)
            missed += weight * sum(seen)
            variance += weight * weight * sum(seen)
            heaviest = max(heaviest, weight)
    if looked == 0:
        return None
    low = _gamma(missed, variance, 0.05, dice) if missed else 0.0
    high = _gamma(missed + heaviest, variance + heaviest * heaviest, 0.95, dice)
    return Estimate(
        _share(held_rightly, missed),
        _share(held_rightly, high),
        _share(held_rightly + undecided, low),
        looked + held_rightly,
    )


def _gamma(mean: float, variance: float, at: float, dice: random.Random) -> float:
    """The quantile `at` of a gamma distribution, from draws."""
    drawn = sorted(dice.gammavariate(mean * mean / variance, variance / mean) for _ in range(DRAWS))
    return drawn[int(DRAWS * at)]


def _share(held: float, missed: float) -> float:
    return held / (held + missed) if held + missed else 1.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A lower limit to try: with it `caught` of the `bad` replies of the sample would have been held, and about
    `more` replies a day more, right or wrong."""

    threshold: float
    caught: int
    bad: int
    more: int


def suggest(
    strata: Sequence[Stratum], marks: Mapping[str, bool], scores: Mapping[str, float], share: float = 0.8
) -> Suggestion | None:
    """The highest score limit that would have held `share` of the sampled replies that should have been held.

    None when no sampled reply should have been. Try it with a replay before it counts.
    """
    bad = sorted((scores[i] for i, wrong in marks.items() if wrong and i in scores), reverse=True)
    if not bad:
        return None
    threshold = bad[min(len(bad), -(-int(len(bad) * share * 100) // 100) or 1) - 1]
    weight: Counter[str] = Counter()
    for stratum in strata:
        for i in stratum.sample:
            weight[i] += round(stratum.size / len(stratum.sample))
    more = sum(weight[i] for i, score in scores.items() if score >= threshold)
    return Suggestion(round(threshold, 3), sum(score >= threshold for score in bad), len(bad), more)
