"""Emergent clusters: many small findings of one kind in a short time, the slow leak. Pure.

The last hour of a kind is compared with the hours of the past week: how probable are so many or more, were it an hour
like those? Hours differ more than chance alone would have it (nights, evenings, Mondays), so the counts are taken as
negative binomial with the week's own spread, and the usual rate is taken high (its upper 95 % bound).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

AT_LEAST = 5
"""Fewer are never a cluster."""

FALSE_ALARM = 1e-5
"""How improbable the last hour must be: one false alarm in years for a dozen kinds (tests/bots/test_clusters.py)."""

WEEK = 24 * 7


@dataclass(frozen=True, slots=True)
class Cluster:
    """`count` findings of `kind` in the last hour, where `usual` is the mean of an hour; `examples` are ids."""

    kind: str
    count: int
    usual: float
    examples: tuple[str, ...]


def clusters(
    last: Iterable[tuple[str, str]], past: Sequence[Mapping[str, int]], open_: frozenset[str] = frozenset()
) -> tuple[Cluster, ...]:
    """The kinds that stand out among `last`, the (kind, id) of the last hour's findings, newest last.

    `past` holds the counts of earlier hours by kind, `open_` the kinds that somebody was told of already.
    """
    ids: dict[str, list[str]] = {}
    for kind, id_ in last:
        ids.setdefault(kind, []).append(id_)
    found = []
    for kind, those in sorted(ids.items()):
        counts = [hour.get(kind, 0) for hour in past]
        if kind not in open_ and stands_out(len(those), counts):
            found.append(Cluster(kind, len(those), sum(counts) / max(len(counts), 1), tuple(those[-3:])))
    return tuple(found)


def stands_out(count: int, past: Sequence[int]) -> bool:
    """Whether `count` in an hour is too many after the hours in `past`."""
    if count < AT_LEAST:
        return False
    hours, total = max(len(past), 24), sum(past)
    mean = total / hours
    spread = sum((n - mean) ** 2 for n in past) / hours
    rate = (total + 1.96 * sqrt(total + 1) + 2) / hours
    return _tail(count, rate, max(1.0, spread / mean if mean else 1.0)) < FALSE_ALARM


def _tail(count: int, rate: float, dispersion: float) -> float:
    """The probability of `count` or more around `rate`; `dispersion` is variance by mean, 1 for a Poisson."""
    if dispersion < 1.001:
        below = sum(exp(k * log(rate) - rate - lgamma(k + 1)) for k in range(count))
    else:
        size = rate / (dispersion - 1.0)
        stay, go = log(1.0 / dispersion), log(1.0 - 1.0 / dispersion)
        below = sum(exp(lgamma(k + size) - lgamma(size) - lgamma(k + 1) + size * stay + k * go) for k in range(count))
    return max(0.0, 1.0 - below)


def kinds(findings: Iterable[Sequence[str]]) -> Counter[str]:
    """How many submissions have each kind, whatever else they have."""
    return Counter(kind for found in findings for kind in set(found))
