"""Slips drills among the real drafts, and hands in those of an exercise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from review_gate.domain import lifecycle, signoff
from review_gate.domain.change import Event, Idempotency, Moment
from review_gate.domain.drill import Scenario, choose, drawn
from review_gate.domain.errors import IdempotencyConflict
from review_gate.domain.submission import Submission
from review_gate.domain.verdict import Action
from review_gate.gate.apart import apart
from review_gate.gate.freezes import freezes_now
from review_gate.gate.reading import events_after
from review_gate.gate.rhythm import Rhythm
from review_gate.gate.screening import Screening
from review_gate.page_ports import PageStore
from review_gate.paging import pages
from review_gate.ports import Clock, Filter, NewId

TOPIC, POSITION, USED = "drills", "position", "used"
BATCH = 500
FRESH = timedelta(hours=1)
"""What came in earlier has no drill beside it, were drills switched off meanwhile or the courier away."""


class Drills:
    """A chore of the courier: beside some of the real drafts that came in it puts a made-up one. Any number may run
    side by side: a draft has one drill at most."""

    def __init__(
        self,
        store: PageStore,
        screening: Callable[[], Screening],
        scenarios: Sequence[Scenario],
        clock: Clock,
        new_id: NewId,
        every: float = 5.0,
    ) -> None:
        self._store = store
        self._screening = screening
        self.scenarios = scenarios
        self._clock = clock
        self._new_id = new_id
        self._rhythm = Rhythm(clock, every)

    def __call__(self) -> None:
        """Looks at what came in, when `every` seconds have passed."""
        if self._rhythm.due():
            self.look()

    def look(self) -> int:
        """Answers how many drills were put in. What came in before the first look has none."""
        there = self._store.note(TOPIC, POSITION)
        after = 0 if there is None else int(there["after"])
        put = 0
        while True:
            events, reached = events_after(self._store, after, BATCH)
            if reached == after:
                break
            for item in events if there is not None else ():
                with apart(f"A drill beside submission {item.event.submission_id}"):
                    put += self._beside(item.event)
            after = reached
        if there is None or after != int(there["after"]):
            self._store.put_note(TOPIC, POSITION, {"after": after})
        return put

    def run(self, scenario: Scenario, key: str | None = None) -> Submission | None:
        """Hands this one in now; None when there is one with this `key` already."""
        policy = self._screening().policy
        moment = Moment(self._clock(), self._new_id)
        draft = scenario.draft(moment.now, policy.drills.hours)
        # The class's own method: what is made up is not among what is measured, remembered or counted of a bot.
        verdict = Screening.screen(self._screening(), draft, moment.now)
        held = verdict if verdict.action is not Action.ALLOW else replace(verdict, action=Action.HOLD)
        asks = signoff.asked(policy.sign_off, draft, held)
        opened = lifecycle.open_submission(
            moment.id(), draft, held, scenario.author, moment, policy.approvals_needed, asks
        )
        change = lifecycle.drill(opened, scenario.marked)
        if key is not None:
            change = replace(change, idempotency=Idempotency("drill", key, "", 202, {}, moment.now))
        try:
            self._store.commit(change)
        except IdempotencyConflict:
            return None
        used = Counter(self._store.note(TOPIC, USED) or {})
        self._store.put_note(TOPIC, USED, {**used, scenario.name: used[scenario.name] + 1})
        return change.submission

    def next(self, scenarios: Sequence[Scenario], key: str = "") -> Scenario | None:
        """One of those that were used least; None when there is none."""
        return choose(scenarios, self._store.note(TOPIC, USED) or {}, key or self._new_id())

    def all(self) -> list[Submission]:
        """Every drill that was ever handed in, newest first."""
        drills = pages(lambda cursor: self._store.submissions(Filter(drills=True), cursor, 200))
        return [one for page in drills for one in page.items]

    def _beside(self, event: Event) -> bool:
        """In a crisis and out of hours people have enough to do with what is real."""
        policy = self._screening().policy
        if self._clock() - event.at > FRESH:
            return False
        real = event.kind == "submission.held" and "drill" not in event.data and event.submission_id is not None
        if not real or not drawn(str(event.submission_id), policy.drills.rate):
            return False
        now = self._clock()
        if freezes_now(self._store) or policy.on_call.out_of_hours(now) or self._today() >= policy.drills.per_day:
            return False
        wanted = policy.drills.packs
        offered = [one for one in self.scenarios if (one.marked.pack in wanted if wanted else not one.exercise)]
        beside = self._store.submission(str(event.submission_id))
        spoken = beside.verdict.lang if beside is not None else None
        same = [one for one in offered if one.lang == spoken] or offered
        scenario = self.next(same, str(event.submission_id))
        return scenario is not None and self.run(scenario, str(event.submission_id)) is not None

    def _today(self) -> int:
        day = self._clock().replace(hour=0, minute=0, second=0, microsecond=0)
        page = self._store.submissions(Filter(drills=True), limit=200)
        return sum(one.created_at >= day for one in page.items)
