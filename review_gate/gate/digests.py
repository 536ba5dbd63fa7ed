"""The daily look as use cases: made once a day, kept, marked by people."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from review_gate.domain.change import Change, Event
from review_gate.domain.errors import NotFound, NotPermitted
from review_gate.domain.lifecycle import REVIEWING
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.submission import Person, Submission
from review_gate.insight.digest import Digest, Sampled, digest
from review_gate.insight.sample import Estimate, Suggestion, Unseen, recall, stratified, suggest
from review_gate.ports import Clock, Filter, NewId, Store

TOPIC, MARKS = "digest", "digest_mark"
DAY = timedelta(days=1)
_digest: TypeAdapter[Digest] = TypeAdapter(Digest)


class Digests:
    """Makes, shows and marks digests. As a chore it makes the day's digest from the policy's hour on, once."""

    def __init__(self, store: Store, policy: Callable[[], Policy], clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
        self._new_id = new_id
        self._made: date | None = None

    def __call__(self) -> None:
        """Makes today's digest when it is time."""
        day = self.due()
        if day is not None and day != self._made:
            self.of(day)
            self._made = day

    def due(self) -> date | None:
        """The day whose digest is due now; None before the policy's hour."""
        policy = self._policy().digest
        here = self._clock().astimezone(ZoneInfo(policy.zone))
        return here.date() if here.hour >= policy.hour else None

    def of(self, day: date) -> Digest:
        """The digest that ends at the policy's hour of `day`, made now if nobody has yet: it stays as it was made.

        Raises NotFound for a day whose hour has not come, or that is too long ago to be made.
        """
        kept = self._store.note(TOPIC, day.isoformat())
        if kept is None:
            kept = self._store.put_note_once(TOPIC, day.isoformat(), _digest.dump_python(self._make(day), mode="json"))
        return self._with_marks(_digest.validate_python(kept, strict=False))

    def mark(self, day: date, reply_id: str, should_have_been_held: bool, person: Person) -> Digest:
        """A reviewer's word on one reply of the sample; the last word counts. Raises NotFound, NotPermitted."""
        if not person.roles & REVIEWING:
            raise NotPermitted(Message("Only a reviewer marks replies.", "Seul un relecteur marque les réponses."))
        found = self.of(day)
        if reply_id not in {item.id for item in found.sample}:
            raise NotFound(
                Message(f"There is no reply '{reply_id}' in the sample of {day}.",
                        f"Il n'y a pas de réponse « {reply_id} » dans l'échantillon du {day}.")
            )  # fmt: skip
        self._store.put_note(MARKS, reply_id, {"held": should_have_been_held, "by": person.id})
        data = {"reply": reply_id, "day": day.isoformat(), "should_have_been_held": should_have_been_held}
        self._store.commit(
            Change(events=(Event(self._new_id(), self._clock(), "digest.marked", person.id, None, data),))
        )
        return self._with_marks(found)

    def recall(self, found: Digest) -> Estimate | None:
        """Which part of what had to be held was held that day, as far as the marks tell."""
        return recall(found.strata, _marks(found), found.rightly, _dice(found.day))

    def suggestion(self, found: Digest) -> Suggestion | None:
        """A limit of the toxicity score to try with a replay."""
        return suggest(found.strata, _marks(found), {item.id: item.score for item in found.sample})

    def _make(self, day: date) -> Digest:
        policy = self._policy()
        hour = datetime(day.year, day.month, day.day, policy.digest.hour, tzinfo=ZoneInfo(policy.digest.zone))
        until = hour.astimezone(self._clock().tzinfo)
        oldest = self._clock() - timedelta(hours=policy.repetition.window_hours)
        if until > self._clock() or until <= oldest:
            raise NotFound(
                Message(f"There is no digest of {day}: it is made at {hour:%H:%M} {policy.digest.zone}, within a day.",
                        f"Pas de résumé du {day} : il est établi à {hour:%H:%M} {policy.digest.zone}, dans la journée.")
            )  # fmt: skip
        since = until - DAY
        sent = self._store.went_out(since, until)
        strata = stratified([Unseen(*row) for row in sent], policy.digest.sample, _dice(day))
        scores = {id_: score for id_, _, score in sent}
        chosen = self._store.replies_by_id([i for stratum in strata for i in stratum.sample])
        sample = [Sampled(r.id, r.bot, r.conversation, r.text, r.at, scores[r.id]) for r in chosen]
        breakers = [breaker.at(self._clock()) for breaker in self._store.breakers()]
        bots = [bot for _, bot, _ in sent]
        return digest(day, since, until, bots, self._submissions(since, until), breakers, strata, sample)

    def _submissions(self, since: datetime, until: datetime) -> list[Submission]:
        found: list[Submission] = []
        cursor = None
        while True:
            page = self._store.submissions(Filter(), cursor, 200)
            found += [item for item in page.items if since <= item.created_at < until]
            cursor = page.next
            if cursor is None or page.items[-1].created_at < since:
                return found

    def _with_marks(self, found: Digest) -> Digest:
        return replace(found, sample=tuple(self._marked(item) for item in found.sample))

    def _marked(self, item: Sampled) -> Sampled:
        note = self._store.note(MARKS, item.id)
        return item if note is None else replace(item, mark=bool(note["held"]), by=str(note["by"]))


def _dice(day: date) -> random.Random:
    """The same draws whenever a day is looked at."""
    return random.Random(day.toordinal())  # noqa: S311 - a sample, no secret


def _marks(found: Digest) -> dict[str, bool]:
    return {item.id: item.mark for item in found.sample if item.mark is not None}
