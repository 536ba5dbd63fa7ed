"""What Prometheus reads at `/metrics`. Why so: docs/decisions/0008-operations.md.

What one process sees (answers, screenings) is counted in it and added up over the web processes of a node by
prometheus-client's multi-process mode; what is true of the whole (queue, outbox, bots) is read from the store.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from review_gate import __version__
from review_gate.domain.verdict import Severity, Verdict
from review_gate.operation_ports import Vitals
from review_gate.rulebook.rule import Packs

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 35)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Meters:
    """The counters of this process. Each method is safe from any thread."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        self._seconds = Histogram(
            "review_gate_request_seconds",
            "Time to answer a request.",
            ("method", "route", "status"),
            registry=self._own,
            buckets=SECONDS,
        )
        self._screening = Histogram(
            "review_gate_screening_seconds", "Time to screen one text.", registry=self._own, buckets=SECONDS
        )
        self._screenings = Counter(
            "review_gate_screenings", "Texts screened, by what came out.", ("kind", "action"), registry=self._own
        )
        self._holds = Counter(
            "review_gate_holds",
            "Texts held or blocked, once for each kind of reason: a rule's category, scorer.label, or policy line.",
            ("reason",),
            registry=self._own,
        )
        self._limited = Counter(
            "review_gate_rate_limited", "Requests refused because their key asked too often.", registry=self._own
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        known = method if method in METHODS else "other"
        self._seconds.labels(known, route, f"{status // 100}xx").observe(seconds)

    def screened(self, kind: str, verdict: Verdict, seconds: float) -> None:
        self._screening.observe(seconds)
        self._screenings.labels(kind, verdict.action.value).inc()
        for reason in {r.category or r.name for r in verdict.reasons if r.severity >= Severity.HOLD}:
            self._holds.labels(reason).inc()

    def limited(self) -> None:
        self._limited.inc()

    def registry(self, state: Collector) -> CollectorRegistry:
        """What one scrape shows: the counters of this node's web processes, and `state`."""
        shown = CollectorRegistry()
        if MULTIPROCESS in os.environ:
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
        else:
            shown.register(_Passing(self._own))
        shown.register(state)
        return shown


class _Passing(Collector):
    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        return self._registry.collect()


class StateCollector(Collector):
    """The state that all nodes share, read anew for each scrape. When the store cannot be read, `review_gate_store_up`
    is 0 and its figures are left out: a wrong zero would look like an empty queue."""

    def __init__(
        self,
        vitals: Callable[[], Vitals],
        model: Callable[[], str],
        packs: Callable[[], Packs],
        clock: Callable[[], datetime],
    ) -> None:
        self._vitals = vitals
        self._model = model
        self._packs = packs
        self._clock = clock

    def collect(self) -> Iterable[Metric]:
        info = GaugeMetricFamily("review_gate_info", "Program and model in use.", labels=("version", "model"))
        info.add_metric((__version__, self._model()), 1)
        yield info
        yield from self._rules()
        try:
            found = self._vitals()
        except Exception:  # whatever the database says: that it does not answer is the news
            yield GaugeMetricFamily("review_gate_store_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("review_gate_store_up", "Whether the database answers.", value=1)
        yield from _of(found)

    def _rules(self) -> Iterable[Metric]:
        versions = GaugeMetricFamily("review_gate_pack_version", "Version of each rule pack in use.", labels=("pack",))
        ending = GaugeMetricFamily(
            "review_gate_rules_ending", "Rules that have expired, or will within 90 days.", labels=("state",)
        )
        try:
            packs, today = self._packs(), self._clock().date()
        except Exception:  # no pack could be loaded: no version, and an alert
            return [versions]
        for name, version in packs.versions.items():
            versions.add_metric((name,), version)
        ending.add_metric(("expired",), len(packs.expired(today)))
        ending.add_metric(("soon",), len(packs.expiring(today)))
        return [versions, ending]


def _of(found: Vitals) -> Iterable[Metric]:
    yield GaugeMetricFamily("review_gate_held", "Submissions that wait for a person.", value=found.held)
    yield GaugeMetricFamily(
        "review_gate_oldest_held_seconds", "How long the oldest of them has waited.", value=found.oldest_held_seconds
    )
    yield GaugeMetricFamily(
        "review_gate_due_soon",
        "Submissions that wait, planned within 30 minutes.",
        value=found.due_soon,
    )
    yield GaugeMetricFamily("review_gate_events", "Events in the audit log.", value=found.events)
    waiting = GaugeMetricFamily("review_gate_outbox_waiting", "Deliveries that wait.", labels=("kind",))
    lag = GaugeMetricFamily("review_gate_outbox_lag_seconds", "How late the oldest delivery is.", labels=("kind",))
    dead = GaugeMetricFamily("review_gate_dead_letters", "Deliveries given up, until replayed.", labels=("kind",))
    for kind, queue in sorted(found.outbox.items()):
        waiting.add_metric((kind,), queue.waiting)
        lag.add_metric((kind,), queue.lag_seconds)
        dead.add_metric((kind,), queue.dead)
    yield from (waiting, lag, dead)
    bots = GaugeMetricFamily("review_gate_bots", "Bots by the state of their breaker.", labels=("state",))
    for state, count in sorted(found.bots.items()):
        bots.add_metric((state,), count)
    stopped = GaugeMetricFamily(
        "review_gate_bot_stopped", "1 for each bot that is stopped (the first 100 by name).", labels=("bot",)
    )
    for bot in found.stopped:
        stopped.add_metric((bot,), 1)
    yield from (bots, stopped)
