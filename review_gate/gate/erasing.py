"""Erasure and retention: takes what is personal out of the store, one submission at a time, each with its own event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from review_gate.domain import erasure
from review_gate.domain.change import Delivery, DeliveryKind, Moment
from review_gate.domain.errors import Stale
from review_gate.domain.outgoing import APPROVED
from review_gate.domain.submission import Submission
from review_gate.gate.apart import apart
from review_gate.gate.digests import ONLY_POSTED, PAYLOAD, TOPIC
from review_gate.gate.rhythm import Rhythm
from review_gate.operation_ports import Erasable
from review_gate.page_ports import Users
from review_gate.ports import Clock, NewId, Notifier, Store, Submissions

BATCH = 100
ANSWER_DAYS = 7
"""For so many days the API answers a request with the same key the same; less where texts are kept for less."""
DELIVERED_DAYS = 90
"""For so many days what messages said that were delivered or given up is kept where the policy has no retention."""


class ErasableStore(Store, Erasable, Users, Protocol):
    """What erasing needs."""


@dataclass(frozen=True, slots=True)
class Erased:
    """So many submissions were erased, and so many rows besides; `names` are all those the author was known under.
    `unsent` approvals still waited for the publisher and are not sent any more; where one could still be published, its
    withdrawal is."""

    submissions: int
    others: int
    names: tuple[str, ...]
    unsent: int


@dataclass(slots=True)
class _Done:
    """What an erasure has come to so far."""

    ids: set[str] = field(default_factory=set)
    unsent: int = 0
    trouble: Exception | None = None

    @contextmanager
    def apart(self, what: str) -> Iterator[None]:
        """One of many: the others go on when it fails, unless the whole store is in trouble."""
        with apart(what):
            try:
                yield
            except Exception as error:
                self.trouble = self.trouble or error
                raise

    def complain(self) -> None:
        """Raises the first of what kept something from being erased."""
        if self.trouble is not None:
            raise self.trouble


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
        """Erases everything that `author` has written here, and their names. What can be erased is, before it raises
        what kept something from it."""
        names = self.known_as(author)
        done = _Done()
        while self._all(done, names, None, "author", by):  # until nothing came in meanwhile
            pass
        others = self.finish(done.ids, set(names))
        done.complain()
        return Erased(len(done.ids), others, names, done.unsent)

    def before(self, moment: datetime, by: str, at_most: int | None = None) -> Erased:
        """Erases what has not changed since `moment` and waits for nobody; raises as `author` does."""
        done = _Done()
        self._all(done, (), moment, "retention", by, at_most)
        others = self.finish(done.ids) + self._looks(set(), set(), moment)
        done.complain()
        return Erased(len(done.ids), others, (), done.unsent)

    def _all(self, done: _Done, names: Sequence[str], old: datetime | None, why: str, by: str,
             at_most: int | None = None) -> int:  # fmt: skip
        """Goes through what there is once. What cannot be erased keeps no other from it. Answers how many went."""
        went, after = 0, ""
        while at_most is None or went < at_most:
            size = BATCH if at_most is None else min(BATCH, at_most - went)
            found = self._store.to_erase(names, old, size, after)
            if not found:
                break
            for id_ in found:
                after = id_
                with done.apart(f"Erasing submission {id_}"):
                    submission = self._store.still_to_erase(id_, old)
                    if submission is None:
                        continue
                    known = names or (submission.author,)
                    told = self._erase(submission, known, why, by, only_as_seen=old is not None)
                    if told is not None:
                        done.unsent += told
                        done.ids.add(id_)
                        went += 1
        return went

    def finish(self, ids: Set[str] = frozenset(), names: Set[str] = frozenset()) -> int:
        """Takes what these erased submissions and people have left elsewhere out of there, and what those have left
        whose erasure was interrupted before it came to that. Answers how many rows changed."""
        ids = ids | {str(note["submission"]) for note in self._store.notes_about(erasure.UNSWEPT)}
        return self._looks(ids, names) + self._store.sweep(ids, names) if ids or names else 0

    def _looks(self, ids: Set[str], names: Set[str], before: datetime | None = None) -> int:
        """Sweeps kept digests and clusters, and has the channel show those digests as they are now."""

        def told(topic: str, key: str) -> Sequence[Delivery]:
            if topic != TOPIC:
                return ()
            payload = {PAYLOAD: key, ONLY_POSTED: True}
            return (Delivery(self._new_id(), DeliveryKind.NOTICE, self._clock(), payload=payload),)

        return self._store.sweep_looks(ids, names, before, told)

    def _erase(
        self, submission: Submission, names: Sequence[str], why: str, by: str, *, only_as_seen: bool = False
    ) -> int | None:
        """Answers how many approvals are not sent any more. What somebody changed meanwhile is erased as it is now;
        with `only_as_seen` it is young again and stays: None."""
        while True:
            try:
                moment = Moment(self._clock(), self._new_id)
                self._store.commit(erasure.erase(submission, set(names), why, by, moment))
                return self._unsent(submission.id)
            except Stale:
                fresh = self._store.submission(submission.id)
                if fresh is None or fresh.erased_at is not None:
                    return 0
                if only_as_seen and fresh.version != submission.version:
                    return None
                submission = fresh

    def _unsent(self, submission_id: str) -> int:
        erased = [one.event for one in self._store.events(submission_id) if one.event.kind == erasure.KIND]
        return sum(len(event.data["unsent"]) for event in erased[-1:])


class UnlessErased:
    """Does not send an approval whose words were erased meanwhile, however it came to be carried: waiting, taken by a
    courier before the erasure, or erased by an earlier version. It counts as done, so that what tells of the withdrawal
    goes out after it."""

    def __init__(self, inner: Notifier, submissions: Submissions) -> None:
        self._inner = inner
        self._submissions = submissions

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        if delivery.payload.get("type") == APPROVED:
            submission = self._submissions.submission(delivery.submission_id or "")
            if submission is not None and submission.erased_at is not None:
                return {"skipped": "its words were erased"}
        return self._inner.deliver(delivery)


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
            with apart("Forgetting the API's answers"):
                self._store.drop_answers(now - self._answers)
            self._store.strip_ended(now - self._delivered)


class Retention:
    """A chore of the courier: erases what is older than the policy keeps, a piece each time, and finishes what was
    interrupted, whoever began it."""

    def __init__(
        self, erasing: Erasure, clock: Clock, days: int | None, every: float = 600.0, piece: int = 200
    ) -> None:
        self._erasing = erasing
        self._clock = clock
        self._days = days
        self._piece = piece
        self._rhythm = Rhythm(clock, every)

    def __call__(self) -> None:
        if not self._rhythm.due():
            return
        if self._days is None:
            self._erasing.finish()
        else:
            self._erasing.before(self._clock() - timedelta(days=self._days), "gate", self._piece)
