"""Whether an OpenTelemetry collector hears where the time goes. Nothing of OpenTelemetry is imported unless it does."""

from __future__ import annotations

from typing import TypeVar

from flask import Flask

from review_gate.domain.change import DeliveryKind
from review_gate.domain.message import Message
from review_gate.gate.screening import Rules, Screening
from review_gate.ports import Misconfigured, Notifier, Scorer, Submissions

AnyScreening = TypeVar("AnyScreening", bound=Screening)
AnyStore = TypeVar("AnyStore", bound=Submissions)

MISSING = Message(
    "REVIEW_GATE_OTLP_ENDPOINT is set, and traces need OpenTelemetry: `pip install -r requirements-tracing.txt`, or "
    "take the setting out.",
    "REVIEW_GATE_OTLP_ENDPOINT est renseigné, et les traces demandent OpenTelemetry : "
    "`pip install -r requirements-tracing.txt`, ou retirez ce réglage.",
)


class Untraced:
    """No collector: every part is handed back as it is, so that nothing costs anything."""

    def web(self, app: Flask) -> Flask:
        return app

    def screening(self, screening: AnyScreening) -> AnyScreening:
        return screening

    def scorer(self, scorer: Scorer) -> Scorer:
        return scorer

    def rules(self, rules: Rules) -> Rules:
        return rules

    def store(self, store: AnyStore) -> AnyStore:
        return store

    def notifier(self, kind: DeliveryKind, notifier: Notifier) -> Notifier:
        return notifier

    def close(self) -> None:
        """Sends what is not sent yet, and ends."""


def open_tracing(endpoint: str | None) -> Untraced:
    """What puts spans around the parts and sends them to the collector at `endpoint` (its base address, as in
    http://localhost:4318); with None nothing does. Raises Misconfigured, with what to install, without the packages."""
    if endpoint is None:
        return Untraced()
    try:
        from review_gate.adapters.spans import to_collector
    except ImportError as error:
        raise Misconfigured(MISSING) from error
    return to_collector(endpoint)
