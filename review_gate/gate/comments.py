"""Internal notes about a submission: what reviewers say to each other while they decide. They never reach the author or
the publisher, and they are part of the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from review_gate.domain.change import Change, Delivery, Event, Idempotency
from review_gate.domain.errors import IdempotencyConflict, NotFound
from review_gate.domain.message import Message
from review_gate.domain.permits import require
from review_gate.domain.submission import Operation, Person
from review_gate.ports import Clock, NewId, Submissions

KIND = "submission.comment"
SCOPE = "comment"
MAX_COMMENT = 4000


class Comments:
    """Adds and lists notes. `add` takes a `key` that is the same when the same comment arrives again."""

    def __init__(self, store: Submissions, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def add(self, submission_id: str, person: Person, text: str, key: str, telling: Sequence[Delivery] = ()) -> bool:
        """False when this comment (by its key) is there already. `telling` goes out with it, or not at all. Raises
        NotFound, NotPermitted."""
        submission = self._store.submission(submission_id)
        if submission is None:
            raise NotFound(
                Message(
                    f"There is no submission '{submission_id}'.", f"La soumission « {submission_id} » n'existe pas."
                )
            )
        now = self._clock()
        require(Operation.COMMENT, submission, person, now)
        data = {"text": text[:MAX_COMMENT], "by_name": person.display_name, "revision": submission.revision}
        event = Event(self._new_id(), now, KIND, person.id, submission_id, data)
        try:
            once = Idempotency(SCOPE, key, "", 200, {}, now)
            self._store.commit(Change(events=(event,), deliveries=tuple(telling), idempotency=once))
        except IdempotencyConflict:
            return False
        return True

    def of(self, submission_id: str) -> Sequence[Event]:
        """Oldest first."""
        return [chained.event for chained in self._store.events(submission_id) if chained.event.kind == KIND]
