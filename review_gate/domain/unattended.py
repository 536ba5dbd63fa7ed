"""What becomes of a submission without anybody's doing: time goes by, a picture was looked at, a publisher answers.

Pure. The gate itself is the actor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from review_gate.domain import outgoing
from review_gate.domain.change import Change, Moment
from review_gate.domain.draft import Draft
from review_gate.domain.lifecycle import recall
from review_gate.domain.message import Message
from review_gate.domain.publication import Publication, Stage
from review_gate.domain.steps import close, onward, step
from review_gate.domain.submission import Requirement, State, Submission
from review_gate.domain.verdict import Severity, Verdict

LOOKED_LATE = Message("a picture was looked at after the approval", "une image a été examinée après l'approbation")
NEAR = Message("planned time is near", "l'heure prévue approche")
WHYS: Mapping[str, Message] = {why.en: why for why in (LOOKED_LATE, NEAR)}
"""Why the gate itself did something, by the English words: these are what events hold, which never change."""


def expire(submission: Submission, moment: Moment) -> Change:
    """Nobody decided in time: it does not go out."""
    return close(submission, State.EXPIRED, "gate", moment)


def escalate_late(submission: Submission, moment: Moment) -> Change:
    """The planned time is near and nobody has decided: the gate itself moves it to the senior group."""
    escalated = onward(submission, moment, escalated=True)
    return step(submission, escalated, "submission.escalated", "gate", moment, {"comment": NEAR.en})


def looked(submission: Submission, draft: Draft, verdict: Verdict, asks: tuple[Requirement, ...], moment: Moment,
           data: dict[str, Any]) -> Change:  # fmt: skip
    """One of its pictures was looked at: `draft` says what was found, `verdict` what follows from it, `asks` whose
    approval the policy wants because of it. What was approved before anybody knew of a grave finding, or by others than
    those, waits again, unless it is out already."""
    data = {**data, "severity": verdict.severity.word}
    new = [reason for reason in verdict.reasons if reason not in submission.verdict.reasons]
    gone = submission.publication is not None and submission.publication.stage is not Stage.PLANNED
    sign_off = (*submission.sign_off, *asks)
    if submission.state is State.APPROVED and not gone and (asks or any(r.severity >= Severity.HOLD for r in new)):
        back = recall(submission, verdict, "gate", LOOKED_LATE.en, moment)
        assert back.submission is not None
        event = replace(back.events[0], data={**back.events[0].data, **data})
        return replace(back, submission=replace(back.submission, draft=draft, sign_off=sign_off), events=(event,))
    if submission.state is State.APPROVED:  # it stands as it was approved
        sign_off = submission.sign_off
    seen = onward(submission, moment, draft=draft, verdict=verdict, sign_off=sign_off)
    return step(submission, seen, "submission.looked", "gate", moment, data)


def published(submission: Submission, publication: Publication, url: str | None, moment: Moment) -> Change:
    """It is out, whatever has become of the submission meanwhile: the record says so."""
    out = replace(publication, stage=Stage.PUBLISHED, at=moment.now, url=url, why="")
    return _gone(submission, out, "submission.published", moment)


def not_published(submission: Submission, publication: Publication, why: str, moment: Moment) -> Change:
    """It could not be put out and nobody tries any more: a person has to look."""
    given_up = replace(publication, stage=Stage.FAILED, at=moment.now, why=why)
    return _gone(submission, given_up, "submission.not_published", moment)


def _gone(submission: Submission, publication: Publication, kind: str, moment: Moment) -> Change:
    after = onward(submission, moment, publication=publication)
    data = {
        "via": publication.via,
        "revision": publication.revision,
        "url": publication.url,
        "comment": publication.url or publication.why,
    }
    return step(submission, after, kind, "gate", moment, data, outgoing.webhook(after, moment, kind))
