"""What the synchronous and the asynchronous client share: requests, answers, when to ask again. No I/O."""

from __future__ import annotations

import json
import os
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict, TypeVar
from urllib.parse import quote

import httpx

from review_gate.client.errors import GateUnavailable, RequestRefused
from review_gate.client.models import Release

T = TypeVar("T")
PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses after which asking again helps."""
LONGEST_PAUSE = 30.0
"""Seconds."""
LONGEST_WAIT = 30
"""Seconds that one request may wait for a decision."""


class Draft(TypedDict, total=False):
    """The fields beside the text; `planned_at` in ISO 8601 with its zone, `media` as [{"url": …, "alt": …}]."""

    kind: str
    channel: str
    account: str
    market: str
    lang: str
    planned_at: str
    media: Sequence[Mapping[str, str | None]]
    author: str
    bot: str
    conversation: str
    in_reply_to: str


class Readings(TypedDict, total=False):
    """What happened after publishing. `csat` 1 (very unsatisfied) to 5, `effort` 1 (very easy) to 7, `nps` 0 to 10;
    `published_at` (of a submission) in ISO 8601 with its zone, `bot` (of a reply) for one that was sent long ago."""

    complaints: int
    deleted: bool
    csat: float
    effort: float
    nps: float
    note: str
    published_at: str
    bot: str


@dataclass(frozen=True, slots=True)
class Settings:
    """How to ask. `timeout` in seconds for each try; `retries` after the first; pauses double from `backoff` seconds,
    each drawn from zero up to that (so that many clients do not come back at once)."""

    url: str
    key: str
    timeout: float = 5.0
    retries: int = 2
    backoff: float = 0.2
    jitter: Callable[[], float] = field(default=random.random, repr=False)

    @classmethod
    def of(cls, url: str | None, key: str | None, timeout: float, retries: int, backoff: float) -> Settings:
        """Address and key from REVIEW_GATE_URL and REVIEW_GATE_API_KEY where they are left out. Raises ValueError."""
        url = url or os.environ.get("REVIEW_GATE_URL")
        key = key or os.environ.get("REVIEW_GATE_API_KEY")
        if not url or not key:
            raise ValueError("Give the gate's address and a key, or set REVIEW_GATE_URL and REVIEW_GATE_API_KEY.")
        return cls(url.rstrip("/"), key, timeout, retries, backoff)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "User-Agent": "review-gate-client", "Accept": "application/json"}

    def pause(self, tried: int, retry_after: str | None) -> float | None:
        """Seconds to wait after so many tries; None: give up."""
        if tried > self.retries:
            return None
        asked = float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else 0.0
        drawn = self.jitter() * self.backoff * 2.0 ** (tried - 1)
        return float(min(max(asked, drawn), LONGEST_PAUSE))


@dataclass(frozen=True, slots=True)
class Request:
    """One request, the same at each try: its idempotency key makes asking again safe."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    once: str | None = None
    timeout: float | None = None

    def options(self, settings: Settings) -> dict[str, Any]:
        """The arguments of httpx's `request`."""
        options: dict[str, Any] = {"timeout": self.timeout or settings.timeout}
        if self.body is not None:
            options["content"] = json.dumps(self.body, ensure_ascii=False).encode("utf-8", "replace")
            options["headers"] = {"Content-Type": "application/json"}
        if self.once is not None:
            options.setdefault("headers", {})["Idempotency-Key"] = self.once
        return options


def draft_request(path: str, text: str, fields: Mapping[str, Any], once: str | None) -> Request:
    """A request with a draft; with a fresh idempotency key where none is given."""
    body = {"text": text} | {name: value for name, value in fields.items() if value is not None}
    return Request("POST", path, body, once or str(uuid.uuid4()))


def submission_request(submission_id: str, step: str, body: Mapping[str, Any] | None = None) -> Request:
    return Request("POST", f"/v1/submissions/{quote(submission_id, safe='')}/{step}", body)


def reading_request(submission_id: str, wait: int, timeout: float) -> Request:
    return Request("GET", f"/v1/submissions/{quote(submission_id, safe='')}?wait={wait}", timeout=timeout + wait)


def outcome_request(things: str, id_: str, readings: Mapping[str, Any], once: str | None) -> Request:
    """`things`: submissions or replies."""
    body = {name: value for name, value in readings.items() if value is not None}
    return Request("POST", f"/v1/{things}/{quote(id_, safe='')}/outcome", body, once or str(uuid.uuid4()))


def verify_request(
    token: str,
    text: str,
    channel: str | None,
    account: str | None,
    media: Sequence[Mapping[str, str | None]],
    use: bool,
    once: str | None,
) -> Request:
    fields = {"token": token, "channel": channel, "account": account, "media": list(media) or None, "use": use}
    return draft_request("/v1/verify", text, fields, once)


def read(make: Callable[[Mapping[str, Any]], T], told: Mapping[str, Any]) -> T:
    """What `make` makes of an answer. Raises GateUnavailable for one that is not understood: it allows nothing."""
    try:
        return make(told)
    except (KeyError, TypeError, ValueError) as error:
        raise GateUnavailable("The gate's answer was not understood.") from error


def released(told: Mapping[str, Any]) -> Release:
    return Release(told["valid"] is True, submission=str(told["submission"]))


def answer(response: httpx.Response) -> Mapping[str, Any]:
    """The JSON object of an answer. Raises RequestRefused for a 4xx, GateUnavailable for anything else."""
    try:
        value = response.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise GateUnavailable(f"The gate answered {response.status_code} without a JSON object.")
    if response.is_success:
        return value
    if 400 <= response.status_code < 500 and response.status_code not in PASSING:
        raise RequestRefused(response.status_code, value)
    raise GateUnavailable(f"The gate answered {response.status_code}.")


def release_of(refused: RequestRefused) -> Release:
    """The refusal of a release. Raises it where the request itself was refused."""
    reason = refused.document.get("reason")
    if refused.code != "release-refused" or reason is None:
        raise refused
    return Release(False, str(reason), str(refused))
