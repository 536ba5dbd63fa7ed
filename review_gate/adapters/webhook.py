"""The webhook: decisions go out by the rules of Standard Webhooks (id, timestamp, signature)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from standardwebhooks import Webhook

from review_gate.adapters.bounded import SECONDS, anywhere, bounded_client
from review_gate.adapters.guard import PrivateAddress, addresses, is_public
from review_gate.adapters.release import ReleaseSigner
from review_gate.domain import release
from review_gate.domain.change import Delivery
from review_gate.domain.outgoing import APPROVED
from review_gate.ports import Clock, Undeliverable


class WebhookNotifier:
    """POSTs a delivery's payload to `url`, signed with `secret` (`whsec_…`). Approvals carry their release token;
    one whose words are not those that were approved is never sent, and gets none.

    Private and local addresses are refused unless the operator allows them (`allow_private`). Of the answer the status
    counts, which has to be there after `seconds`; its body is left unread.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        signer: ReleaseSigner,
        clock: Clock,
        *,
        allow_private: bool = False,
        seconds: float = SECONDS,
    ) -> None:
        self._url = url
        self._webhook = Webhook(secret)
        self._signer = signer
        self._clock = clock
        self._client = bounded_client(anywhere if allow_private else is_public, seconds=seconds)

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        body = json.dumps(self._payload(delivery), ensure_ascii=False, separators=(",", ":"))
        now = self._clock()
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(delivery.id, now, body),
        }
        try:
            with self._client.stream("POST", self._url, content=body.encode(), headers=headers) as response:
                pass  # its head is there
        except PrivateAddress as error:
            raise _private(str(error)) from error
        except httpx.HTTPError as error:
            raise Undeliverable(f"The webhook could not be reached: {type(error).__name__}") from error
        if response.is_success:
            return {"status": response.status_code}
        raise Undeliverable(
            f"The webhook answered {response.status_code}",
            retry_after=_retry_after(response, now),
            final=response.status_code == 410,
        )

    def close(self) -> None:
        self._client.close()

    def _payload(self, delivery: Delivery) -> Mapping[str, Any]:
        payload = delivery.payload
        if payload.get("type") != APPROVED:
            return payload
        if not release.fits(payload["data"]):
            raise Undeliverable("Its words are not those that were approved: it is not sent", final=True)
        return {**payload, "data": {**payload["data"], "release_token": self._signer.sign(payload)}}


def refuse_private(url: str) -> None:
    """Raises Undeliverable when `url` leads to this machine or a private network (SSRF)."""
    host = urlsplit(url).hostname or ""
    try:
        found = addresses(host)
    except OSError as error:
        raise Undeliverable(f"The webhook's host '{host}' cannot be found") from error
    if not all(map(is_public, found)):
        raise _private(host)


def _private(host: str) -> Undeliverable:
    return Undeliverable(
        f"The webhook's host '{host}' is a private address: set REVIEW_GATE_WEBHOOK_ALLOW_PRIVATE=true to allow it"
    )


def _retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds of a Retry-After header, a number or a date; None for none or nonsense."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return 86_400.0 if len(value) > 9 else float(min(int(value), 86_400))
    try:
        at = datetime.strptime(value, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except ValueError:
        return None
    return min(max(0.0, (at - now).total_seconds()), 86_400.0)
