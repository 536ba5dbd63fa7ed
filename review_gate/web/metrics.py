"""`GET /metrics`, for Prometheus: with a key that may read, or without one from this machine itself."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from review_gate.ports import Keys
from review_gate.web.auth import authenticate
from review_gate.web.meters import Meters

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
"""A proxy on this machine makes everybody look local: whoever comes through one needs a key."""


def metrics_blueprint(meters: Meters, state: Collector, keys: Keys) -> Blueprint:
    api = Blueprint("operations", __name__)

    @api.get("/metrics")
    def metrics() -> Response:
        if "Authorization" in request.headers or not _local():
            authenticate(keys, "read")
        return Response(generate_latest(meters.registry(state)), content_type=CONTENT_TYPE_LATEST)

    return api


def _local() -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
