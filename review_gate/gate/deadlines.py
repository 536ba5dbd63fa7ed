"""Planned times: nobody has decided in time, so the draft does not go out; and nobody is left to find that out late."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from review_gate.domain import unattended
from review_gate.domain.change import Moment
from review_gate.domain.errors import Stale
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.submission import Submission
from review_gate.gate.apart import Resting
from review_gate.gate.rhythm import Rhythm
from review_gate.page_ports import PageStore, Waiting
from review_gate.paging import pages
from review_gate.ports import Clock, NewId, StoreDamaged

log = logging.getLogger(__name__)

BATCH = 50
Tell = Callable[[Submission, Message, str], None]
"""Tells the author of a submission something, once for the same key."""


class Deadlines:
    """A chore of the courier. `run` looks for held submissions whose planned time is near or past.

    `policy.remind_minutes` before the planned time the author is told; at the last of them it also goes to the senior
    group. At the planned time it expires: silence is no approval. Two couriers at once do no harm: one of them loses
    the race and looks again. A submission that makes trouble, or cannot be read, keeps no other from its time.
    """

    def __init__(
        self,
        store: PageStore,
        policy: Callable[[], Policy],
        clock: Clock,
        new_id: NewId,
        tell: Tell,
        every: float = 5.0,
    ) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
        self._new_id = new_id
        self._tell = tell
        self._rhythm = Rhythm(clock, every)
        self._each = Resting(clock)

    def __call__(self) -> None:
        """Runs, when `every` seconds have passed since the last time."""
        if self._rhythm.due():
            self.run()

    def run(self) -> int:
        """Answers how many submissions were changed."""
        now = self._clock()
        reminders = sorted(self._policy().remind_minutes, reverse=True)
        horizon = now + timedelta(minutes=reminders[0] if reminders else 0, seconds=1)  # the exact minute counts
        return sum(
            self._each.look(
                one.id,
                f"The planned time of submission {one.id}",
                partial(self._look_at, one, reminders),
                otherwise=False,
            )
            for one in self._near(horizon)
        )

    def _near(self, horizon: datetime) -> Iterator[Submission]:
        """What is held and planned before then, the earliest first."""
        near = pages(lambda cursor: self._store.queue(Waiting(due_before=horizon), cursor, BATCH))
        while True:
            try:
                page = next(near, None)
            except (StoreDamaged, ValueError):  # one of them cannot be read: all others, then
                yield from self._one_by_one(horizon)
                return
            if page is None:
                return
            yield from page.items

    def _one_by_one(self, horizon: datetime) -> Iterator[Submission]:
        for id_ in self._store.held_before(horizon):
            read = partial(self._store.submission, id_)
            found = self._each.look(id_, f"Reading submission {id_}, whose time is near,", read, otherwise=None)
            if found is not None:
                yield found

    def _look_at(self, submission: Submission, reminders: list[int]) -> bool:
        planned = submission.draft.planned_at
        if planned is None:
            return False
        moment = Moment(self._clock(), self._new_id)
        left = (planned - moment.now).total_seconds() / 60
        try:
            if left <= 0:
                self._store.commit(unattended.expire(submission, moment))
                return True
            if submission.drill is not None:  # nobody is hurried or called for what is made up
                return False
            due = [minutes for minutes in reminders if left <= minutes]
            if due:
                key = f"{submission.id}:{submission.revision}:{due[-1]}"
                self._remind(submission, left, f"late:{key}")
            if due and due[-1] == reminders[-1] and not submission.escalated:
                self._store.commit(unattended.escalate_late(submission, moment))
                return True
        except Stale:
            log.info("Submission %s changed meanwhile", submission.id)
        return False

    def _remind(self, submission: Submission, minutes_left: float, key: str) -> None:
        """A notice that cannot be noted is tried again next round; it keeps nobody else from theirs, nor this
        submission from the seniors."""
        try:
            self._tell(submission, _late(submission, minutes_left), key)
        except Exception:
            log.exception("The author of submission %s could not be reminded; trying again", submission.id)


def _late(submission: Submission, minutes_left: float) -> Message:
    text = " ".join(submission.draft.text.split())
    text = text if len(text) <= 80 else text[:79] + "…"
    minutes = max(1, round(minutes_left))
    return Message(
        f"⏳ Nobody has decided yet about your draft “{text}”. Its planned time is in {minutes} minutes: without an "
        "approval by then it does not go out.",
        f"⏳ Personne n'a encore décidé de votre brouillon « {text} ». Il est prévu dans {minutes} minutes : sans "
        "approbation d'ici là, il ne part pas.",
    )
