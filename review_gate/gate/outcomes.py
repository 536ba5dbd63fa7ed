"""Takes reports of what happened after something went out. Saying the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from review_gate.domain.change import Change, Event, Idempotency
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.errors import NotFound, NotPermitted
from review_gate.domain.message import Message
from review_gate.domain.outcome import About, Circumstances, Outcome, Readings
from review_gate.domain.permits import STATE_WORDS
from review_gate.domain.publication import Stage
from review_gate.domain.submission import Answer, Decision, Person, Submission
from review_gate.domain.template import find
from review_gate.domain.verdict import Action, Source, Verdict
from review_gate.gate.again import again
from review_gate.gate.releases import USED
from review_gate.ports import Clock, NewId, Notes, Store

KIND = "outcome.reported"
Record = Callable[[Outcome], Idempotency]
Made = TypeVar("Made")


class Outcomes:
    """`screen` says what the screening thinks of a text alone, for replies whose verdict was not kept."""

    def __init__(self, store: Store, screen: Callable[[Draft], Verdict], clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._screen = screen
        self._clock = clock
        self._new_id = new_id

    def get(self, id_: str) -> Outcome:
        """Raises NotFound when nothing was reported about it."""
        found = self._store.outcome(id_)
        if found is None:
            raise NotFound(
                Message(
                    f"Nothing has been reported about '{id_}' yet: POST its outcome to the same address.",
                    f"Rien n'a encore été signalé au sujet de « {id_} » : envoyez son bilan par POST à cette adresse.",
                )
            )
        return found

    def version(self, id_: str) -> int:
        """How many reports about it have changed something; 0: none."""
        found = self._store.outcome(id_)
        return found.version if found is not None else 0

    def of_submission(
        self,
        submission_id: str,
        readings: Readings,
        person: Person,
        published_at: datetime | None = None,
        record: Record | None = None,
    ) -> Outcome:
        """What happened to a submission that went out (`published_at`, else its planned time, else its approval).

        Raises NotFound, and NotPermitted for one that nobody ever approved.
        """

        def how() -> Circumstances:
            submission = self._store.submission(submission_id)
            if submission is None:
                raise NotFound(
                    Message(
                        f"There is no submission '{submission_id}'.", f"La soumission « {submission_id} » n'existe pas."
                    )
                )
            return self._of_submission(submission, published_at)

        return self._report(submission_id, About.SUBMISSION, readings, person, how, record)

    def of_reply(
        self,
        reply_id: str,
        readings: Readings,
        person: Person,
        bot: str | None = None,
        record: Record | None = None,
    ) -> Outcome:
        """What happened to a bot's reply that the check allowed: `reply.id` of its answer.

        The memory of replies is short: for one that it has forgotten `bot` says whose it was, and its time is read from
        the id. Raises NotFound, and NotPermitted for a reply that was held.
        """
        return self._report(
            reply_id, About.REPLY, readings, person, lambda: self._of_reply(reply_id, bot), record
        )  # fmt: skip

    def _report(
        self,
        id_: str,
        about: About,
        readings: Readings,
        person: Person,
        how: Callable[[], Circumstances],
        record: Record | None,
    ) -> Outcome:
        # Somebody else may report about the same meanwhile.
        return again(lambda: self._report_once(id_, about, readings, person, how, record), tries=6)

    def _report_once(
        self,
        id_: str,
        about: About,
        readings: Readings,
        person: Person,
        how: Callable[[], Circumstances],
        record: Record | None,
    ) -> Outcome:
        known, now = self._store.outcome(id_), self._clock()
        whole = readings if known is None else readings.over(known.readings)
        if known is not None and whole == known.readings:
            if record is not None:
                self._store.commit(Change(idempotency=record(known)))
            return known
        made = Outcome(
            id_, about, 1 if known is None else known.version + 1, whole,
            how() if known is None else known.circumstances, person.id, now,
        )  # fmt: skip
        event = Event(
            self._new_id(), now, KIND, person.id, id_ if about is About.SUBMISSION else None, _told(made, person)
        )
        self._store.commit(Change(outcome=made, events=(event,), idempotency=record(made) if record else None))
        return made

    def _of_submission(self, submission: Submission, published_at: datetime | None) -> Circumstances:
        draft, last = submission.draft, last_approval(submission)
        if last is None:
            state = STATE_WORDS[submission.state]
            raise NotPermitted(
                Message(
                    f"Nobody approved this submission (it is {state.en}), so it cannot have gone out.",
                    f"Personne n'a approuvé cette soumission ({state.fr}) : elle n'a pas pu partir.",
                )
            )
        return Circumstances(
            draft.text, published_at or went_out_at(self._store, submission, last, self._clock()),
            int(submission.verdict.severity), *_reasons(submission.verdict),
            bot=draft.bot, channel=draft.channel, market=draft.market, template=submission.verdict.template,
            approved_by=last.by_name or last.by,
        )  # fmt: skip

    def _of_reply(self, reply_id: str, bot: str | None) -> Circumstances:
        found = self._store.replies_by_id([reply_id])
        if found and found[0].action is not Action.ALLOW:
            raise NotPermitted(
                Message(
                    "This reply was held: report the outcome of the submission that the check named.",
                    "Cette réponse a été retenue : signalez le bilan de la soumission indiquée par le contrôle.",
                )
            )
        if not found:
            went_out = _time_of(reply_id)
            if went_out is None or bot is None or self._store.breaker(bot) is None or went_out > self._clock():
                raise NotFound(
                    Message(
                        f"The gate does not remember a reply '{reply_id}'. Give the id from the check's answer, and"
                        " 'bot', the bot's name, for one that is older than the memory.",
                        f"Le portail n'a pas gardé de réponse « {reply_id} ». Donnez l'identifiant reçu du contrôle et,"
                        " pour une réponse plus ancienne que la mémoire, « bot », le nom du bot.",
                    )
                )
            return Circumstances("", went_out, 0, bot=bot)
        reply = found[0]
        draft = Draft(reply.text, kind=Kind.REPLY)
        verdict = self._screen(draft)
        filled = find(self._store.templates(), draft, reply.at)
        return Circumstances(
            reply.text, reply.at, int(verdict.severity), *_reasons(verdict), bot=reply.bot,
            template=filled.template.name if filled else None,
        )  # fmt: skip


def last_approval(submission: Submission) -> Decision | None:
    """The approval that it went out on; None when nobody ever approved it, or when it is a drill, which never does."""
    if submission.drill is not None:
        return None
    return next((one for one in reversed(submission.decisions) if one.answer is Answer.APPROVE), None)


def went_out_at(notes: Notes, submission: Submission, approval: Decision, now: datetime) -> datetime:
    """When a connector put it out; else when its release token was used up; else the planned time, where that lies
    between the approval and `now`; else the approval: what is reported about has gone out."""
    out = submission.publication
    if out is not None and out.stage is Stage.PUBLISHED and out.at is not None:
        return out.at
    used = notes.note(USED, approval.id)
    if used is not None:
        return datetime.fromisoformat(str(used["at"]))
    planned = submission.draft.planned_at
    return planned if planned is not None and approval.at < planned <= now else approval.at


def _reasons(verdict: Verdict) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Categories and rules of every reason, whatever its severity: what was let through may have been seen."""
    reasons = [reason for reason in verdict.reasons if reason.source is not Source.POLICY]
    categories = dict.fromkeys(reason.category for reason in reasons if reason.category)
    return tuple(categories), tuple(dict.fromkeys(reason.name for reason in reasons))


def _time_of(id_: str) -> datetime | None:
    """The time in a UUIDv7 (RFC 9562: its first 48 bits are milliseconds since 1970); None for any other text."""
    try:
        parsed = UUID(id_)
    except ValueError:
        return None
    return datetime.fromtimestamp((parsed.int >> 80) / 1000, UTC) if parsed.version == 7 else None


def _told(outcome: Outcome, person: Person) -> dict[str, object]:
    """What the audit log says: the readings that are known now."""
    readings = outcome.readings
    known = {
        name: value
        for name in ("complaints", "deleted", "csat", "effort", "nps", "note")
        if (value := getattr(readings, name)) is not None
    }
    return {"about": outcome.about.value, "id": outcome.id, "by_name": person.display_name, **known}
