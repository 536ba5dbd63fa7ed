"""Freeze a market or the brand in a crisis, and lift it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from review_gate.domain import lifecycle
from review_gate.domain.change import Change, Delivery, Event, Moment, Note
from review_gate.domain.context import MARKET_LANGUAGES
from review_gate.domain.errors import NotFound, NotPermitted, Stale
from review_gate.domain.freeze import BRAND, Freeze, frozen
from review_gate.domain.message import Message
from review_gate.domain.outgoing import APPROVED
from review_gate.domain.permits import LEADING
from review_gate.domain.publication import Stage
from review_gate.domain.submission import Person, State, Submission
from review_gate.gate.apart import apart
from review_gate.gate.reading import approved_after
from review_gate.ports import Clock, NewId, Notes, Notifier, Store, Undeliverable

TOPIC, KEY = "freeze", "now"
"""All freezes are one note, so that one read tells what is frozen."""

RACES = 5
"""So often one is called back that somebody changes at that moment."""

AGAIN_SECONDS = 60.0
"""How long an approval's webhook waits before it looks again whether the freeze is lifted."""


def freezes_now(notes: Notes) -> tuple[Freeze, ...]:
    """What is frozen, by scope."""
    there = notes.note(TOPIC, KEY) or {}
    return tuple(_freeze(scope, value) for scope, value in sorted(there.items()))


def freeze_of(notes: Notes, market: str | None) -> Freeze | None:
    """The freeze that stops what goes out for `market`, None when nothing does."""
    return next((freeze for freeze in freezes_now(notes) if freeze.covers(market)), None)


class Freezes:
    """What leads do in a crisis. The freeze counts from the moment its note and its event are written."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def all(self) -> tuple[Freeze, ...]:
        return freezes_now(self._store)

    def freeze(self, scope: str, why: str, person: Person) -> tuple[Freeze, int]:
        """Stops everything in `scope` (BRAND or a market) and sends what was approved for later back to the queue.

        Answers the freeze, and how many went back. Raises NotPermitted for anybody but a lead.
        """
        self._require_lead(person)
        now = self._clock()
        freeze = Freeze(scope, person.id, person.display_name, now, why)
        noted = {"by": person.id, "by_name": person.display_name, "at": now.isoformat(), "why": why}
        while not self._written((there := self._read()), {**(there or {}), scope: noted}, "freeze.on", freeze):
            pass  # another freeze came in between: both count
        return freeze, sum(self._recall_apart(submission, freeze) for submission in self._planned(freeze))

    def lift(self, scope: str, why: str, person: Person) -> Freeze:
        """Raises NotPermitted for anybody but a lead, NotFound when this is not frozen."""
        self._require_lead(person)
        lifted = Freeze(scope, person.id, person.display_name, self._clock(), why)
        while True:
            there = self._read() or {}
            if scope not in there:
                known = ", ".join(sorted(there)) or "-"
                raise NotFound(
                    Message(
                        f"'{scope}' is not frozen. Frozen: {known}.", f"« {scope} » n'est pas gelé. Gelés : {known}."
                    )
                )
            left = {name: value for name, value in there.items() if name != scope}
            if self._written(there, left, "freeze.off", lifted):
                return lifted

    def _planned(self, freeze: Freeze) -> list[Submission]:
        """What is approved, in scope, and planned for later: not all that was ever approved is read for it."""
        each = approved_after(self._store, freeze.at)
        return [item for item in each if freeze.covers(item.draft.market)]

    def _recall_apart(self, submission: Submission, freeze: Freeze) -> bool:
        """What cannot be called back leaves no other approved: it would go out when the freeze is lifted."""
        with apart(f"Calling back submission {submission.id}"):
            return self._recall(submission, freeze)
        return False

    def _recall(self, submission: Submission, freeze: Freeze) -> bool:
        """Also when somebody changes it at that moment, as long as it stays approved: its pictures were looked at,
        say. What was decided or put out meanwhile stays as it is."""
        for _ in range(RACES):
            verdict = frozen(submission.verdict, freeze)
            moment = Moment(self._clock(), self._new_id)
            try:
                self._store.commit(lifecycle.recall(submission, verdict, freeze.by, freeze.why, moment))
            except Stale:
                fresh = self._store.submission(submission.id)
                if fresh is None or fresh.state is not State.APPROVED or _is_out(fresh):
                    return False
                submission = fresh
            else:
                return True
        raise RuntimeError("it kept changing")

    def _read(self) -> Mapping[str, Any] | None:
        return self._store.note(TOPIC, KEY)

    def _written(self, was: Mapping[str, Any] | None, scopes: Mapping[str, Any], kind: str, freeze: Freeze) -> bool:
        """Note and event in one; False when somebody else changed the note meanwhile."""
        data = {"scope": freeze.scope, "why": freeze.why, "by_name": freeze.by_name}
        event = Event(self._new_id(), freeze.at, kind, freeze.by, None, data)
        try:
            self._store.commit(Change(events=(event,), notes=(Note(TOPIC, KEY, scopes, was),)))
        except Stale:
            return False
        return True

    @staticmethod
    def _require_lead(person: Person) -> None:
        if not person.roles & LEADING:
            raise NotPermitted(
                Message("Only a lead freezes or lifts a freeze.", "Seul un responsable gèle ou lève un gel.")
            )


def scope_of(word: str) -> str:
    """The scope that `word` names. Raises ValueError, with what to write, for one that is none."""
    if word == BRAND or (len(word) == 2 and word.isalpha() and word.isupper()):
        return word
    known = ", ".join(sorted(MARKET_LANGUAGES))
    raise ValueError(f"'{word}' is no scope: write '{BRAND}' or a market in two capitals ({known}, …)")


class FreezingNotifier:
    """Keeps an approval's webhook, and the release token in it, back while its market is frozen. However long that
    takes, it has all its tries when the freeze is lifted."""

    def __init__(self, inner: Notifier, notes: Notes) -> None:
        self._inner = inner
        self._notes = notes

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        if delivery.payload.get("type") == APPROVED:
            freeze = freeze_of(self._notes, delivery.payload["data"]["market"])
            if freeze is not None:
                raise Undeliverable(f"frozen: {freeze.scope}", waits=AGAIN_SECONDS)
        return self._inner.deliver(delivery)


def _is_out(submission: Submission) -> bool:
    return submission.publication is not None and submission.publication.stage is Stage.PUBLISHED


def _freeze(scope: str, value: Mapping[str, Any]) -> Freeze:
    return Freeze(scope, value["by"], value["by_name"], datetime.fromisoformat(value["at"]), value["why"])
