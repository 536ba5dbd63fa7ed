"""Each alert rule: it asks for what /metrics shows, and fires when it should and not when it should not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from review_gate.domain.draft import Kind
from review_gate.domain.verdict import Action
from tests.operations.alerting import FOLDER, Example, Series, examples, firing, rules
from tests.operations.house import House, house
from tests.operations.promql import evaluate, parse, selectors

ADDED_BY_PROMETHEUS = {"job", "instance"}


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gate in which everything that has a metric has happened."""
    with house(tmp_path_factory.mktemp("alerts"), rate_limit=1) as found:
        _use(found)
        yield found


@pytest.fixture(scope="module")
def shown(used: House) -> dict[str, list[dict[str, str]]]:
    """The labels of each sample at /metrics, by its name."""
    with used.client() as client:
        text = client.get("/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {name: [one.labels for one in samples if one.name == name] for name in {one.name for one in samples}}


def _use(found: House) -> None:
    with found.client("submit") as client:
        assert client.post("/v1/submissions", json={"text": "Bonjour à tous"}).status_code == 202
    with found.client("check") as client:
        reply = {"text": "Your link: [insert link]", "bot": "aide", "conversation": "c"}
        assert client.post("/v1/check", json=reply).json()["action"] != "allow"
        assert client.post("/v1/check", json=reply).status_code == 429
    with found.client("admin") as client:
        assert client.post("/v1/bots/aide/pause", json={"why": "It repeats itself"}).status_code == 200


@pytest.mark.parametrize("alert", rules())
def test_it_asks_for_metrics_and_labels_that_are_shown(shown: dict[str, list[dict[str, str]]], alert: str) -> None:
    for selector, kept in selectors(parse(rules()[alert]["expr"])):
        asked = {label for label, _, _ in selector.matchers} | kept
        if selector.name == "up":
            assert asked <= ADDED_BY_PROMETHEUS
            continue
        assert shown.get(selector.name), f"{selector.name} is not shown"
        for labels in shown[selector.name]:
            assert asked <= labels.keys(), selector
        told = re.findall(r"\$labels\.(\w+)", " ".join(rules()[alert]["annotations"].values()))
        assert set(told) <= kept, "what a summary names is not left after adding up"


@pytest.fixture(scope="module")
def routes(used: House) -> set[str]:
    return {rule.rule for rule in used.services.web().url_map.iter_rules()}


@pytest.mark.parametrize("alert", rules())
def test_the_values_it_asks_for_occur(routes: set[str], alert: str) -> None:
    jobs = {one["job_name"] for one in yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]}
    statuses = {f"{hundreds}xx" for hundreds in range(1, 6)}
    known = {"job": jobs, "kind": set(Kind), "action": set(Action), "status": statuses, "route": routes}
    for selector, _ in selectors(parse(rules()[alert]["expr"])):
        for label, how, wanted in selector.matchers:
            assert how == "=~" or wanted in known[label], f"{label}={wanted}"


@pytest.mark.parametrize("example", examples(), ids=lambda one: f"{one.alert} at {one.at:g}")
def test_it_fires_as_its_example_says(example: Example) -> None:
    assert firing(rules()[example.alert], example.series, example.at) == list(example.expected)


@pytest.mark.parametrize("alert", rules())
def test_each_rule_has_an_example_that_fires_and_one_that_does_not(alert: str) -> None:
    assert {bool(one.expected) for one in examples() if one.alert == alert} == {True, False}


@pytest.mark.parametrize("alert", rules())
def test_prometheus_reads_each_example_as_a_series_of_that_rule(alert: str) -> None:
    """An example whose series the rule does not look at would prove nothing by staying quiet."""
    names = {selector.name for selector, _ in selectors(parse(rules()[alert]["expr"]))}
    for one in examples():
        if one.alert == alert:
            assert names & {series.labels["__name__"] for series in one.series}


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("up", {"a": 1.0, "b": 0.0}),
        ('up{at!="a"}', {"b": 0.0}),
        ('up{at=~"a|c"} == 1', {"a": 1.0}),
        ("sum(up) / count(up)", {"": 0.5}),
        ("up and grows > 0", {"a": 1.0}),
        ("up unless grows > 0", {"b": 0.0}),
        ("rate(grows[5m])", {"a": 0.5}),
        ("increase(grows[2m]) > 50", {"a": 60.0}),
        ("sum by (at) (rate(grows[5m])) > 1", {}),
        ("histogram_quantile(0.75, sum by (le) (rate(took_bucket[5m])))", {"": 1.5}),
    ],
)
def test_the_expressions_mean_what_they_mean_in_prometheus(expression: str, values: dict[str, float]) -> None:
    def series(name: str, step: float, start: float = 0.0, **labels: str) -> Series:
        return Series({"__name__": name, **labels}, tuple((n * 60.0, start + step * n) for n in range(11)))

    known = [series("up", 0, 1, at="a"), series("up", 0, 0, at="b"), series("grows", 30, at="a")]
    known += [series("took_bucket", step, le=le) for le, step in (("1", 6), ("2", 12), ("+Inf", 12))]
    found = evaluate(parse(expression), known, 600.0)
    assert {labels.get("at", ""): value for labels, value in found} == pytest.approx(values)


@pytest.mark.parametrize("wrong", ["sum(", "up offset 5m", "absent(up)", "up + 1", "up or up", "max(up) by (job)"])
def test_what_is_not_known_is_no_silent_pass(wrong: str) -> None:
    with pytest.raises(SyntaxError):
        parse(wrong)
