"""The Python client of Review Gate: ask before a bot answers, hand drafts in, publish only what was approved.

    from review_gate.client import Client

    with Client("http://127.0.0.1:8080", "rg_…") as gate:
        verdict = gate.check("Your parcel arrives on Friday.", bot="faq", conversation="c-812")
        if verdict.allowed:
            send(text)

It fails closed: when the gate does not answer, the verdict is `hold`. It imports nothing else of this package.
"""

from review_gate.client.aio import AsyncClient
from review_gate.client.errors import BadSignature, GateError, GateUnavailable, RequestRefused
from review_gate.client.gated import gated
from review_gate.client.models import Decision, Outcome, Reason, Release, Submission, Verdict
from review_gate.client.release import ReleaseVerifier
from review_gate.client.sync import Client
from review_gate.client.webhook import WebhookEvent, verify_webhook

__all__ = [
    "AsyncClient",
    "BadSignature",
    "Client",
    "Decision",
    "GateError",
    "GateUnavailable",
    "Outcome",
    "Reason",
    "Release",
    "ReleaseVerifier",
    "RequestRefused",
    "Submission",
    "Verdict",
    "WebhookEvent",
    "gated",
    "verify_webhook",
]
