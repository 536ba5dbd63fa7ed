"""The daily look as use cases: made once a day, kept, shown in the channel, marked by people."""

from __future__ import annotations

import contextlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from review_gate.domain.change import Change, Delivery, DeliveryKind, Event, Idempotency, Note
from review_gate.domain.days import in_words
from review_gate.domain.errors import IdempotencyConflict, NotFound, NotPermitted, Stale
from review_gate.domain.message import Message
from review_gate.domain.permits import REVIEWING
from review_gate.domain.policy import Policy
from review_gate.domain.submission import Person
from review_gate.gate.alerts import clusters_since
from review_gate.gate.reading import came_in
from review_gate.gate.rhythm import Rhythm
from review_gate.insight.digest import Digest, Sampled, counted, digest
from review_gate.insight.limits import Lately, Replay, lately, replay
from review_gate.insight.sample import BORDERS, Estimate, Stratum, Suggestion, recall, stratified, suggest, within
from review_gate.ports import Clock, NewId, Store

TOPIC, MARKS = "digest", "digest_mark"
PAYLOAD = "digest"
"""What a delivery says that is to show the digest of a day."""
ONLY_POSTED = "only_posted"
"""Says so in the same delivery when the digest is to be shown anew only where it was posted before."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TRY_SECONDS = 60.0
"""So long after it could not be made it is tried again: it is much work, and fills the log."""
DAYS = 30
"""So many days are looked at together."""
FRESH = timedelta(minutes=1)
"""For so long what went out today is not counted anew: a busy bot's day is hundreds of thousands of replies."""
_digest: TypeAdapter[Digest] = TypeAdapter(Digest)


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out without a person from `since` until before `until`: counted, and drawn from."""

    since: datetime
    until: datetime
    scores: Mapping[str, Mapping[int, int]]
    strata: tuple[Stratum, ...]


class Digests:
    """Makes, shows and marks digests. As a chore it makes the day's digest from the policy's hour on, once, and has it
    told in the channel unless there is nothing to tell."""

    def __init__(self, store: Store, policy: Callable[[], Policy], clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
        self._new_id = new_id
        self._made: date | None = None
        self._tries = Rhythm(clock, TRY_SECONDS)
        self._so_far: Sent | None = None

    def __call__(self) -> None:
        """Makes today's digest when it is time."""
        day = self.due()
        if day is not None and day != self._made and self._tries.due():
            if not self.of(day).quiet:
                once = Idempotency(TOPIC, day.isoformat(), "", 200, {}, self._clock())
                with contextlib.suppress(IdempotencyConflict):  # another courier was faster
                    self._store.commit(Change(deliveries=(self._shown(day),), idempotency=once))
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
            until = self._until(day)
            made = self._make(day, until, self._sent(day, self._hour(day - DAY), until))
            kept = self._store.put_note_once(TOPIC, day.isoformat(), _digest.dump_python(made, mode="json"))
        return self._with_marks(_digest.validate_python(kept, strict=False))

    def so_far(self) -> Digest:
        """What has happened since the last digest's hour: not kept, and not to be marked yet. What went out is as it
        was within the last minute, all else as it is now."""
        here = self._clock().astimezone(ZoneInfo(self._policy().digest.zone))
        day = here.date() + timedelta(days=1) if self.due() is not None else here.date()
        now, since = self._clock(), self._hour(day - DAY)
        sent = self._so_far
        if sent is None or sent.since != since or not timedelta() <= now - sent.until < FRESH:
            self._so_far = sent = self._sent(day, since, now)
        return self._make(day, now, sent)

    def last(self, until: date | None = None, days: int = DAYS) -> tuple[Digest, ...]:
        """The digests of the last `days` days up to `until` (today) that were made, oldest first."""
        end = until or self._clock().astimezone(ZoneInfo(self._policy().digest.zone)).date()
        kept = (self._store.note(TOPIC, (end - n * DAY).isoformat()) for n in range(days - 1, -1, -1))
        return tuple(self._with_marks(_digest.validate_python(one, strict=False)) for one in kept if one is not None)

    def days(self, count: int = DAYS) -> tuple[date, ...]:
        """The days of the last `count` whose digest was made, the newest first."""
        today = self._clock().astimezone(ZoneInfo(self._policy().digest.zone)).date()
        every = (today - n * DAY for n in range(count))
        return tuple(day for day in every if self._store.note(TOPIC, day.isoformat()) is not None)

    def lately(self, until: date | None = None) -> Lately:
        """What the marks of a month tell together."""
        found = self.last(until)
        return lately(found, random.Random(len(found)))  # noqa: S311 - an interval, no secret

    def try_limit(self, limit: float, until: date | None = None) -> Replay:
        """What a hold from this score on would have held over a month, besides what was held."""
        return replay(self.last(until), limit)

    def mark(self, day: date, reply_id: str, should_have_been_held: bool, person: Person) -> Digest:
        """A reviewer's word on one reply of the sample; the last word counts. Raises NotFound, NotPermitted."""
        if not person.roles & REVIEWING:
            raise NotPermitted(Message("Only a reviewer marks replies.", "Seul un relecteur marque les réponses."))
        found = self.of(day)
        if reply_id not in {item.id for item in found.sample}:
            raise NotFound(
                Message(f"There is no reply '{reply_id}' in the sample of {in_words(day)}.",
                        f"Il n'y a pas de réponse « {reply_id} » dans l'échantillon du {in_words(day).fr}.")
            )  # fmt: skip
        said = {"held": should_have_been_held, "by": person.id}
        data = {"reply": reply_id, "day": day.isoformat(), "should_have_been_held": should_have_been_held}
        event = Event(self._new_id(), self._clock(), "digest.marked", person.id, None, data)
        while True:
            note = Note(MARKS, reply_id, said, self._store.note(MARKS, reply_id))
            with contextlib.suppress(Stale):  # somebody marked it at the same moment
                self._store.commit(Change(events=(event,), deliveries=(self._shown(day),), notes=(note,)))
                return self._with_marks(found)

    def recall(self, found: Digest) -> Estimate | None:
        """Which part of what had to be held was held that day, as far as the marks tell."""
        return recall(found.strata, found.marks, found.rightly, _dice(found.day), found.undecided)

    def suggestion(self, found: Digest) -> Suggestion | None:
        """A limit of the toxicity score to try with a replay."""
        return suggest(found.strata, found.marks, {item.id: item.score for item in found.sample})

    def _until(self, day: date) -> datetime:
        """When the digest of `day` ends. Raises NotFound for a day whose hour has not come, or that is too long ago."""
        policy, now = self._policy(), self._clock()
        oldest = now - max(timedelta(hours=policy.repetition.window_hours), DAY)
        near = abs(day - now.date()) <= timedelta(days=400)  # the year 1 has no hour in every zone
        until = self._hour(day) if near else oldest
        if until > now or until <= oldest:
            at = f"{policy.digest.hour:02}:00 {policy.digest.zone}"
            raise NotFound(
                Message(f"There is no digest of {in_words(day)}: it is made at {at}, within a day.",
                        f"Pas de résumé du {in_words(day).fr} : il est établi à {at}, dans la journée.")
            )  # fmt: skip
        return until

    def _hour(self, day: date) -> datetime:
        policy = self._policy().digest
        here = datetime(day.year, day.month, day.day, policy.hour, tzinfo=ZoneInfo(policy.zone))
        return here.astimezone(self._clock().tzinfo)

    def _sent(self, day: date, since: datetime, until: datetime) -> Sent:
        """Has every reply of that time counted, hour by hour, and reads which ones are drawn: a day may be a million.
        `since` is the hour of the day before in its zone, be it 23 or 25 hours away."""
        starts = [since + n * HOUR for n in range(ceil((until - since) / HOUR))]
        found = [(at, one) for at in starts for one in self._store.went_out(at, min(until, at + HOUR), BORDERS)]
        hours: dict[tuple[str, int], Counter[datetime]] = defaultdict(Counter)
        for at, one in found:
            hours[one.bot, one.reached][at] += one.count

        def ids(which: tuple[str, int], places: Sequence[int]) -> list[str]:
            """Looked for within the hour: counting through a whole day for each would take longer than all else."""
            drawn = (
                self._store.went_out_id(at, min(until, at + HOUR), BORDERS, which, place)
                for at, place in within(hours[which], places)
            )
            return [id_ for id_ in drawn if id_ is not None]

        sizes = {which: by_hour.total() for which, by_hour in hours.items()}
        strata = stratified(sizes, self._policy().digest.sample, _dice(day), ids)
        return Sent(since, until, counted((one.bot, one.hundredths, one.count) for _, one in found), strata)

    def _make(self, day: date, until: datetime, sent: Sent) -> Digest:
        chosen = self._store.replies_by_id([i for stratum in sent.strata for i in stratum.sample])
        sample = [Sampled(r.id, r.bot, r.conversation, r.text, r.at, r.score) for r in chosen]
        breakers = [breaker.at(self._clock()) for breaker in self._store.breakers()]
        clusters = [cluster for cluster in clusters_since(self._store, sent.since) if cluster.at < until]
        found = came_in(self._store, sent.since, until)
        return digest(
            day, sent.since, until, sent.scores, found.items, breakers, sent.strata, sample, clusters, found.unread
        )

    def _shown(self, day: date) -> Delivery:
        """Makes the channel show the digest as it is now."""
        return Delivery(self._new_id(), DeliveryKind.NOTICE, self._clock(), payload={PAYLOAD: day.isoformat()})

    def _with_marks(self, found: Digest) -> Digest:
        return replace(found, sample=tuple(self._marked(item) for item in found.sample))

    def _marked(self, item: Sampled) -> Sampled:
        note = self._store.note(MARKS, item.id)
        return item if note is None else replace(item, mark=bool(note["held"]), by=str(note["by"]))


def _dice(day: date) -> random.Random:
    """The same draws whenever a day is looked at."""
    return random.Random(day.toordinal())  # noqa: S311 - a sample, no secret
