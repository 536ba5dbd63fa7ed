"""Traces: what has a span, what it says and never says, and that without a collector there is nothing of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from review_gate.adapters.spans import Traced, reaches, to_collector
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.cli.demo_receiver import Receiver, new_secret
from review_gate.cli.main import main
from review_gate.courier import Courier
from review_gate.domain import lifecycle
from review_gate.domain.change import Delivery, DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.verdict import Verdict
from review_gate.gate import Screening
from review_gate.ports import Undeliverable
from review_gate.settings import SettingsError, load_settings
from review_gate.settings.settings import PROJECT
from tests.builders import FakeClock, NoRules, held, moment
from tests.operations.collector import collector
from tests.operations.house import House, house
from tests.processes.service import Processes, free_port, wait_for

MARKER = "Xylophonquartz"
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SCORERS = {"scorer toxicity", "scorer repetition", "scorer distress", "scorer tone"}


@dataclass
class Traces:
    house: House
    exporter: InMemorySpanExporter

    def of(self, client: httpx.Client, method: str, path: str, **more: Any) -> tuple[httpx.Response, ReadableSpan]:
        """The answer to a request, and its own span, once that has ended."""
        self.exporter.clear()
        answer = client.request(method, path, **more)
        return answer, wait_for(self._request, "the span")

    def _request(self) -> ReadableSpan | None:
        return next((one for one in self.exporter.get_finished_spans() if one.kind is SpanKind.SERVER), None)


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traces]:
    exporter = InMemorySpanExporter()
    with house(tmp_path_factory.mktemp("traced"), tracing=Traced(SimpleSpanProcessor(exporter))) as found:
        warmed_up = exporter.get_finished_spans()
        assert not [span.name for span in warmed_up if span.name != "store commit"]
        yield Traces(found, exporter)


def test_a_check_and_its_parts_are_one_trace(traces: Traces) -> None:
    draft = {"text": f"Votre {MARKER} est arrivé : [lien]", "bot": f"bot-{MARKER}", "conversation": MARKER}
    sent = {
        "traceparent": f"00-{TRACE}-{CALLER}-01", "tracestate": f"vendor={MARKER}", "baggage": f"who={MARKER}",
        "X-Request-ID": "mine-1",
    }  # fmt: skip
    with traces.house.client("check") as client:
        answer, request = traces.of(client, "POST", f"/v1/check?q={MARKER}", json=draft, headers=sent)
    assert answer.json()["action"] == "hold"
    spans = traces.exporter.get_finished_spans()
    by_name = {span.name: span for span in spans}
    assert set(by_name) == {"/v1/check", "screening", "rules", "store commit", *SCORERS} and len(by_name) == len(spans)

    assert {f"{span.context.trace_id:032x}" for span in spans} == {TRACE}
    assert request.parent is not None and f"{request.parent.span_id:016x}" == CALLER
    assert dict(request.attributes or {}) == {
        "http.route": "/v1/check",
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "review_gate.request.id": "mine-1",
    }
    above = {span.name: span.parent.span_id for span in spans if span.parent is not None}
    for name in ("screening", "store commit"):
        assert above[name] == request.context.span_id, name
    for name in ("rules", *SCORERS):
        assert above[name] == by_name["screening"].context.span_id, name
    assert dict(by_name["screening"].attributes or {}) == {"review_gate.kind": "reply", "review_gate.action": "hold"}
    commit = by_name["store commit"].attributes or {}
    assert commit["review_gate.submission.id"] == answer.json()["submission"]["id"]
    assert all(span.start_time >= request.start_time and span.end_time <= request.end_time for span in spans)

    told = "".join(span.to_json() for span in spans)
    assert MARKER not in told and client.headers["Authorization"].removeprefix("Bearer ")[3:20] not in told


@pytest.mark.parametrize(
    ("method", "path", "status", "route", "told"),
    [
        ("POST", "/v1/check", 401, "/v1/check", "POST"),
        ("GET", f"/v1/{MARKER}", 404, "none", "GET"),
        ("GET", f"/v1/submissions/{MARKER}", 401, "/v1/submissions/<submission_id>", "GET"),
        (MARKER.upper(), "/v1/check", 405, "none", "_OTHER"),
    ],
)
def test_what_is_refused_has_its_span_too(
    traces: Traces, method: str, path: str, status: int, route: str, told: str
) -> None:
    with traces.house.client() as client:
        answer, span = traces.of(client, method, path)
    assert answer.status_code == status and span.name == route
    attributes = span.attributes or {}
    assert (attributes["http.request.method"], attributes["http.response.status_code"]) == (told, status)
    assert attributes["review_gate.request.id"] == answer.headers["X-Request-ID"]
    assert MARKER.lower() not in span.to_json().lower() and span.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize("garbage", ["", "x", f"00-{'0' * 32}-{CALLER}-01", f"ff-{TRACE}-{CALLER}-01", "00-" * 900])
def test_a_caller_without_a_sane_trace_gets_one_of_its_own(traces: Traces, garbage: str) -> None:
    with traces.house.client() as client:
        _, one = traces.of(client, "GET", "/v1/bots", headers={"traceparent": garbage})
        _, other = traces.of(client, "GET", "/v1/bots")
    assert one.parent is None and other.parent is None
    assert len({one.context.trace_id, other.context.trace_id, int(TRACE, 16)}) == 3


def test_a_caller_who_traces_nothing_is_followed_and_probes_have_none(traces: Traces) -> None:
    with traces.house.client() as client:
        traces.exporter.clear()
        client.get("/v1/bots", headers={"traceparent": f"00-{TRACE}-{CALLER}-00"})
        for path in ("/healthz", "/readyz", "/metrics"):
            client.get(path)
        assert not traces.exporter.get_finished_spans()
        _, last = traces.of(client, "GET", "/v1/submissions")
    assert last.name == "/v1/submissions" and len(traces.exporter.get_finished_spans()) == 1


class Choking(Screening):
    """Fails with the draft in its error, as a careless library would."""

    def screen(self, draft: Draft, *_: Any, **__: Any) -> Verdict:
        raise RuntimeError(f"cannot digest {draft.text}")


def test_what_breaks_is_an_error_that_quotes_nothing(traces: Traces) -> None:
    services = traces.house.services
    whole = services.screening
    choking = Choking(services.detector, (), NoRules, services.policy)
    services.__dict__["screening"] = services.tracing.screening(choking)
    try:
        with traces.house.client("check") as client:
            answer, request = traces.of(client, "POST", "/v1/check", json={"text": MARKER, "bot": "b"})
    finally:
        services.__dict__["screening"] = whole
    assert answer.status_code == 500 and request.status.status_code is StatusCode.ERROR
    screening = next(span for span in traces.exporter.get_finished_spans() if span.name == "screening")
    assert (screening.status.status_code, screening.status.description) == (StatusCode.ERROR, "RuntimeError")
    assert not screening.events and MARKER not in screening.to_json() + request.to_json()


class Failing:
    """Takes the second try."""

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        if delivery.attempts == 1:
            raise Undeliverable(f"no: {MARKER}")
        return {"ok": True}


def test_each_try_of_a_delivery_is_a_trace_that_names_the_submission(tmp_path: Path) -> None:
    exporter, clock = InMemorySpanExporter(), FakeClock()
    traced = Traced(SimpleSpanProcessor(exporter))
    store = open_store(f"sqlite:{tmp_path / 'gate.db'}", durable=False)
    submission = held()
    store.commit(lifecycle.open_submission("s-1", submission.draft, submission.verdict, "anne", moment(prefix="open")))
    notifier = traced.notifier(DeliveryKind.CARD, Failing())
    courier = Courier(store, DeliveryKind.CARD, notifier, clock, jitter=lambda: 0.0)
    assert courier.run_once() == 1
    clock.pass_(seconds=60)
    assert courier.run_once() == 1 and store.pending() == 0
    store.close()
    first, second = exporter.get_finished_spans()
    assert first.name == second.name == "deliver card" and first.context.trace_id != second.context.trace_id
    for attempts, span in enumerate((first, second), 1):
        told = span.attributes or {}
        assert told["review_gate.submission.id"] == "s-1" and told["review_gate.delivery.kind"] == "card"
        assert told["review_gate.delivery.attempts"] == attempts
    assert (first.status.description, second.status.status_code) == ("Undeliverable", StatusCode.UNSET)
    assert MARKER not in first.to_json() + second.to_json()


def test_the_service_sends_them_to_a_collector(tmp_path: Path) -> None:
    """Web and courier as real processes, OTLP over HTTP; what ends last is sent before the process ends."""
    with Receiver(new_secret()) as receiver, collector() as found:
        environment = {
            "REVIEW_GATE_OTLP_ENDPOINT": found.url + "/",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-token=sesame",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=tests",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        gate = Processes(tmp_path, receiver, environment=environment)
        try:
            gate.start("web")
            gate.start("work")
            gate.wait_until_ready()
            with gate.client() as client:
                sent = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
                taken = client.post("/v1/submissions", json={"text": MARKER, "author": MARKER}, headers=sent).json()
                wait_for(lambda: found.named("deliver card"), "the card's span")
                wait_for(lambda: found.named("/v1/submissions"), "the request's span")
                client.get("/v1/bots")
            gate.stop("web")
            assert found.named("/v1/bots")
        finally:
            gate.close()
        (_, about), *_ = found.named("deliver card")
        assert about["review_gate.submission.id"] == taken["id"] and about["review_gate.delivery.attempts"] == 1
        (request, _), *_ = found.named("/v1/submissions")
        assert request.trace_id.hex() == TRACE and request.parent_span_id.hex() == CALLER
        (commit, told), *_ = [one for one in found.named("store commit") if one[0].trace_id == request.trace_id]
        assert commit.parent_span_id == request.span_id and told["review_gate.submission.id"] == taken["id"]
        resource = found.spans()[0][0]
        assert (resource["service.name"], resource["deployment.environment.name"]) == ("review-gate", "tests")
        assert found.headers[0]["x-token"] == "sesame"
        assert not any(MARKER.encode() in body or gate.key.encode() in body for body in found.bodies)


def test_nobody_waits_for_a_collector_that_is_away(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with house(tmp_path, tracing=to_collector(address)) as running, running.client("check") as client:
        assert client.post("/v1/check", json={"text": "Merci, à demain.", "bot": "b"}).status_code == 200
    assert not reaches(address)


def test_whether_a_collector_is_there() -> None:
    with collector() as found:
        assert reaches(found.url) and found.bodies == [b""]


@pytest.mark.parametrize("command", ["serve", "web", "work"])
def test_without_the_packages_the_service_says_what_to_install(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REVIEW_GATE_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setenv("REVIEW_GATE_DATABASE", f"sqlite:{tmp_path / 'gate.db'}")
    monkeypatch.delitem(sys.modules, "review_gate.adapters.spans")
    monkeypatch.setitem(sys.modules, "opentelemetry.context", None)
    assert main([command]) == 2
    told = capsys.readouterr().err
    assert "pip install -r requirements-tracing.txt" in told and "REVIEW_GATE_OTLP_ENDPOINT is set" in told
    monkeypatch.setenv("REVIEW_GATE_LANGUAGE", "fr")
    assert main([command]) == 2
    assert "REVIEW_GATE_OTLP_ENDPOINT" in (told := capsys.readouterr().err) and " is set" not in told


OFF = """
import sys
from review_gate.bootstrap import Services
from review_gate.settings import load_settings
from review_gate.wsgi import app
from review_gate.adapters.stores import SqlStore
from tests.operations.house import House
services = Services(load_settings())
assert type(services.store) is SqlStore and type(services.scorers[0]).__name__ == "ToxicityScorer"
key = House("", services, None).key("check")
sent = {"Authorization": "Bearer " + key, "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
answer = app.test_client().post("/v1/check", json={"text": "Merci, à demain.", "bot": "b"}, headers=sent)
assert answer.status_code == 200, answer.text
print(sorted(name for name in sys.modules if name.startswith("opentelemetry") or name.endswith("adapters.spans")))
"""


def test_off_nothing_of_it_is_there(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT), "REVIEW_GATE_DATABASE": "sqlite:gate.db"}
    done = subprocess.run(
        [sys.executable, "-c", OFF], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("localhost:4318", "such as http://localhost:4318"),
        ("grpc://localhost:4317", "such as http://localhost:4318"),
        ("https://", "such as http://localhost:4318"),
        ("https://me:sesame@collector.example", "OTEL_EXPORTER_OTLP_HEADERS"),
        ("https://collector.example/?token=sesame", "OTEL_EXPORTER_OTLP_HEADERS"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_without_quoting_it(address: str, words: str) -> None:
    with pytest.raises(SettingsError, match="REVIEW_GATE_OTLP_ENDPOINT: ") as refused:
        load_settings(environ={"REVIEW_GATE_OTLP_ENDPOINT": address})
    assert words in str(refused.value) and "sesame" not in str(refused.value)


def test_a_traced_store_is_still_the_store(traces: Traces) -> None:
    store = traces.house.services.store
    store.put_note("topic", "key", {"a": 1})
    assert store.note("topic", "key") == {"a": 1} and store.commit != SqlStore.commit
