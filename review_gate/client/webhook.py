"""Webhooks of the gate, checked by the rules of Standard Webhooks before anybody believes them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review_gate.client.errors import BadSignature

TOLERANCE = 300
"""How old a webhook may be, or how far its clock ahead, in seconds."""


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """What happened: `type` is `submission.approved`, `.rejected`, … `id` stays the same when it is sent again."""

    id: str
    type: str
    data: Mapping[str, Any]

    @property
    def release_token(self) -> str | None:
        """What lets the text out; only approvals have one."""
        token = self.data.get("release_token")
        return None if token is None else str(token)


def verify_webhook(
    body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], *, now: float | None = None
) -> WebhookEvent:
    """The event in `body`. Raises BadSignature unless the gate signed exactly these bytes a moment ago.

    `body`: the bytes as they came in, before any parsing. `secret`: `whsec_…`, or several while one replaces another.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        id_, stamp, signatures = (given[f"webhook-{part}"] for part in ("id", "timestamp", "signature"))
    except KeyError as error:
        raise BadSignature(f"The header {error} is missing.") from None
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        raise BadSignature("The timestamp is no number.")
    if abs((time.time() if now is None else now) - int(stamp)) > TOLERANCE:
        raise BadSignature("The timestamp is too far from now.")
    signed = f"{id_}.{stamp}.".encode() + body
    secrets = [secret] if isinstance(secret, str) else secret
    expected = [hmac.new(_key(one), signed, hashlib.sha256).digest() for one in secrets]
    if not any(_same(signature, digest) for signature in signatures.split() for digest in expected):
        raise BadSignature("No signature fits: wrong secret, or the body was changed.")
    try:
        told = json.loads(body)
        return WebhookEvent(id_, str(told["type"]), dict(told["data"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadSignature("The body is no event.") from error


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("The secret must be 'whsec_' and base64, as `review-gate key webhook` prints it.") from None


def _same(signature: str, digest: bytes) -> bool:
    version, _, value = signature.partition(",")
    return version == "v1" and hmac.compare_digest(value.encode(), base64.b64encode(digest))
