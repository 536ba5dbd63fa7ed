"""The life of a submission: who may do what, and what each step leaves behind. Pure: the caller brings time and ids.

held --approve--> approved          held --request_changes--> changes_requested --revise--> held
held --reject--> rejected           any but the final ones --withdraw--> withdrawn
held --expire--> expired            approved --revise, recall--> held (the approval is void)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from review_gate.domain.change import Change, Delivery, DeliveryKind, Event
from review_gate.domain.draft import Draft
from review_gate.domain.errors import NotPermitted, Stale
from review_gate.domain.message import Message
from review_gate.domain.publication import Publication, Stage
from review_gate.domain.signoff import LEAD, counts, missing, standing, told
from review_gate.domain.statement import statement
from review_gate.domain.submission import (
    FINAL,
    Answer,
    Claim,
    Decision,
    Drill,
    Operation,
    Person,
    Requirement,
    Role,
    State,
    Submission,
)
from review_gate.domain.verdict import Severity, Verdict

REVIEWING = frozenset({Role.REVIEWER, Role.LEAD, Role.ADMIN})
LEADING = frozenset({Role.LEAD, Role.ADMIN})

STATE_AFTER = {
    Answer.APPROVE: State.APPROVED,
    Answer.REQUEST_CHANGES: State.CHANGES_REQUESTED,
    Answer.REJECT: State.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """When it happens, and the ids for what it leaves behind (one per event and delivery, in order of use)."""

    now: datetime
    new_id: Any

    def id(self) -> str:
        return str(self.new_id())


def permitted_actions(submission: Submission, person: Person, now: datetime) -> frozenset[Operation]:
    """What `person` may do to `submission` at `now`. Draws the buttons and guards the click: both ask here.

    An author never decides about their own draft. Somebody else's claim leaves only leads to decide. What the
    screening blocks only a lead may approve. Nobody approves the same text twice, nor when nobody asks for their
    approval: who else has to, `signoff.missing` tells.
    """
    if submission.state in FINAL:
        return frozenset()
    if submission.is_published:
        return frozenset({Operation.COMMENT})
    own = submission.is_own(person)
    allowed: set[Operation] = {Operation.COMMENT}
    if own or person.roles & LEADING:
        allowed.add(Operation.WITHDRAW)
    if own:
        allowed.add(Operation.REVISE)
    if submission.state is State.HELD and not own and person.roles & REVIEWING:
        lead = bool(person.roles & LEADING)
        if lead or not submission.claimed_by_other(person, now):
            allowed |= {Operation.APPROVE, Operation.REQUEST_CHANGES, Operation.REJECT, Operation.ESCALATE}
            held_by_me = submission.claim is not None and person.is_(submission.claim.by)
            allowed.add(Operation.HAND_BACK if held_by_me and submission.claim_holds(now) else Operation.CLAIM)
        if not counts(submission, person):
            allowed.discard(Operation.APPROVE)
        if submission.escalated:
            allowed.discard(Operation.ESCALATE)
        if Operation.APPROVE in allowed:
            allowed.add(Operation.EDIT)
        if submission.repeats and not submission.may_repeat and Operation.REQUEST_CHANGES in allowed:
            allowed.add(Operation.ALLOW_REPEAT)
    return frozenset(allowed)


def require(operation: Operation, submission: Submission, person: Person, now: datetime) -> None:
    """Raises NotPermitted, with the sentence that tells why, unless `person` may do `operation` now."""
    if operation not in permitted_actions(submission, person, now):
        raise NotPermitted(_why_not(operation, submission, person, now))


def _why_not(operation: Operation, submission: Submission, person: Person, now: datetime) -> Message:
    if submission.is_published and submission.publication is not None:
        where = submission.publication.url or submission.publication.via
        return Message(
            f"It has gone out already ({where}): correct or delete it there. Nothing was changed.",
            f"C'est déjà publié ({where}) : corrigez ou supprimez là-bas. Rien n'a été modifié.",
        )
    if submission.state in FINAL or (submission.state is not State.HELD and operation is not Operation.WITHDRAW):
        state = submission.state.value
        return Message(
            f"This submission is already {STATE_WORDS[submission.state].en}: nothing was changed. (state: {state})",
            f"Cette soumission est déjà {STATE_WORDS[submission.state].fr} : rien n'a été modifié. (état : {state})",
        )
    if submission.is_own(person):
        return Message(
            "This is your own draft: somebody else has to decide about it.",
            "C'est votre propre brouillon : la décision revient à quelqu'un d'autre.",
        )
    if submission.claim is not None and submission.claimed_by_other(person, now):
        by = submission.claim.by_name
        return Message(
            f"{by} has claimed this submission: ask them, or wait until the claim ends.",
            f"{by} a pris en charge cette soumission : voyez ensemble, ou attendez la fin de la prise en charge.",
        )
    if operation is Operation.APPROVE and any(person.is_(d.by) for d in submission.approvals):
        return Message(
            "You have approved this text already: a second person is needed.",
            "Vous avez déjà approuvé ce texte : il faut une deuxième personne.",
        )
    if operation in {Operation.APPROVE, Operation.EDIT} and person.roles & REVIEWING:
        if {one.groups for one in missing(submission)} == {(LEAD,)} and submission.verdict.severity is Severity.BLOCK:
            return Message(
                "The screening blocks this text: only a lead may approve it. Ask for changes or escalate.",
                "Ce texte est bloqué : seul un responsable peut l'approuver. Demandez des changements ou escaladez.",
            )
        needed = told(missing(submission))
        return Message(
            f"Your approval is not the one that is missing. Still needed: {needed.en}.",
            f"Ce n'est pas votre approbation qui manque. Il faut encore : {needed.fr}.",
        )
    if operation is Operation.ALLOW_REPEAT and person.roles & REVIEWING:
        name = submission.may_repeat
        return Message(
            f"{name} has allowed this already." if name else "This text is held for no repetition: nothing to allow.",
            f"{name} l'a déjà autorisé." if name else "Ce texte n'est pas retenu pour répétition : rien à autoriser.",
        )
    return Message(
        f"You may not do this ({operation.value}) here: it needs another role.",
        f"Vous ne pouvez pas faire cela ({operation.value}) ici : il faut un autre rôle.",
    )


STATE_WORDS = {
    State.HELD: Message("held", "en attente"),
    State.APPROVED: Message("approved", "approuvée"),
    State.CHANGES_REQUESTED: Message("sent back for changes", "renvoyée pour modification"),
    State.REJECTED: Message("rejected", "refusée"),
    State.WITHDRAWN: Message("withdrawn", "retirée"),
    State.EXPIRED: Message("expired", "expirée"),
}


def check_seen(submission: Submission, revision: int, text_sha256: str) -> None:
    """Raises Stale unless what the person saw (revision and text hash) is what is there now."""
    if submission.revision != revision or submission.text_sha256 != text_sha256:
        raise Stale(
            Message(
                "The text has changed since this was shown to you: nothing was decided. Look at the new text first.",
                "Le texte a changé depuis que vous l'avez vu : rien n'a été décidé. Regardez d'abord le nouveau texte.",
            )
        )


def open_submission(
    submission_id: str, draft: Draft, verdict: Verdict, submitted_by: str, moment: Moment, approvals_needed: int = 1,
    sign_off: tuple[Requirement, ...] = (),
) -> Change:  # fmt: skip
    """A new submission, held for a person. Its author is the draft's, else who handed it in. What has to be approved
    by whom (`approvals_needed`, `sign_off`) is fixed here, until there is a new text."""
    author = draft.author or submitted_by
    submission = Submission(
        id=submission_id,
        draft=draft,
        verdict=verdict,
        state=State.HELD,
        version=1,
        revision=1,
        author=author,
        submitted_by=submitted_by,
        created_at=moment.now,
        updated_at=moment.now,
        approvals_needed=approvals_needed,
        sign_off=sign_off,
    )
    data = {"text_sha256": submission.text_sha256, "action": verdict.action.value, "severity": verdict.severity.word}
    return Change(
        submission=submission,
        expected_version=0,
        events=(_event(submission, "submission.held", submitted_by, moment, data),),
        deliveries=(_card(submission, moment), *_media(submission, moment)),
    )


def urgent(opened: Change, moment: Moment, why: dict[str, Any]) -> Change:
    """A submission that goes to the senior group from the start; `why` goes into the event."""
    assert opened.submission is not None
    escalated = replace(opened.submission, escalated=True)
    event = _event(escalated, "submission.escalated", "gate", moment, why)
    return replace(opened, submission=escalated, events=(*opened.events, event))


def drill(opened: Change, marked: Drill) -> Change:
    """A made-up draft among the real ones: it carries its mark from the start, in the record and in the log."""
    assert opened.submission is not None
    events = tuple(replace(event, data={**event.data, "drill": marked.scenario}) for event in opened.events)
    return replace(opened, submission=replace(opened.submission, drill=marked), events=events)


def decide(submission: Submission, answer: Answer, person: Person, moment: Moment, comment: str = "",
           reason_code: str = "", outlet: str | None = None) -> Change:  # fmt: skip
    """A reviewer's answer. Raises NotPermitted. `outlet` names what puts it out once it is approved, if anything does.

    While an approval is missing it stays held. Every final answer leaves a webhook delivery, whose
    payload is fixed here, so that each retry says the same.
    """
    require(Operation(answer.value), submission, person, moment.now)
    decision = Decision(
        id=moment.id(),
        answer=answer,
        by=person.id,
        by_name=person.display_name,
        at=moment.now,
        revision=submission.revision,
        text_sha256=submission.text_sha256,
        comment=comment,
        reason_code=reason_code,
        groups=standing(person),
    )
    decided = _next(submission, moment, decisions=(*submission.decisions, decision))
    enough = answer is not Answer.APPROVE or submission.drill is not None or not missing(decided)
    if enough:
        # A drill is over with its first answer, and never approved: nobody may take it for something to publish.
        after = STATE_AFTER[answer] if submission.drill is None else State.WITHDRAWN
        decided = replace(decided, state=after, claim=None)
    if decided.state is State.APPROVED and outlet is not None:
        due = max(moment.now, decided.draft.planned_at or moment.now)
        decided = replace(decided, publication=Publication(outlet, decided.revision, due))
    data = {
        "decision": decision.id,
        "answer": answer.value,
        "revision": decision.revision,
        "text_sha256": decision.text_sha256,
        "comment": comment,
        "reason_code": reason_code,
        "state": decided.state.value,
    }
    deliveries = [_card(decided, moment)]
    if enough:
        deliveries += _webhook(decided, moment)
    if decided.publication is not None:
        deliveries.append(_publish(decided, decided.publication, moment))
    if decided.state is State.REJECTED:
        deliveries += _media(decided, moment)  # so that its pictures are known again
    return Change(
        submission=decided,
        expected_version=submission.version,
        events=(_event(decided, f"submission.{answer.value}", person.id, moment, data),),
        deliveries=tuple(deliveries),
    )


def revise(submission: Submission, draft: Draft, verdict: Verdict, person: Person, moment: Moment,
           approvals_needed: int = 1, sign_off: tuple[Requirement, ...] = ()) -> Change:  # fmt: skip
    """New text: a new revision, held again; every approval of the old text is void. Its author revises it, a reviewer
    who may approve edits it. Raises NotPermitted."""
    edits = Operation.EDIT in permitted_actions(submission, person, moment.now)
    require(Operation.EDIT if edits else Operation.REVISE, submission, person, moment.now)
    revised = _next(
        submission,
        moment,
        draft=draft,
        verdict=verdict,
        state=State.HELD,
        revision=submission.revision + 1,
        claim=None,
        publication=None,
        approvals_needed=approvals_needed,
        sign_off=sign_off,
        earlier=(*submission.earlier, (submission.draft.text, submission.text_sha256)),
        may_repeat="",
    )
    data = {"revision": revised.revision, "text_sha256": revised.text_sha256, "severity": verdict.severity.word}
    deliveries = [_card(revised, moment), *_media(revised, moment)]
    if submission.state is State.APPROVED:
        deliveries += _webhook(revised, moment)  # the publisher must forget the token it holds
    return Change(
        submission=revised,
        expected_version=submission.version,
        events=(_event(revised, "submission.revised", person.id, moment, data),),
        deliveries=tuple(deliveries),
    )


def recall(submission: Submission, verdict: Verdict, by: str, why: str, moment: Moment) -> Change:
    """A freeze: what was approved waits again. It counts as a new revision of the same text, so that the approval and
    its release token are void and everybody may decide anew."""
    recalled = _next(
        submission,
        moment,
        verdict=verdict,
        state=State.HELD,
        revision=submission.revision + 1,
        claim=None,
        publication=None,
        earlier=(*submission.earlier, (submission.draft.text, submission.text_sha256)),
    )
    return Change(
        submission=recalled,
        expected_version=submission.version,
        events=(_event(recalled, "submission.recalled", by, moment, {"why": why, "revision": recalled.revision}),),
        deliveries=(_card(recalled, moment), *_webhook(recalled, moment)),
    )


def withdraw(submission: Submission, person: Person, moment: Moment) -> Change:
    """The author takes it back (or a lead does). Raises NotPermitted."""
    require(Operation.WITHDRAW, submission, person, moment.now)
    return _close(submission, State.WITHDRAWN, person.id, moment)


def expire(submission: Submission, moment: Moment) -> Change:
    """Nobody decided in time: it does not go out."""
    return _close(submission, State.EXPIRED, "gate", moment)


def published(submission: Submission, publication: Publication, url: str | None, moment: Moment) -> Change:
    """It is out, whatever has become of the submission meanwhile: the record says so."""
    out = replace(publication, stage=Stage.PUBLISHED, at=moment.now, url=url, why="")
    return _gone(submission, out, "submission.published", moment)


def not_published(submission: Submission, publication: Publication, why: str, moment: Moment) -> Change:
    """It could not be put out and nobody tries any more: a person has to look."""
    given_up = replace(publication, stage=Stage.FAILED, at=moment.now, why=why)
    return _gone(submission, given_up, "submission.not_published", moment)


def claim(submission: Submission, person: Person, moment: Moment, minutes: int) -> Change:
    """A temporary lock for `minutes`; it ends by itself. Raises NotPermitted."""
    require(Operation.CLAIM, submission, person, moment.now)
    until = moment.now + timedelta(minutes=minutes)
    claimed = _next(submission, moment, claim=Claim(person.id, person.display_name, until))
    return _step(submission, claimed, "submission.claimed", person.id, moment)


def hand_back(submission: Submission, person: Person, moment: Moment) -> Change:
    """Ends one's own claim. Raises NotPermitted."""
    require(Operation.HAND_BACK, submission, person, moment.now)
    return _step(submission, _next(submission, moment, claim=None), "submission.handed_back", person.id, moment)


