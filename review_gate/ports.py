"""What the gate needs from the world. Each Protocol has adapters under `adapters/` and one set of contract tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from review_gate.domain.breaker import Breaker
from review_gate.domain.change import (
    Change,
    Delivery,
    DeliveryKind,
    Event,
    Idempotency,
    RememberedReply,
    Saying,
    Trace,
)
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Media
from review_gate.domain.incident import Incident
from review_gate.domain.known import Asked, Known
from review_gate.domain.message import Message
from review_gate.domain.outcome import Outcome
from review_gate.domain.submission import State, Submission
from review_gate.domain.template import Template
from review_gate.domain.verdict import Signal


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Now, in UTC, with its zone."""


class NewId(Protocol):
    def __call__(self) -> str:
        """A fresh UUIDv7: later ids sort after earlier ones."""


class LanguageDetector(Protocol):
    name: str

    def detect(self, text: str) -> Signal:
        """label 'language', detail the ISO 639-1 code, score how sure; inapplicable for a text too short to tell."""


class Scorer(Protocol):
    """`name` is the scorer's word in policy and answers, `model` names what produced the scores."""

    name: str
    model: str

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        """One signal per label. May raise anything: the gate turns that into an errored signal, and holds."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which submissions to list: every field that is not None must match. Drills are listed only where they are asked
    for: `drills` True for them alone, None for both."""

    state: State | None = None
    channel: str | None = None
    market: str | None = None
    author: str | None = None
    bot: str | None = None
    kind: str | None = None
    drills: bool | None = False
    planned_after: datetime | None = None
    """Planned for a later time than that."""


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the following page, or None at the end. `unread` are the ids of those on this page that
    cannot be read, because a disk or a bug damaged their record: they are there, and stay as they are."""

    items: tuple[Submission, ...]
    next: str | None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of an API key; the key itself is not kept, only its SHA-256."""

    id: str
    name: str
    key_sha256: str
    scopes: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None = None


class Submissions(Protocol):
    """The durable record. `commit` is the only way to write a submission."""

    def commit(self, change: Change) -> None:
        """Writes all of `change` in one transaction: compares and sets the version, appends the events to the
        hash chain, puts the deliveries into the outbox.

        Raises Stale when `expected_version` is not the present one, a note is not as it was read, or the template to
        retire is not there, IdempotencyConflict when the idempotency key is there already (the caller reads the stored
        answer). Nothing is written then.
        """

    def submission(self, submission_id: str) -> Submission | None: ...

    def submissions(self, where: Filter, after: str | None = None, limit: int = 50) -> Page:
        """Newest first. `after` is a `Page.next`; raises ValueError for a cursor that is none."""

    def approved_after(self, at: datetime) -> Sequence[str]:
        """The ids of what is approved and planned for later than that, also where it cannot be read."""

    def created(self, since: datetime, until: datetime) -> Sequence[str]:
        """The ids of what came in in [since, until), newest first, also where it cannot be read."""

    def events(self, submission_id: str | None = None, after: int = 0, limit: int = 1000) -> Sequence[ChainedEvent]:
        """Oldest first, from position `after` (exclusive)."""

    def answered(self, scope: str, key: str) -> Idempotency | None: ...

    def ping(self) -> None:
        """Raises when the store cannot be used."""


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """An event at its place in the log: `hash` is over `previous` and the event (see stores/chain.py). `content` is set
    when actor or data were erased later: the hash of what they were."""

    position: int
    event: Event
    previous: str
    hash: str
    content: str | None = None


@dataclass(frozen=True, slots=True)
class WentOut:
    """`count` replies of one bot whose scores reach so many borders, and are the same in `hundredths` (see
    `insight.digest.hundredths`)."""

    bot: str
    reached: int
    hundredths: int
    count: int


