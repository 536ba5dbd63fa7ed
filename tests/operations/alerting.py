"""The alert rules and their examples: deploy/prometheus/alerts.yml over the series of alerts_test.yml, which
`promtool test rules` reads as well."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from review_gate.settings.settings import PROJECT
from tests.operations.promql import Labels, Series, evaluate, nameless, parse

FOLDER = PROJECT / "deploy" / "prometheus"
STEP = 60.0
"""Seconds between two samples, and between two looks at the rules."""

_SERIES = re.compile(r"(\w+)(?:\{(.*)\})?")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_VALUES = re.compile(r"(_|stale|-?[\d.]+)([+-][\d.]+)?(?:x(\d+))?")


@dataclass(frozen=True)
class Example:
    """What one rule says `at` so many seconds after the series began; `expected` alerts as promtool writes them."""

    alert: str
    at: float
    series: tuple[Series, ...]
    expected: tuple[Mapping[str, Any], ...]


@cache
def rules() -> dict[str, dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


@cache
def examples() -> tuple[Example, ...]:
    told = yaml.safe_load((FOLDER / "alerts_test.yml").read_text())
    assert _seconds(told["evaluation_interval"]) == STEP
    return tuple(
        Example(one["alertname"], _seconds(one["eval_time"]), series, tuple(one["exp_alerts"]))
        for test in told["tests"]
        for series in [tuple(_series(one["series"], one["values"]) for one in test["input_series"])]
        for one in test["alert_rule_test"]
    )


def firing(rule: Mapping[str, Any], series: tuple[Series, ...], at: float) -> list[dict[str, Any]]:
    """The alerts of `rule` that fire at that second, as promtool writes them: what its expression has given at each
    look since at least `for`."""
    expression, wait = parse(rule["expr"]), _seconds(rule.get("for", "0s"))
    since: dict[tuple[tuple[str, str], ...], float] = {}
    found: list[tuple[Labels, float]] = []
    for look in range(int(at // STEP) + 1):
        now = look * STEP
        found = evaluate(expression, series, now)
        keys = {_key(labels) for labels, _ in found}
        since = {key: since.get(key, now) for key in keys}
    return [
        {
            "exp_labels": {**nameless(labels), **rule["labels"]},
            "exp_annotations": {name: _filled(text, labels, value) for name, text in rule["annotations"].items()},
        }
        for labels, value in found
        if at - since[_key(labels)] >= wait
    ]


def _key(labels: Labels) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(nameless(labels).items()))


def _filled(text: str, labels: Labels, value: float) -> str:
    text = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], text)
    return text.replace("{{ $value }}", f"{value:g}")


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+)([smh])", text)
    assert found is not None, text
    return float(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


def _series(name: str, values: str) -> Series:
    found = _SERIES.fullmatch(name)
    assert found is not None, name
    labels = {"__name__": found[1], **dict(_LABEL.findall(found[2] or ""))}
    samples = ((place * STEP, value) for place, value in enumerate(_samples(values)) if value is not None)
    return Series(labels, tuple(samples))


def _samples(values: str) -> Iterator[float | None]:
    """As promtool: `3` once, `3x4` five times, `0+2x4` growing; `_` and `_x4` are one and four gaps, `stale` is the
    series' end."""
    for word in values.split():
        found = _VALUES.fullmatch(word)
        assert found is not None, word
        times = int(found[3] or 0)
        if found[1] == "_":
            yield from [None] * max(times, 1)
        elif found[1] == "stale":
            yield math.nan
        else:
            yield from (float(found[1]) + float(found[2] or 0) * step for step in range(times + 1))
