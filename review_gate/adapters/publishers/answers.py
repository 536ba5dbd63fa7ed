"""What an HTTP answer means for a post: passing or final, and when to try again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

from review_gate.ports import Undeliverable

TIMEOUT_SECONDS = 10.0
LONGEST = 3600.0
PASSING = frozenset({408, 425, 429})


def client(**headers: str) -> httpx.Client:
    """A client that follows no redirect: a post goes where the settings say, nowhere else."""
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False,
                        headers={"user-agent": "review-gate", **headers})  # fmt: skip


def send(session: httpx.Client, service: str, method: str, url: str, **request: Any) -> httpx.Response:
    """The answer, whatever its status. Raises Undeliverable when there is none."""
    try:
        return session.request(method, url, **request)
    except httpx.HTTPError as error:
        raise Undeliverable(f"{service} could not be reached ({type(error).__name__})") from error


def refused(service: str, response: httpx.Response, said: str) -> Undeliverable:
    """What to raise for an answer that is no success; `said` in the service's own words."""
    passing = response.status_code >= 500 or response.status_code in PASSING
    why = f"{service} answers {response.status_code}" + (f": {said[:200]}" if said else "")
    return Undeliverable(why, retry_after=pause(response), final=not passing)


def pause(response: httpx.Response) -> float | None:
    """Seconds until one may ask again, where the service says so: Retry-After in seconds, or RateLimit-Reset as a Unix
    time (Bluesky's way)."""
    after, reset = response.headers.get("retry-after", ""), response.headers.get("ratelimit-reset", "")
    if after.isdigit():
        return min(float(after), LONGEST)
    if response.status_code == 429 and reset.isdigit():
        return min(max(0.0, float(reset) - datetime.now(UTC).timestamp()), LONGEST)
    return None


def body(response: httpx.Response) -> Any:
    """The JSON of an answer; an empty object where there is none to read."""
    try:
        return response.json()
    except ValueError:
        return {}