class Replies(Protocol):
    """What the bots have said, and their switches. Both are written with `commit` (Change.replies, sayings, breaker).

    Everything is bounded: by a limit, or by `forget`.
    """

    def known(self, asked: Asked) -> Known:
        """All that a check wants to know of a bot and of its reply, as it is now."""

    def recent_replies(
        self, bot: str, since: datetime, limit: int = 1000, conversation: str | None = None
    ) -> Sequence[RememberedReply]:
        """The newest `limit` replies of `bot` since then (in one conversation), newest last."""

    def replies_saying(self, saying: int, since: datetime, limit: int = 3) -> Sequence[RememberedReply]:
        """The newest `limit` replies with this saying since then, newest last."""

    def count_saying(self, saying: int, since: datetime, most: int = 1000) -> int:
        """How many replies there are with this saying since then; counts no further than `most`."""

    def said_to(self, saying: int, since: datetime, most: int = 1000) -> tuple[int, int]:
        """How many replies there are with this saying since then, and in how many conversations (a reply that names
        none counts as one of its own); looks at no more than `most`."""

    def traces(self, bot: str, since: datetime, limit: int = 256) -> Sequence[Trace]:
        """What is left of the newest `limit` replies of `bot` since then, newest last."""

    def sayings_like(self, key: int, bands: Sequence[int], limit: int = 400) -> Sequence[Saying]:
        """The saying with this key, or else up to `limit` of those that share a band."""

    def vectors(self, keys: Sequence[int]) -> Mapping[int, bytes]:
        """What these sayings mean, packed; those without a vector are left out."""

    def past_vectors(self, bot: str, before: datetime, replies: int) -> Sequence[bytes]:
        """What the sayings of the newest `replies` replies of `bot` before then mean, each saying once, as far as they
        went out and have a vector."""

    def went_out(self, since: datetime, until: datetime, borders: Sequence[float]) -> Sequence[WentOut]:
        """What went out without a person in [since, until), counted. The order is any."""

    def went_out_id(
        self, since: datetime, until: datetime, borders: Sequence[float], which: tuple[str, int], place: int
    ) -> str | None:
        """Of those replies of `which` (bot, borders reached) the id of the one at `place`, counted from 0, oldest
        first; None when there are not so many, since some were forgotten meanwhile."""

    def replies_by_id(self, ids: Sequence[str]) -> Sequence[RememberedReply]:
        """Those that are still there, oldest first."""

    def forget(self, before: datetime, at_most: int) -> int:
        """Drops the replies and sayings from before then, and the oldest replies beyond `at_most`. Answers how many
        replies went. What may repeat is kept."""

    def breaker(self, bot: str) -> Breaker | None:
        """None for a bot that never called."""

    def breakers(self) -> Sequence[Breaker]:
        """Those of all bots, by name."""


class Templates(Protocol):
    """Texts that a lead has approved once. Written and counted with `commit` (Change.approves, retires, template)."""

    def templates(self) -> Sequence[Template]:
        """All of them, by name."""


class Outcomes(Protocol):
    """What happened after something went out. Written with `commit` (Change.outcome)."""

    def outcome(self, id_: str) -> Outcome | None:
        """What is known about a submission or a bot's reply; None: nothing was reported."""

    def outcomes(self, since: datetime, until: datetime, limit: int = 20_000) -> Sequence[Outcome]:
        """Of what went out in [since, until), the latest first."""


class Incidents(Protocol):
    """What went out and should not have, looked into. Written with `commit` (Change.incident)."""

    def incident(self, id_: str) -> Incident | None: ...

    def incident_about(self, subject: str) -> Incident | None:
        """The one about a submission or a reply; there is one at most."""

    def incidents(self, limit: int = 200) -> Sequence[Incident]:
        """The open ones first, then the newest."""


class Outbox(Protocol):
    """Deliveries that wait. Each is handed to one courier at a time and comes back when its lease ends."""

    def claim_deliveries(
        self, kind: DeliveryKind, now: datetime, limit: int = 20, lease_seconds: int = 60
    ) -> Sequence[Delivery]:
        """Due deliveries of one kind, oldest first; `attempts` already counts this one. Of one submission's only the
        oldest is handed out, so that they keep their order."""

    def delivered(self, delivery_id: str, now: datetime, receipt: Mapping[str, Any] | None = None) -> None: ...

    def failed(self, delivery_id: str, now: datetime, error: str, retry_at: datetime | None) -> None:
        """Due again at `retry_at`; None: a dead letter, kept until somebody replays it."""

    def held_back(self, delivery_id: str, why: str, until: datetime) -> None:
        """Due again then, with the attempt that its claim has counted taken back."""

    def dead_letters(self) -> Sequence[Delivery]: ...

    def replay(self, delivery_id: str, now: datetime) -> bool:
        """Makes a dead letter due again with fresh attempts. False when there is no such dead letter."""

    def pending(self) -> int:
        """How many deliveries wait (dead letters not counted)."""


