"""As much of Prometheus as the alert rules use: their expressions read and evaluated over example series.

What is not known here is a SyntaxError, so that a rule with a new operator fails its test and is not passed over.
`rate` and `increase` take the first and the last sample inside the range and do not stretch them to its edges, so
examples should not lie close to a limit.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

Labels = Mapping[str, str]
Vector = list[tuple[Labels, float]]

LOOK_BACK = 300.0
"""For so many seconds the last sample of a series counts as its value."""

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([a-zA-Z_]\w*)|(\d+(?:\.\d+)?)|(=~|!=|==|>=|<=|[][(){},=<>/]))')
_UNITS = {"s": 1, "m": 60, "h": 3600}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
_MERGE: dict[str, Callable[[Sequence[float]], float]] = {"sum": math.fsum, "max": max, "min": min, "count": len}


@dataclass(frozen=True)
class Series:
    """Samples by the second they were taken at, in order; NaN says that the series ended there."""

    labels: Labels
    samples: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Selector:
    """`seconds` is the length of its range, 0 for none."""

    name: str
    matchers: tuple[tuple[str, str, str], ...]
    seconds: float

    def takes(self, labels: Labels) -> bool:
        return labels["__name__"] == self.name and all(
            _matches(labels.get(label, ""), how, wanted) for label, how, wanted in self.matchers
        )


@dataclass(frozen=True)
class Call:
    """A function, or an aggregation with the labels that it keeps."""

    name: str
    arguments: tuple[Node, ...]
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Binary:
    sign: str
    left: Node
    right: Node


Node = Number | Selector | Call | Binary
_Item = TypeVar("_Item")


def selectors(node: Node) -> Iterator[tuple[Selector, frozenset[str]]]:
    """Each selector, and the labels that what stands around it keeps."""
    match node:
        case Selector():
            yield node, frozenset()
        case Call(_, arguments, by):
            for inner in arguments:
                yield from ((one, kept | frozenset(by)) for one, kept in selectors(inner))
        case Binary(_, left, right):
            yield from selectors(left)
            yield from selectors(right)


def _matches(value: str, how: str, wanted: str) -> bool:
    if how == "=~":
        return re.fullmatch(wanted, value) is not None
    return (value == wanted) is (how == "=")


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text.strip(), 0

    def whole(self) -> Node:
        node = self._joined()
        if self._at != len(self._text):
            raise SyntaxError(f"not understood: {self._text[self._at :]!r}")
        return node

    def _peek(self) -> str:
        found = _TOKEN.match(self._text, self._at)
        return found[0].strip() if found else ""

    def _next(self, wanted: str = "") -> str:
        token = self._peek()
        if not token or (wanted and token != wanted):
            raise SyntaxError(f"{wanted or 'something'} expected at {self._text[self._at :]!r}")
        self._at = _TOKEN.match(self._text, self._at).end()  # type: ignore[union-attr]
        return token

    def _joined(self) -> Node:
        node = self._compared()
        while self._peek() in ("and", "unless"):
            node = Binary(self._next(), node, self._compared())
        return node

    def _compared(self) -> Node:
        node = self._divided()
        while self._peek() in _COMPARE:
            node = Binary(self._next(), node, self._divided())
        return node

    def _divided(self) -> Node:
        node = self._one()
        while self._peek() == "/":
            node = Binary(self._next(), node, self._one())
        return node

    def _one(self) -> Node:
        token = self._next()
        if token == "(":
            node = self._joined()
            self._next(")")
            return node
        if token[0].isdigit():
            return Number(float(token))
        if self._peek() in ("(", "by"):
            return self._call(token)
        return Selector(token, tuple(self._matchers()), self._range())

    def _call(self, name: str) -> Call:
        by: tuple[str, ...] = ()
        if self._peek() == "by":
            self._next()
            by = tuple(self._list(self._next))
        arguments = tuple(self._list(self._joined))
        if name not in {*_MERGE, "rate", "increase", "histogram_quantile"}:
            raise SyntaxError(f"{name} is not known here")
        return Call(name, arguments, by)

    def _list(self, read: Callable[[], _Item]) -> Iterator[_Item]:
        self._next("(")
        while True:
            yield read()
            if self._next() == ")":
                return

    def _matchers(self) -> Iterator[tuple[str, str, str]]:
        while self._peek() in ("{", ","):
            self._next()
            label, how, wanted = self._next(), self._next(), self._next()
            yield label, how, wanted[1:-1].replace("\\\\", "\\")
            if self._peek() == "}":
                self._next()
                return

    def _range(self) -> float:
        found = re.compile(r"\[(\d+)([smh])\]").match(self._text, self._at)
        if found is None:
            return 0.0
        self._at = found.end()
        return float(found[1]) * _UNITS[found[2]]


def parse(text: str) -> Node:
    """Raises SyntaxError for what is no expression, or one with something that is not known here."""
    return _Reader(text).whole()


def evaluate(node: Node, series: Sequence[Series], now: float) -> Vector:
    """What the expression gives at `now`, in seconds. A number is a vector of one without labels."""
    match node:
        case Number(value):
            return [({}, value)]
        case Selector():
            return [
                (one.labels, seen[-1][1])
                for one in series
                if node.takes(one.labels) and (seen := _window(one, now, LOOK_BACK)) and not math.isnan(seen[-1][1])
            ]
        case Call("rate" | "increase", (Selector() as selector,)):
            return list(_grown(selector, series, now, per_second=node.name == "rate"))
        case Call("histogram_quantile", (Number(part), inner)):
            return _quantile(part, evaluate(inner, series, now))
        case Call(name, (inner,), by) if name in _MERGE:
            groups: dict[tuple[tuple[str, str], ...], list[float]] = {}
            for labels, value in evaluate(inner, series, now):
                key = tuple((label, labels[label]) for label in by if label in labels)
                groups.setdefault(key, []).append(value)
            return [(dict(key), float(_MERGE[name](values))) for key, values in groups.items()]
        case Binary(sign, left, right):
            return _combined(sign, evaluate(left, series, now), right, evaluate(right, series, now))
    raise SyntaxError(f"not known here: {node}")


def _window(series: Series, now: float, seconds: float) -> list[tuple[float, float]]:
    return [(at, value) for at, value in series.samples if now - seconds <= at <= now]


def _grown(
    selector: Selector, series: Sequence[Series], now: float, per_second: bool
) -> Iterator[tuple[Labels, float]]:
    for one in series:
        seen = [pair for pair in _window(one, now, selector.seconds) if not math.isnan(pair[1])]
        if len(seen) < 2 or not selector.takes(one.labels):
            continue
        growth = sum(b - a if b >= a else b for (_, a), (_, b) in pairwise(seen))
        rate = growth / (seen[-1][0] - seen[0][0])
        yield nameless(one.labels), rate if per_second else rate * selector.seconds


def nameless(labels: Labels) -> Labels:
    return {label: value for label, value in labels.items() if label != "__name__"}


def _quantile(part: float, buckets: Vector) -> Vector:
    """Of one histogram; its buckets were added up by `le` alone."""
    steps = sorted((float(labels["le"]), value) for labels, value in buckets)
    if not steps or not steps[-1][1]:
        return []
    rank, (below, under) = part * steps[-1][1], (0.0, 0.0)
    for edge, upto in steps:
        if upto >= rank:
            inside = below + (edge - below) * (rank - under) / (upto - under)
            return [({}, below if math.isinf(edge) else inside)]
        below, under = edge, upto
    return []


def _combined(sign: str, left: Vector, right_side: Node, right: Vector) -> Vector:
    if sign in ("and", "unless"):
        there = [nameless(labels) for labels, _ in right]
        return [(labels, value) for labels, value in left if (nameless(labels) in there) is (sign == "and")]
    result: Vector = []
    for labels, value in left:
        for other, against in right:
            if not isinstance(right_side, Number) and nameless(labels) != nameless(other):
                continue
            if sign == "/":
                result.append((nameless(labels), value / against if against else math.nan))
            elif _COMPARE[sign](value, against):
                result.append((labels, value))
    return result
