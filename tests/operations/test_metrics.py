"""`/metrics`: what it shows, to whom, and that several processes add up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from review_gate.adapters.clock import utc_now
from review_gate.web.meters import StateCollector
from tests.operations.house import House


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(text: str, name: str, **labels: str) -> float:
    return samples(text).get((name, tuple(sorted(labels.items()))), 0.0)


def test_counts_what_happens(running: House) -> None:
    with running.client("check", "submit", "read") as client:
        before = client.get("/metrics").text
        assert client.post("/v1/check", json={"text": "Your link: [insert link]"}).json()["action"] != "allow"
        assert client.post("/v1/submissions", json={"text": "Bonjour à tous"}).status_code == 202
        after = client.get("/metrics").text

    def grown(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert grown("review_gate_request_seconds_count", method="POST", route="/v1/check", status="2xx") == 1
    assert grown("review_gate_holds_total", reason="placeholder") == 1
    assert grown("review_gate_screening_seconds_count") == 2
    assert grown("review_gate_held") == 2
    assert value(after, "review_gate_outbox_waiting", kind="card") == value(after, "review_gate_held")
    assert value(after, "review_gate_store_up") == 1
    assert value(after, "review_gate_pack_version", pack="placeholders") >= 1
    assert value(after, "review_gate_oldest_held_seconds") > 0
    assert re.search(r'review_gate_info\{model="[^"]+",version="[^"]+"\} 1\.0', after)


@pytest.mark.parametrize(
    ("scopes", "headers", "status"),
    [
        ((), {}, 200),  # from this machine
        (("read",), {}, 200),
        (("check",), {}, 403),
        ((), {"Authorization": "Bearer rg_wrong"}, 401),
        ((), {"X-Forwarded-For": "198.51.100.7"}, 401),  # through a proxy on this machine
        ((), {"Forwarded": "for=127.0.0.1"}, 401),
        (("read",), {"X-Forwarded-For": "198.51.100.7"}, 200),
    ],
)
def test_who_may_read_it(running: House, scopes: tuple[str, ...], headers: dict[str, str], status: int) -> None:
    with running.client(*scopes, **headers) as client:
        assert client.get("/metrics").status_code == status


class NoPacks:
    versions: ClassVar[dict[str, int]] = {}

    def expired(self, today: date) -> tuple[str, ...]:
        return ()

    def expiring(self, today: date) -> tuple[str, ...]:
        return ("a", "b")


def test_says_when_the_store_does_not_answer_and_shows_no_figures_then() -> None:
    def gone() -> None:
        raise OSError("no route to host")

    collector = StateCollector(gone, lambda: "m", NoPacks, utc_now)  # type: ignore[arg-type]
    shown = {metric.name: metric for metric in collector.collect()}
    assert shown["review_gate_store_up"].samples[0].value == 0
    ending = {sample.labels["state"]: sample.value for sample in shown["review_gate_rules_ending"].samples}
    assert ending == {"expired": 0, "soon": 2}
    assert "review_gate_held" not in shown and "review_gate_outbox_waiting" not in shown


COUNT = """
import sys
from review_gate.adapters.clock import utc_now
from review_gate.web.meters import Meters
meters = Meters()
for _ in range(int(sys.argv[1])):
    meters.answered("GET", "/x", 200, 0.01)
"""
READ = """
from prometheus_client import generate_latest
from prometheus_client.registry import Collector
from review_gate.adapters.clock import utc_now
from review_gate.web.meters import Meters
class Nothing(Collector):
    def collect(self): return []
print(generate_latest(Meters().registry(Nothing())).decode())
"""


def test_the_processes_of_a_node_add_up(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for count in ("3", "4"):
        subprocess.run([sys.executable, "-c", COUNT, count], env=environment, check=True)
    shown = subprocess.run([sys.executable, "-c", READ], env=environment, check=True, capture_output=True, text=True)
    total = value(shown.stdout, "review_gate_request_seconds_count", method="GET", route="/x", status="2xx")
    assert total == 7


def test_an_unknown_method_does_not_make_a_label_of_its_own(running: House) -> None:
    for word in ("BREW", "WHEN"):
        httpx.request(word, f"{running.url}/healthz")
    text = httpx.get(f"{running.url}/metrics").text
    assert 'method="other"' in text and "BREW" not in text
