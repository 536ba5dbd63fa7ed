"""Rate limits by API key: a bucket of tokens each, shared by every process through the store.

A process takes a handful of tokens at a time and spends them within a second, so that most requests cost no write.
Tokens are paid for before they are spent: a key never gets more than its limit, and loses at most a handful for each
process when it pauses.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, current_app, g

from review_gate.domain.message import Message
from review_gate.operation_ports import Allowances
from review_gate.web.problems import Problem

WINDOW = 60
"""Seconds that the limit is given for."""
HANDFUL = 100
"""A process takes a hundredth of the limit at once, and no more than this."""
KEEP_SECONDS = 1.0
EXTENSION = "review_gate.limits"


@dataclass(slots=True)
class _Purse:
    tokens: int = 0
    until: float = 0.0
    full_in: float = 0.0
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a caller stands: `remaining` requests now, `full_in` seconds until the whole limit is there again,
    `retry_in` seconds until the next request may come (0: at once)."""

    allowed: bool
    remaining: int
    full_in: float
    retry_in: float


class Limiter:
    """`per_minute` requests a key. `clock` answers seconds since 1970, the same on all nodes."""

    def __init__(self, allowances: Allowances, per_minute: int, clock: Callable[[], float]) -> None:
        self.per_minute = per_minute
        self._allowances = allowances
        self._clock = clock
        self._interval = WINDOW / per_minute
        self._handful = max(1, min(HANDFUL, per_minute // 100))
        self._purses: dict[str, _Purse] = {}
        self._guard = threading.Lock()

    def ask(self, who: str) -> Standing:
        """Counts one request of `who`."""
        now = self._clock()
        with self._guard:
            purse = self._purses.setdefault(who, _Purse())
            if purse.tokens and purse.at <= now < purse.until:
                purse.tokens -= 1
                return self._standing(purse, now)
        for tokens in sorted({self._handful, 1}, reverse=True):
            taken, full_in = self._allowances.spend(who, now, tokens, self._interval, self.per_minute)
            if taken:
                with self._guard:
                    purse.tokens = (purse.tokens if purse.until > now else 0) + tokens - 1
                    purse.until, purse.full_in, purse.at = now + KEEP_SECONDS, full_in, now
                    return self._standing(purse, now)
        retry_in = full_in - (self.per_minute - 1) * self._interval
        return Standing(False, 0, full_in, max(retry_in, 0.001))

    def _standing(self, purse: _Purse, now: float) -> Standing:
        full_in = max(0.0, purse.full_in - (now - purse.at))
        remaining = self.per_minute - math.ceil(full_in / self._interval - 1e-6) + purse.tokens
        return Standing(True, max(0, min(self.per_minute, remaining)), full_in, 0.0)


def limit(app: Flask, limiter: Limiter, refused: Callable[[], None]) -> None:
    """Counts every request of `app` that comes with a key (see `count`) and tells callers how they stand; `refused` is
    called for each one too many."""
    app.extensions[EXTENSION] = (limiter, refused)

    @app.after_request
    def tell(response: Response) -> Response:
        standing: Standing | None = g.pop("standing", None)
        if standing is not None:
            response.headers["RateLimit-Policy"] = f'"key";q={limiter.per_minute};w={WINDOW}'
            response.headers["RateLimit"] = f'"key";r={standing.remaining};t={math.ceil(standing.full_in)}'
        return response


def count(key_id: str) -> None:
    """Counts this request against the key. Raises Problem 429 when there were too many. Once a request."""
    limiter, refused = current_app.extensions.get(EXTENSION, (None, None))
    if limiter is None or "standing" in g:
        return
    standing = g.standing = limiter.ask(key_id)
    if standing.allowed:
        return
    refused()
    seconds = math.ceil(standing.retry_in)
    raise Problem(
        429,
        "rate-limited",
        Message(
            f"This key may ask {limiter.per_minute} times a minute and asked more often: try again in {seconds} s. "
            "Nothing was decided.",
            f"Cette clé permet {limiter.per_minute} requêtes par minute et ce nombre est dépassé : réessayez dans "
            f"{seconds} s. Rien n'a été décidé.",
        ),
        headers={"Retry-After": str(seconds)},
    )
