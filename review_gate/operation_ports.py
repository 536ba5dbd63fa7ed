"""What operating the service needs from the store besides ports.py: its vital figures, the keys' rate limits, and all
that was written about each submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from review_gate.domain.change import Delivery, Event
from review_gate.domain.message import Message
from review_gate.domain.submission import Submission


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


@dataclass(frozen=True, slots=True)
class Kept:
    """A delivery as the outbox keeps it: `state` is waiting, delivered or dead; None where it cannot be read."""

    delivery: Delivery | None
    state: str
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """A submission with everything that was written about it. `version` and `state` as lists filter by them;
    `submission` is None where it cannot be read. Events and deliveries oldest first."""

    id: str
    version: int
    state: str
    submission: Submission | None
    events: tuple[Event, ...]
    deliveries: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Stray:
    """A row of `table` that speaks of a submission which is not there; `name` says which row."""

    table: str
    name: str


class Records(Protocol):
    def records(self, at_most: int | None = None) -> Iterator[Record]:
        """Newest first, each as it was at one moment."""

    def strays(self, at_most: int = 20) -> Sequence[Stray]:
        """About `at_most` of each table."""

    def damage(self) -> Sequence[str]:
        """What the database says about damage to its own files, in its own words; empty for none it knows of."""

    def unsafe_settings(self) -> Sequence[Message]:
        """Settings of the database with which a power cut takes what is committed, each with what to do."""


class Erasable(Protocol):
    def to_erase(
        self, authors: Sequence[str] = (), before: datetime | None = None, limit: int = 100, after: str = ""
    ) -> Sequence[str]:
        """The ids above `after`, in order, of submissions that are not erased yet: by one of `authors` (in any case of
        letters); with `before` those that have not changed since, wait for nobody, and are not approved for a later
        day. No text is read for it, so that one that is damaged hides no other."""

    def still_to_erase(self, submission_id: str, before: datetime | None = None) -> Submission | None:
        """It as it is now; None when it is erased, or `before` leaves it out by now."""

    def drop_answers(self, before: datetime) -> int:
        """Forgets the answers that the API gave before then; a request with the same key is a new one. Answers how
        many."""

    def strip_ended(self, before: datetime) -> int:
        """Takes the words out of what was delivered or given up before then; what no audit asks for goes. A dead letter
        without its words is none any longer: there is nothing left to send. Answers how many."""

    def sweep(self, ids: Set[str], names: Set[str]) -> int:
        """Takes what is left of erased submissions and of people out of rows that belong to no submission (answered
        requests, messages, reports, notes about people), and then the notes that say that this has to be done for them
        (erasure.UNSWEPT). Messages that have nothing else to say go. Answers how many rows it changed."""

    def sweep_looks(
        self, ids: Set[str], names: Set[str], before: datetime | None, told: Callable[[str, str], Sequence[Delivery]]
    ) -> int:
        """Takes the texts of these submissions, and those said to, by or about these people, out of kept digests and
        clusters; with `before` instead all texts of digests that ended and of clusters seen before then. Answers how
        many notes it changed; each, by topic and key, together with what it has `told`."""
