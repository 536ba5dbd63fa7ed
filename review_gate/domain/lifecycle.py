"""The life of a submission: what each step leaves behind. Pure: the caller brings time and ids. What happens without
a person stands in unattended.py.

held --approve--> approved          held --request_changes--> changes_requested --revise--> held
held --reject--> rejected           any but the final ones --withdraw--> withdrawn
held --expire--> expired            approved --revise, recall--> held (the approval is void)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from review_gate.domain import outgoing
from review_gate.domain.change import Change, Delivery, Moment
from review_gate.domain.draft import Draft
from review_gate.domain.permits import permitted_actions, require
from review_gate.domain.publication import Publication
from review_gate.domain.signoff import missing, standing
from review_gate.domain.steps import close, event, onward, step
from review_gate.domain.submission import (
    Answer,
    Claim,
    Decision,
    Drill,
    Operation,
    Person,
    Requirement,
    State,
    Submission,
)
from review_gate.domain.verdict import Verdict

STATE_AFTER = {
    Answer.APPROVE: State.APPROVED,
    Answer.REQUEST_CHANGES: State.CHANGES_REQUESTED,
    Answer.REJECT: State.REJECTED,
}


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
        events=(event(submission, "submission.held", submitted_by, moment, data),),
        deliveries=(outgoing.card(submission, moment), *outgoing.media(submission, moment)),
    )


def urgent(opened: Change, moment: Moment, why: dict[str, Any]) -> Change:
    """A submission that goes to the senior group from the start; `why` goes into the event."""
    assert opened.submission is not None
    escalated = replace(opened.submission, escalated=True)
    told = event(escalated, "submission.escalated", "gate", moment, why)
    return replace(opened, submission=escalated, events=(*opened.events, told))


def drill(opened: Change, marked: Drill) -> Change:
    """A made-up draft among the real ones: it carries its mark from the start, in the record and in the log."""
    assert opened.submission is not None
    events = tuple(replace(one, data={**one.data, "drill": marked.scenario}) for one in opened.events)
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
    decided = onward(submission, moment, decisions=(*submission.decisions, decision))
    enough = answer is not Answer.APPROVE or submission.drill is not None or not missing(decided)
    if enough:
        # A drill is over with its first answer, and never approved: nobody may take it for something to publish.
        after = STATE_AFTER[answer] if submission.drill is None else State.WITHDRAWN
        decided = replace(decided, state=after, claim=None)
    planned: list[Delivery] = []
    if decided.state is State.APPROVED and outlet is not None:
        due = max(moment.now, decided.draft.planned_at or moment.now)
        publication = Publication(outlet, decided.revision, due)
        decided = replace(decided, publication=publication)
        planned.append(outgoing.publish(decided, publication, moment))
    data = {
        "decision": decision.id,
        "answer": answer.value,
        "revision": decision.revision,
        "text_sha256": decision.text_sha256,
        "comment": comment,
        "reason_code": reason_code,
        "state": decided.state.value,
    }
    also: list[Delivery] = []
    if enough:
        also += outgoing.webhook(decided, moment)
    also += planned
    if decided.state is State.REJECTED:
        also += outgoing.media(decided, moment)  # so that its pictures are known again
    return step(submission, decided, f"submission.{answer.value}", person.id, moment, data, also)


def revise(submission: Submission, draft: Draft, verdict: Verdict, person: Person, moment: Moment,
           approvals_needed: int = 1, sign_off: tuple[Requirement, ...] = ()) -> Change:  # fmt: skip
    """New text: a new revision, held again; every approval of the old text is void. Its author revises it, a reviewer
    who may approve edits it. Raises NotPermitted."""
    edits = Operation.EDIT in permitted_actions(submission, person, moment.now)
    require(Operation.EDIT if edits else Operation.REVISE, submission, person, moment.now)
    revised = onward(
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
    also = outgoing.media(revised, moment)
    if submission.state is State.APPROVED:
        also += outgoing.webhook(revised, moment)  # the publisher must forget the token it holds
    return step(submission, revised, "submission.revised", person.id, moment, data, also)


def recall(submission: Submission, verdict: Verdict, by: str, why: str, moment: Moment) -> Change:
    """A freeze: what was approved waits again. It counts as a new revision of the same text, so that the approval and
    its release token are void and everybody may decide anew."""
    recalled = onward(
        submission,
        moment,
        verdict=verdict,
        state=State.HELD,
        revision=submission.revision + 1,
        claim=None,
        publication=None,
        earlier=(*submission.earlier, (submission.draft.text, submission.text_sha256)),
    )
    data = {"why": why, "revision": recalled.revision}
    return step(submission, recalled, "submission.recalled", by, moment, data, outgoing.webhook(recalled, moment))


def withdraw(submission: Submission, person: Person, moment: Moment) -> Change:
    """The author takes it back (or a lead does). Raises NotPermitted."""
    require(Operation.WITHDRAW, submission, person, moment.now)
    return close(submission, State.WITHDRAWN, person.id, moment)


def claim(submission: Submission, person: Person, moment: Moment, minutes: int) -> Change:
    """A temporary lock for `minutes`; it ends by itself. Raises NotPermitted."""
    require(Operation.CLAIM, submission, person, moment.now)
    until = moment.now + timedelta(minutes=minutes)
    claimed = onward(submission, moment, claim=Claim(person.id, person.display_name, until))
    return step(submission, claimed, "submission.claimed", person.id, moment)


def hand_back(submission: Submission, person: Person, moment: Moment) -> Change:
    """Ends one's own claim. Raises NotPermitted."""
    require(Operation.HAND_BACK, submission, person, moment.now)
    return step(submission, onward(submission, moment, claim=None), "submission.handed_back", person.id, moment)


def escalate(submission: Submission, person: Person, moment: Moment, comment: str = "") -> Change:
    """Moves it to the senior group. Raises NotPermitted."""
    require(Operation.ESCALATE, submission, person, moment.now)
    escalated = onward(submission, moment, escalated=True, claim=None)
    return step(submission, escalated, "submission.escalated", person.id, moment, {"comment": comment})


def allow_repeat(submission: Submission, person: Person, moment: Moment) -> Change:
    """The bot may say this again from now on, whatever names and numbers are put in. This reply itself still waits.
    Raises NotPermitted."""
    require(Operation.ALLOW_REPEAT, submission, person, moment.now)
    allowed = onward(submission, moment, may_repeat=person.display_name)
    data = {"bot": submission.draft.bot, "text": submission.draft.text, "by_name": person.display_name}
    return step(submission, allowed, "bot.repeat_allowed", person.id, moment, data)