def escalate(submission: Submission, person: Person, moment: Moment, comment: str = "") -> Change:
    """Moves it to the senior group. Raises NotPermitted."""
    require(Operation.ESCALATE, submission, person, moment.now)
    escalated = _next(submission, moment, escalated=True, claim=None)
    return _step(submission, escalated, "submission.escalated", person.id, moment, {"comment": comment})


def allow_repeat(submission: Submission, person: Person, moment: Moment) -> Change:
    """The bot may say this again from now on, whatever names and numbers are put in. This reply itself still waits.
    Raises NotPermitted."""
    require(Operation.ALLOW_REPEAT, submission, person, moment.now)
    allowed = _next(submission, moment, may_repeat=person.display_name)
    data = {"bot": submission.draft.bot, "text": submission.draft.text, "by_name": person.display_name}
    return _step(submission, allowed, "bot.repeat_allowed", person.id, moment, data)


def escalate_late(submission: Submission, moment: Moment) -> Change:
    """The planned time is near and nobody has decided: the gate itself moves it to the senior group."""
    escalated = _next(submission, moment, escalated=True)
    return _step(submission, escalated, "submission.escalated", "gate", moment, {"comment": "planned time is near"})


def erased(before: Submission, after: Submission, kind: str, by: str, moment: Moment, data: dict[str, Any], *,
           tell: bool) -> Change:  # fmt: skip
    """What erasure.py leaves behind: its event, the card, and with `tell` the news for the publisher."""
    change = _step(before, after, kind, by, moment, data)
    return replace(change, deliveries=(*change.deliveries, *_webhook(after, moment))) if tell else change


