"""What an HTTP answer means for a post: passing or final, and when to try again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from review_gate.adapters.bounded import anywhere, bounded_client
from review_gate.adapters.guard import PrivateAddress
from review_gate.domain.message import Message
from review_gate.ports import Undeliverable

WHOLE_SECONDS = 60.0
"""For a request and its whole answer: a picture may have to be handed over."""
MOST_BYTES = 4 * 1024 * 1024
"""Of an answer: some list many posts."""
LONGEST = 3600.0
PASSING = frozenset({408, 425, 429})


def client(
    may_ask: Callable[[str], bool] = anywhere, *, seconds: float = WHOLE_SECONDS, **headers: str
) -> httpx.Client:
    """A client that follows no redirect: a post goes where the settings say, nowhere else."""
    return bounded_client(may_ask, seconds=seconds, most_bytes=MOST_BYTES, **headers)


def send(
    session: httpx.Client, service: str, method: str, url: str, *, read: bool = True, **request: Any
) -> httpx.Response:
    """The answer, whatever its status; its body is there only with `read`. Raises Undeliverable when there is none."""
    try:
        with session.stream(method, url, **request) as answer:
            if read:
                answer.read()
            return answer
    except PrivateAddress as error:
        why = Message(
            f"{service}'s host '{error}' is a private address",
            f"L'hôte de {service}, « {error} », est une adresse privée",
        )
        raise Undeliverable(why) from error
    except httpx.HTTPError as error:
        kind = type(error).__name__
        why = Message(f"{service} could not be reached ({kind})", f"{service} est injoignable ({kind})")
        raise Undeliverable(why) from error


def refused(service: str, response: httpx.Response, said: str) -> Undeliverable:
    """What to raise for an answer that is no success; `said` in the service's own words."""
    passing = response.status_code >= 500 or response.status_code in PASSING
    code, words = response.status_code, said[:200]
    why = Message(
        f"{service} answers {code}" + (f": {words}" if words else ""),
        f"{service} répond {code}" + (f" : {words}" if words else ""),
    )
    return Undeliverable(why, retry_after=pause(response), final=not passing)


def posts_as(account: str) -> Message:
    """What a look at the service tells."""
    return Message(f"posts as {account}", f"publie en tant que {account}")


def pause(response: httpx.Response) -> float | None:
    """Seconds until one may ask again, where the service says so: Retry-After in seconds, or RateLimit-Reset as a Unix
    time (Bluesky's way)."""
    after, reset = response.headers.get("retry-after", ""), response.headers.get("ratelimit-reset", "")
    if after.isascii() and after.isdigit():
        return min(float(after), LONGEST)
    if response.status_code == 429 and reset.isascii() and reset.isdigit():
        return min(max(0.0, float(reset) - datetime.now(UTC).timestamp()), LONGEST)
    return None


def body(response: httpx.Response) -> Any:
    """The JSON of an answer; an empty object where there is none to read."""
    try:
        return response.json()
    except ValueError:
        return {}