class Notes(Protocol):
    """Small durable facts by (topic, key): the card's receipt of a submission, a person's other ids, signing keys."""

    def note(self, topic: str, key: str) -> Mapping[str, Any] | None: ...

    def put_note(self, topic: str, key: str, value: Mapping[str, Any]) -> None: ...

    def put_note_once(self, topic: str, key: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Writes unless there is one; answers the one that is there now."""

    def notes_about(self, topic: str) -> Sequence[Mapping[str, Any]]:
        """Every note of that topic, by key."""

    def forget_notes(self, topic: str, before: str) -> None:
        """Those of that topic whose key is smaller: for keys that begin with a time of fixed width."""


class Keys(Protocol):
    def add_key(self, key: ApiKey) -> None:
        """Raises ValueError when a key of that name exists and is not revoked."""

    def key_by_hash(self, key_sha256: str) -> ApiKey | None: ...

    def keys(self) -> Sequence[ApiKey]: ...

    def revoke_key(self, name: str, now: datetime) -> bool: ...


class Store(Submissions, Replies, Templates, Outcomes, Incidents, Outbox, Notes, Keys, Protocol):
    """One database behind all of it."""

    def close(self) -> None: ...


class StoreError(Exception):
    """The store cannot be used as it is; `message` says why and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


class StoreFull(StoreError):
    """There is no space to write to. Nothing of the change was kept; `message` names no address."""


class StoreBroken(StoreError):
    """The database is damaged, or the system does not let it be read or written. `message` names its place: it is for
    whoever runs it."""


class StoreDamaged(StoreBroken):
    """What was asked for is damaged in the database. The rest of it may be sound."""


class StoreReplaced(StoreBroken):
    """The database's file was deleted, or another one put in its place, while it was in use."""


class Misconfigured(Exception):
    """A part cannot run as it is set up; `message` says what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Undeliverable(Exception):
    """Raised by a notifier. `retry_after` is in seconds where the other side named it; `final` means never again.

    `waits` (seconds) is for what is held back on this side, so that nobody was asked: the courier looks again exactly
    then, as often as it takes, and it counts as no try.
    """

    def __init__(
        self, why: Message | str, *, retry_after: float | None = None, final: bool = False, waits: float | None = None
    ) -> None:
        """A str is for the log and the outbox alone, which keep English."""
        super().__init__(str(why))
        self.message = why if isinstance(why, Message) else Message(why, why)
        self.retry_after = retry_after
        self.final = final
        self.waits = waits


class Notifier(Protocol):
    """Carries one delivery out into the world. Must be safe to call twice with the same delivery."""

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        """Returns the receipt. Raises Undeliverable, or StoreError, which is no try of the delivery's unless it is
        StoreDamaged; anything else counts as a passing failure."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One post for a publisher to put out. `key` is the same at each try; the first try was not before `since`; `again`
    says that an earlier one may have got through without an answer. `known` is what earlier tries have remembered."""

    key: str
    text: str
    lang: str | None
    media: tuple[Media, ...]
    since: datetime
    again: bool
    known: Mapping[str, Any]
    remember: Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Posted:
    """The proof: the service's own id of the post, and its address where the service tells it."""

    id: str
    url: str | None


class Publisher(Protocol):
    """Puts posts out on one account of one service."""

    def publish(self, posting: Posting) -> Posted:
        """Puts it out once, however often it is called with the same `key`, also when two call at the same time.

        Raises Undeliverable; `final` for what no further try can mend. Anything else counts as a passing failure.
        """

    def check(self) -> Message:
        """Whom it posts as, asked of the service. Raises Undeliverable with what is wrong."""

    def close(self) -> None:
        """Ends its connections."""