def _close(submission: Submission, state: State, actor: str, moment: Moment) -> Change:
    closed = _next(submission, moment, state=state, claim=None, publication=None)
    return Change(
        submission=closed,
        expected_version=submission.version,
        events=(_event(closed, f"submission.{state.value}", actor, moment),),
        deliveries=(_card(closed, moment), *_webhook(closed, moment)),
    )


def _gone(submission: Submission, publication: Publication, kind: str, moment: Moment) -> Change:
    after = _next(submission, moment, publication=publication)
    data = {
        "via": publication.via,
        "revision": publication.revision,
        "url": publication.url,
        "comment": publication.url or publication.why,
    }
    return Change(
        submission=after,
        expected_version=submission.version,
        events=(_event(after, kind, "gate", moment, data),),
        deliveries=(_card(after, moment), *_webhook(after, moment, kind)),
    )


def _step(before: Submission, after: Submission, kind: str, actor: str, moment: Moment,
          data: dict[str, Any] | None = None) -> Change:  # fmt: skip
    return Change(
        submission=after,
        expected_version=before.version,
        events=(_event(after, kind, actor, moment, data),),
        deliveries=(_card(after, moment),),
    )


def _next(submission: Submission, moment: Moment, **fields: Any) -> Submission:
    return replace(submission, version=submission.version + 1, updated_at=moment.now, **fields)


