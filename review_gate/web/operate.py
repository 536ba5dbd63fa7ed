"""What every web process gets for those who run it: request ids, log lines, `/metrics`, rate limits."""

from __future__ import annotations

import time

from flask import Flask
from prometheus_client.registry import Collector

from review_gate.operation_ports import Allowances
from review_gate.ports import Keys
from review_gate.web.limits import Limiter, limit
from review_gate.web.meters import Meters
from review_gate.web.metrics import metrics_blueprint
from review_gate.web.tracking import track


def operate(app: Flask, meters: Meters, state: Collector, keys: Keys, allowances: Allowances, per_minute: int) -> Flask:
    """Fits `app` out, before its first request. `per_minute`: requests a key may make; 0 for no limit."""
    app.register_blueprint(metrics_blueprint(meters, state, keys))
    if per_minute:
        limit(app, Limiter(allowances, per_minute, time.time), meters.limited)
    track(app, meters)
    return app
