"""What one use case leaves behind: written in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from review_gate.domain.incident import Incident
from review_gate.domain.outcome import Outcome
from review_gate.domain.submission import Submission
from review_gate.domain.template import Template
from review_gate.domain.verdict import Action

if TYPE_CHECKING:
    from review_gate.domain.breaker import Breaker


@dataclass(frozen=True, slots=True)
class Moment:
    """When it happens, and the ids for what it leaves behind (one per event and delivery, in order of use)."""

    now: datetime
    new_id: Any

    def id(self) -> str:
        return str(self.new_id())


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only audit log. `kind` is a dotted word such as `submission.approved`."""

    id: str
    at: datetime
    kind: str
    actor: str
    submission_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class DeliveryKind(StrEnum):
    CARD = "card"  # make the card show the record as it is now
    WEBHOOK = "webhook"  # tell the publisher about a decision; the payload is fixed when the decision is made
    NOTICE = "notice"  # tell one person something
    TEAMS = "teams"  # post a submission's state into the Teams channel
    MAIL = "mail"  # tell an author by e-mail
    PUBLISH = "publish"  # put an approved post out through its connector, at the planned time
    MEDIA = "media"  # look at a submission's pictures


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outbound message in the outbox. `id` is what receivers see and use to drop repeats."""

    id: str
    kind: DeliveryKind
    created_at: datetime
    submission_id: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    not_before: datetime | None = None
    attempts: int = 0
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Saying:
    """A form of words that a bot uses, whatever names and numbers are put in.

    `words` are its masked words in alphabetical order, apart by blanks; `key` (63 bits) follows from them and the bot,
    so that all nodes of one gate agree on it. Two sayings that are almost the same share one of `bands` (LSH).
    `allowed_by` is who said that it may repeat. `vector` is what it means, packed (signals/meaning.py); it is written
    with a new saying and left out when one is read.
    """

    key: int
    bot: str
    words: str
    bands: tuple[int, ...]
    last_at: datetime
    allowed_by: str | None = None
    vector: bytes = b""


@dataclass(frozen=True, slots=True)
class RememberedReply:
    """A bot's reply that came through the check: the memory that repetition is measured against.

    `saying` is the key of what it counts as, None for what may repeat. `marks` are what the breaker counts (see
    breaker.py), `score` is the highest score it got (0..1).
    """

    id: str
    bot: str
    conversation: str | None
    text: str
    fingerprint: bytes
    at: datetime
    action: Action
    saying: int | None = None
    marks: tuple[str, ...] = ()
    score: float = 0.0


class Trace(NamedTuple):
    """What is left of a reply for statistics. A tuple: each check makes one for every reply of a busy bot's last
    hundreds."""

    at: datetime
    saying: int | None
    marks: tuple[str, ...]
    action: Action


API_SCOPES = ("check:", "submit:", "outcome ")
"""How the scopes of requests to the API begin: their answers are kept for a while. All other scopes stay for good: they
mark what must happen once, such as a notice."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A request that was answered: the same key and body get `answer` again, another body is refused."""

    scope: str
    key: str
    body_sha256: str
    status: int
    answer: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A small durable fact by topic and key. `was` is what was read there, None for nothing."""

    topic: str
    key: str
    value: Mapping[str, Any]
    was: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Everything one use case writes. `expected_version` is the version that was read (0 for a new submission);
    the store refuses the change when it is no longer the present one. So it is with `breaker`, whose version must be
    the present one's successor (1 for a bot that nobody knew), and with `outcome` and `incident`; a note is refused
    when what it says `was` there is there no more.
    `sayings` are written over those with the same key,
    `template` names the one that was used, and when. `approves` is written over a template of the same name, whose
    count of uses stays; the change is refused when there is none of the name that it `retires`."""

    submission: Submission | None = None
    expected_version: int = 0
    events: tuple[Event, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    replies: tuple[RememberedReply, ...] = ()
    idempotency: Idempotency | None = None
    sayings: tuple[Saying, ...] = ()
    breaker: Breaker | None = None
    template: tuple[str, datetime] | None = None
    approves: Template | None = None
    retires: str | None = None
    outcome: Outcome | None = None
    incident: Incident | None = None
    notes: tuple[Note, ...] = ()
    erasing: frozenset[str] | None = None
    """With it, words and these names (casefolded) go out of everything that is stored about the submission."""