def _event(submission: Submission, kind: str, actor: str, moment: Moment,
           data: dict[str, Any] | None = None) -> Event:  # fmt: skip
    mark = {} if submission.drill is None else {"drill": submission.drill.scenario}
    told = {"version": submission.version, **mark, **(data or {})}
    return Event(moment.id(), moment.now, kind, actor, submission.id, told)


def looked(submission: Submission, draft: Draft, verdict: Verdict, moment: Moment, data: dict[str, Any]) -> Change:
    """One of its pictures was looked at: `draft` says what was found, `verdict` what follows from it. What was approved
    before anybody knew of a grave finding waits again, unless it is out already."""
    data = {**data, "severity": verdict.severity.word}
    new = [reason for reason in verdict.reasons if reason not in submission.verdict.reasons]
    gone = submission.publication is not None and submission.publication.stage is not Stage.PLANNED
    if submission.state is State.APPROVED and not gone and any(r.severity >= Severity.HOLD for r in new):
        back = recall(submission, verdict, "gate", LOOKED_LATE, moment)
        assert back.submission is not None
        event = replace(back.events[0], data={**back.events[0].data, **data})
        return replace(back, submission=replace(back.submission, draft=draft), events=(event,))
    seen = _next(submission, moment, draft=draft, verdict=verdict)
    return _step(submission, seen, "submission.looked", "gate", moment, data)


