"""What a step of a submission's life puts into the outbox. Pure."""

from __future__ import annotations

from typing import Any

from review_gate.domain.change import Delivery, DeliveryKind, Moment
from review_gate.domain.publication import Publication
from review_gate.domain.statement import statement
from review_gate.domain.submission import Submission

APPROVED = "submission.approved"
"""The webhook that carries a release token."""


def card(submission: Submission, moment: Moment) -> Delivery:
    return Delivery(moment.id(), DeliveryKind.CARD, moment.now, submission.id)


def media(submission: Submission, moment: Moment) -> tuple[Delivery, ...]:
    """Its pictures have to be looked at, where there are any."""
    if not submission.draft.media:
        return ()
    return (Delivery(moment.id(), DeliveryKind.MEDIA, moment.now, submission.id),)


def publish(submission: Submission, publication: Publication, moment: Moment) -> Delivery:
    """Of no submission, so that it waits for none of an earlier revision, whose time may be later."""
    payload = {
        "submission_id": submission.id,
        "revision": submission.revision,
        "decision": submission.decisions[-1].id,
        "via": publication.via,
        "text_sha256": submission.text_sha256,
    }
    return Delivery(moment.id(), DeliveryKind.PUBLISH, moment.now, payload=payload, not_before=publication.due)


def webhook(submission: Submission, moment: Moment, kind: str | None = None) -> tuple[Delivery, ...]:
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
