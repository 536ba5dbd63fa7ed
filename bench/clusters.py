"""How often the test for clusters alarms in quiet weeks, and how large a leak must be: python bench/clusters.py [WEEKS]

Quiet weeks of eight kinds, made up: nights at a tenth of the usual rate, evenings at twice, and, in the second row,
days that differ by a factor of up to two either way (a campaign, a strike elsewhere). A leak adds so many findings to
one hour at ten in the morning.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from review_gate.insight.clusters import AT_LEAST, WEEK, stands_out  # noqa: E402

RATES = {"tone": 3.0, "placeholder": 0.4, "distress": 1.2, "repetition": 0.8, "hate": 0.1, "wrong_language": 0.3,
         "commitment": 2.0, "style": 6.0}  # fmt: skip
WEEKS = int(sys.argv[1]) if len(sys.argv) > 1 else 200


def hours(rate: float, dice: np.random.Generator, spread: float) -> np.ndarray:
    """The counts of all hours of one kind."""
    clock = np.arange(WEEKS * WEEK) % 24
    shape = np.where(clock < 7, 0.1, np.where((clock >= 18) & (clock < 22), 2.0, 1.0))
    days = np.exp(dice.uniform(-math.log(spread), math.log(spread), WEEKS * 7)) if spread > 1 else np.ones(WEEKS * 7)
    return dice.poisson(rate * shape * np.repeat(days, 24))


def false_alarms(spread: float) -> tuple[int, int]:
    """(alarms, looks): each hour after the first week is compared with the week before it."""
    dice, alarms, looks = np.random.default_rng(12), 0, 0
    for rate in RATES.values():
        counts = hours(rate, dice, spread).tolist()
        for hour in range(WEEK, len(counts)):
            looks += 1
            alarms += stands_out(counts[hour], counts[hour - WEEK : hour])
    return alarms, looks


def minute_by_minute(spread: float, weeks: int) -> tuple[int, int]:
    """(alarms, weeks): as the service does it, looking each minute at the sixty before. An alarm is over when the kind
    has fallen below five."""
    dice, alarms = np.random.default_rng(21), 0
    for rate in RATES.values():
        counts = hours(rate, dice, spread)[: weeks * WEEK]
        minutes = np.zeros(len(counts) * 60, dtype=np.int64)
        for hour, count in enumerate(counts):
            np.add.at(minutes, hour * 60 + dice.integers(0, 60, count), 1)
        sums = np.cumsum(minutes)
        last = (sums[60:] - sums[:-60]).tolist()
        past, told = counts.tolist(), False
        for minute in range(WEEK * 60 + 60, len(last)):
            count = last[minute]
            if count < AT_LEAST:
                told = False
            elif not told and minutes[minute + 60]:  # nothing new: nothing to look at again
                whole = (minute + 60) // 60 - 1
                told = stands_out(count, past[whole - WEEK : whole])
                alarms += told
    return alarms, weeks - 1


def seen(rate: float, more: int) -> float:
    """The share of mornings on which `more` findings in one hour are seen."""
    dice = np.random.default_rng(5)
    counts = hours(rate, dice, 1.0).tolist()
    mornings = range(WEEK + 10, len(counts), 24)
    return float(np.mean([stands_out(counts[hour] + more, counts[hour - WEEK : hour]) for hour in mornings]))


def main() -> None:
    print(f"| {WEEKS} quiet weeks, 8 kinds | false alarms | looks | one in |")
    print("|---|---:|---:|---:|")
    for name, spread in (("days alike", 1.0), ("days differ by up to two", 2.0)):
        alarms, looks = false_alarms(spread)
        rate = f"{looks / alarms:,.0f} looks" if alarms else f"more than {looks / 3:,.0f} looks (95 %)"
        print(f"| {name} | {alarms} | {looks:,} | {rate} |")
    for name, spread in (("days alike", 1.0), ("days differ by up to two", 2.0)):
        alarms, weeks = minute_by_minute(spread, max(2, WEEKS // 5))
        print(f"{name}, looked at every minute as the service does: {alarms} false alarms in {weeks} weeks")
    print("\n| usual an hour | 5 more | 10 more | 20 more | 40 more |\n|---:|---:|---:|---:|---:|")
    for rate in (0.1, 1.0, 3.0, 6.0):
        print(f"| {rate:g} | " + " | ".join(f"{seen(rate, more):.0%}" for more in (5, 10, 20, 40)) + " |")


if __name__ == "__main__":
    main()