LOOKED_LATE = "a picture was looked at after the approval"


def _card(submission: Submission, moment: Moment) -> Delivery:
    return Delivery(moment.id(), DeliveryKind.CARD, moment.now, submission.id)


def _media(submission: Submission, moment: Moment) -> tuple[Delivery, ...]:
    """Its pictures have to be looked at, where there are any."""
    if not submission.draft.media:
        return ()
    return (Delivery(moment.id(), DeliveryKind.MEDIA, moment.now, submission.id),)


def _publish(submission: Submission, publication: Publication, moment: Moment) -> Delivery:
    """Of no submission, so that it waits for none of an earlier revision, whose time may be later."""
    payload = {
        "submission_id": submission.id,
        "revision": submission.revision,
        "decision": submission.decisions[-1].id,
        "via": publication.via,
        "text_sha256": submission.text_sha256,
    }
    return Delivery(moment.id(), DeliveryKind.PUBLISH, moment.now, payload=payload, not_before=publication.due)


def _webhook(submission: Submission, moment: Moment, kind: str | None = None) -> tuple[Delivery, ...]:
    """What the publisher is told: nothing at all of a drill. The release token is signed on the way out: it says no
    more than stands here."""
    if submission.drill is not None:
        return ()
    draft = submission.draft
    decision = submission.decisions[-1] if submission.decisions else None
    publication = submission.publication
    reasons = statement(submission)
    payload: dict[str, Any] = {
        "type": kind or f"submission.{submission.state.value}",
        "timestamp": moment.now.isoformat(),
        "data": {
            "id": submission.id,
            "state": submission.state.value,
            "version": submission.version,
            "revision": submission.revision,
            "kind": draft.kind.value,
            "channel": draft.channel,
            "account": draft.account,
            "market": draft.market,
            "planned_at": draft.planned_at.isoformat() if draft.planned_at else None,
            "text": draft.text,
            "media": [{"url": item.url, "alt": item.alt, "sha256": item.sha256} for item in draft.media],
            "text_sha256": submission.text_sha256,
            "bot": draft.bot,
            "conversation": draft.conversation,
            "statement_of_reasons": None if reasons is None else {"en": reasons.en, "fr": reasons.fr},
            "publication": None
            if publication is None
            else {
                "via": publication.via,
                "stage": publication.stage.value,
                "due": publication.due.isoformat(),
                "url": publication.url,
                "why": publication.why,
            },
            "decision": None
            if decision is None
            else {
                "id": decision.id,
                "answer": decision.answer.value,
                "by": decision.by,
                "by_name": decision.by_name,
                "at": decision.at.isoformat(),
                "comment": decision.comment,
                "reason_code": decision.reason_code,
            },
        },
    }
    return (Delivery(moment.id(), DeliveryKind.WEBHOOK, moment.now, submission.id, payload),)
