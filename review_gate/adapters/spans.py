"""Spans around requests, screening, commits and deliveries. Needs requirements-tracing.txt.

A span says what was done, how long it took and how it ended, and names submissions by their id: no text, no secret, no
person. An exception leaves its type, since its own words may quote a draft. Nobody waits for the collector: spans go
out from a thread of their own, and what it does not take is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.util import Finalize
from typing import Any, TypeVar, cast

from flask import Flask, Response, g, request, request_finished, request_started, request_tearing_down
from opentelemetry.context import Context as TraceContext
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import Span, SpanKind, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from review_gate import __version__
from review_gate.adapters.tracing import AnyScreening, AnyStore, Untraced
from review_gate.domain.change import Change, Delivery, DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.gate.screening import Rules
from review_gate.ports import Notifier, Scorer
from review_gate.web.tracking import QUIET

Attributes = Mapping[str, str | int]
Part = TypeVar("Part")

EXPORT_SECONDS = 4.0
"""So long one batch is tried: less than the five seconds that a web process gets to end."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
"""Any other word comes from outside and is told as _OTHER, as the semantic conventions have it."""


class Traced(Untraced):
    """Puts spans around the parts and gives them to `processor`."""

    def __init__(self, processor: SpanProcessor) -> None:
        named = Resource.create({"service.name": "review-gate", "service.version": __version__})
        provider = TracerProvider(resource=named.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
        provider.add_span_processor(processor)
        self._tracer = provider.get_tracer("review_gate", __version__)
        # Once, at `close` or when the process ends: a web worker is forked, and runs no `atexit` of OpenTelemetry's.
        self._end = Finalize(None, provider.shutdown, exitpriority=1)
        self._w3c = TraceContextTextMapPropagator()

    @contextmanager
    def span(
        self,
        name: str,
        attributes: Attributes | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        parent: TraceContext | None = None,
    ) -> Iterator[Span]:
        """A span around what is done within, inside `parent` or else what is open here."""
        with self._tracer.start_as_current_span(
            name, parent, kind, attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def web(self, app: Flask) -> Flask:
        """One span for each request, inside the caller's trace where `traceparent` names one. Flask's signals, since
        they come before every hook and after the last: what a hook refuses has its span too."""

        def begin(_: Flask, **__: Any) -> None:
            if request.endpoint in QUIET:
                return
            # The rule, not the path: that may hold a key or a text. Of the caller's headers the one that has ids alone.
            route = request.url_rule.rule if request.url_rule is not None else "none"
            method = request.method if request.method in METHODS else "_OTHER"
            caller = self._w3c.extract({"traceparent": request.headers.get("traceparent", "")}, TraceContext())
            told = {"http.route": route, "http.request.method": method}
            g.open_spans = ExitStack()
            g.request_span = g.open_spans.enter_context(self.span(route, told, SpanKind.SERVER, caller))

        def answer(_: Flask, response: Response, **__: Any) -> None:
            span: Span | None = g.get("request_span")
            if span is None:
                return
            span.set_attribute("http.response.status_code", response.status_code)
            span.set_attribute("review_gate.request.id", g.get("request_id", ""))
            if response.status_code >= 500:
                span.set_status(StatusCode.ERROR)

        def end(_: Flask, **__: Any) -> None:
            g.pop("open_spans", ExitStack()).close()

        request_started.connect(begin, app, weak=False)
        request_finished.connect(answer, app, weak=False)
        request_tearing_down.connect(end, app, weak=False)
        return app

    def screening(self, screening: AnyScreening) -> AnyScreening:
        return _around(screening, "screen", partial(self._screening, screening.screen))

    def _screening(self, screen: Callable[..., Any], draft: Draft, *args: Any, **more: Any) -> Any:
        with self.span("screening", {"review_gate.kind": draft.kind.value}) as span:
            verdict = screen(draft, *args, **more)
            span.set_attribute("review_gate.action", verdict.action.value)
            return verdict

    def scorer(self, scorer: Scorer) -> Scorer:
        return _around(scorer, "score", self._within(f"scorer {scorer.name}", scorer.score))

    def rules(self, rules: Rules) -> Rules:
        return _around(rules, "evaluate", self._within("rules", rules.evaluate))

    def _within(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def spanned(*args: Any, **more: Any) -> Any:
            if not get_current_span().get_span_context().is_valid:  # the text a process warms up with: nobody asked
                return call(*args, **more)
            with self.span(name):
                return call(*args, **more)

        return spanned

    def store(self, store: AnyStore) -> AnyStore:
        commit = store.commit

        def spanned(change: Change) -> None:
            with self.span("store commit", _about(change.submission.id if change.submission else None)):
                commit(change)

        return _around(store, "commit", spanned)

    def notifier(self, kind: DeliveryKind, notifier: Notifier) -> Notifier:
        deliver = notifier.deliver

        def spanned(delivery: Delivery) -> Mapping[str, Any]:
            told = {
                "review_gate.delivery.id": delivery.id,
                "review_gate.delivery.kind": kind.value,
                "review_gate.delivery.attempts": delivery.attempts,
                **_about(delivery.submission_id),
            }
            with self.span(f"deliver {kind.value}", told, SpanKind.CONSUMER):
                return deliver(delivery)

        return _around(notifier, "deliver", spanned)

    def close(self) -> None:
        self._end()


def to_collector(endpoint: str) -> Traced:
    """To the collector at `endpoint`, in batches, as OTLP over HTTP. Headers, certificates, the sampler and the like
    are read from the variables that OpenTelemetry itself defines (OTEL_…)."""
    return Traced(BatchSpanProcessor(_exporter(endpoint)))


def reaches(endpoint: str) -> bool:
    """Whether the collector there takes a batch (an empty one)."""
    return _exporter(endpoint).export(()) is SpanExportResult.SUCCESS


def _exporter(endpoint: str) -> OTLPSpanExporter:
    return OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=EXPORT_SECONDS)


def _about(submission_id: str | None) -> dict[str, str | int]:
    return {} if submission_id is None else {"review_gate.submission.id": submission_id}


class _Around:
    """A part with another way to call one of its methods; all else is the part's own."""

    def __init__(self, part: object, method: str, call: Callable[..., Any]) -> None:
        self._part = part
        setattr(self, method, call)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)


def _around(part: Part, method: str, call: Callable[..., Any]) -> Part:
    return cast(Part, _Around(part, method, call))
