"""Erasure and retention: takes what is personal out of the store, one submission at a time, each with its own event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from review_gate.domain import erasure
from review_gate.domain.change import Change, Delivery, DeliveryKind, Moment
from review_gate.domain.errors import Stale
from review_gate.domain.submission import Submission
from review_gate.gate.digests import ONLY_POSTED, PAYLOAD, TOPIC
from review_gate.gate.rhythm import Rhythm
from review_gate.operation_ports import Erasable
from review_gate.page_ports import Users
from review_gate.ports import Clock, NewId, Store

BATCH = 100
ANSWER_DAYS = 7
"""For so many days the API answers a request with the same key the same; less where texts are kept for less."""
DELIVERED_DAYS = 90
"""For so many days what messages said that were delivered or given up is kept where the policy has no retention."""


class ErasableStore(Store, Erasable, Users, Protocol):
    """What erasing needs."""

    def erase_pictures(self, sha256s: Iterable[str]) -> int: ...


@dataclass(frozen=True, slots=True)
class Erased:
    """So many submissions were erased, and so many rows besides; `names` are all those the author was known under."""

    submissions: int
    others: int
    names: tuple[str, ...]


class Erasure:
    """What was interrupted goes on when it is asked for again: what is erased is not looked at twice."""

    def __init__(self, store: ErasableStore, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def known_as(self, author: str) -> tuple[str, ...]:
        """The author's ids and names: what was given, the other id that Slack knows, the names noted with them."""
        found = {author}
        by_email = self._store.note("person-by-email", author.casefold()) or {}
        found.add(str(by_email.get("user") or ""))
        for id_ in tuple(found):
            noted = self._store.note("person", id_) or {}
            found |= {str(noted.get(field) or "") for field in ("email", "name")}
        for email in tuple(found):
            user = self._store.user(email) if "@" in email else None
            found.add(user.name if user is not None else "")
        return tuple(sorted(found - {""}))

    def count(self, authors: Sequence[str] = (), before: datetime | None = None, most: int = 100_000) -> int:
        """How many submissions would be erased."""
        return len(self._store.to_erase(authors, before, most))

    def author(self, author: str, by: str) -> Erased:
        """Erases everything that `author` has written here, and their names."""
        names = self.known_as(author)
        ids: set[str] = set()
        while found := self._store.to_erase(names, None, BATCH):
            for submission in found:
                self._erase(submission, names, "author", by)
                ids.add(submission.id)
        others = self._store.sweep(ids, set(names)) + self._looks(ids, set(names))
        return Erased(len(ids), others, names)

    def before(self, moment: datetime, by: str, at_most: int | None = None) -> Erased:
        """Erases what has not changed since `moment` and waits for nobody."""
        ids: set[str] = set()
        while at_most is None or len(ids) < at_most:
            found = self._store.to_erase((), moment, BATCH if at_most is None else min(BATCH, at_most - len(ids)))
            if not found:
                break
            for submission in found:
                self._erase(submission, (submission.author,), "retention", by)
                ids.add(submission.id)
        others = self._store.sweep(ids, set()) + self._looks(ids, set()) if ids else 0
        return Erased(len(ids), others + self._looks(set(), set(), moment), ())

    def _looks(self, ids: Set[str], names: Set[str], before: datetime | None = None) -> int:
        """Sweeps kept digests and clusters, and has the channel show those digests as they are now."""
        changed = self._store.sweep_looks(ids, names, before)
        days = [key for topic, key in changed if topic == TOPIC]
        now = self._clock()
        shown = tuple(
            Delivery(self._new_id(), DeliveryKind.NOTICE, now, payload={PAYLOAD: day, ONLY_POSTED: True})
            for day in days
        )
        if shown:
            self._store.commit(Change(deliveries=shown))
        return len(changed)

    def _erase(self, submission: Submission, names: Sequence[str], why: str, by: str) -> None:
        while True:
            try:
                moment = Moment(self._clock(), self._new_id)
                self._store.commit(erasure.erase(submission, set(names), why, by, moment))
                pictures = [item.sha256 for item in submission.draft.media if item.sha256 is not None]
                self._store.erase_pictures(self._store.unused_pictures(pictures))
                return
            except Stale:  # somebody changed it meanwhile: what is there now is erased
                fresh = self._store.submission(submission.id)
                if fresh is None or fresh.erased_at is not None:
                    return
                submission = fresh


class Ageing:
    """A chore of the courier: forgets what had to be kept for a while only, however long texts are kept: the API's
    answers, and what messages said that were delivered or given up. `days` is the policy's retention."""

    def __init__(self, store: Erasable, clock: Clock, days: int | None, every: float = 3600.0) -> None:
        self._store = store
        self._clock = clock
        self._answers = timedelta(days=min(ANSWER_DAYS, days or ANSWER_DAYS))
        self._delivered = timedelta(days=days or DELIVERED_DAYS)
        self._rhythm = Rhythm(clock, every)

    def __call__(self) -> None:
        if self._rhythm.due():
            now = self._clock()
            self._store.drop_answers(now - self._answers)
            self._store.strip_ended(now - self._delivered)


class Retention:
    """A chore of the courier: erases what is older than the policy keeps, a piece each time."""

    def __init__(
        self, erasing: Erasure, clock: Clock, days: int | None, every: float = 600.0, piece: int = 200
    ) -> None:
        self._erasing = erasing
        self._clock = clock
        self._days = days
        self._piece = piece
        self._rhythm = Rhythm(clock, every)

    def __call__(self) -> None:
        if self._days is not None and self._rhythm.due():
            self._erasing.before(self._clock() - timedelta(days=self._days), "gate", self._piece)
