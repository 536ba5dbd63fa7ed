"""What operating the service needs from the store besides ports.py: its vital figures, and the keys' rate limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Queue:
    """Deliveries of one kind: how many wait, how many were given up, and by how many seconds the oldest that waits is
    past the time it should have gone."""

    waiting: int
    dead: int
    lag_seconds: float


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the whole gate does at one moment. `due_soon` counts what waits and is planned within 30 minutes (or was),
    `bots` maps a breaker's state to how many have it, `stopped` names up to 100 bots that are stopped."""

    held: int
    oldest_held_seconds: float
    due_soon: int
    events: int
    outbox: Mapping[str, Queue]
    bots: Mapping[str, int]
    stopped: tuple[str, ...]


class Health(Protocol):
    def vitals(self, now: datetime) -> Vitals: ...


class Allowances(Protocol):
    """Rate limits by caller, shared by all processes on one store."""

    def spend(self, who: str, now: float, tokens: int, interval: float, burst: int) -> tuple[bool, float]:
        """Takes `tokens` from the bucket of `who`, which holds `burst` and gains one each `interval` seconds.

        `now` in seconds since 1970. Answers whether they were there (else nothing is taken), and how many seconds from
        now the bucket is full again. A bucket that could only come from a clock set back counts as full.
        """
