"""Records as JSON: the shapes of the public contract, one function each."""

from __future__ import annotations

from typing import Any

from review_gate.domain.draft import Draft, Media
from review_gate.domain.holding import PAUSED
from review_gate.domain.picture import Earlier
from review_gate.domain.publication import Publication
from review_gate.domain.signoff import missing
from review_gate.domain.statement import statement
from review_gate.domain.submission import Decision, State, Submission
from review_gate.domain.verdict import Reason, Signal, SignalState, Source, Verdict


def verdict_json(verdict: Verdict, language: str) -> dict[str, Any]:
    """The answer of the check; messages in `language` ('en' or 'fr')."""
    told = {
        "action": verdict.action.value,
        "severity": verdict.severity.word,
        "lang": verdict.lang,
        "reasons": [reason_json(reason, language) for reason in verdict.reasons],
        "signals": [signal_json(signal) for signal in verdict.signals],
        "text_sha256": verdict.text_sha256,
        "model": verdict.model,
        "packs": dict(verdict.packs),
        "policy": verdict.policy,
        "shadow": [reason_json(reason, language) for reason in verdict.shadow],
    }
    if verdict.rules:
        told["rules"] = verdict.rules
    if verdict.template is not None:
        told["template"] = verdict.template
    if verdict.holding is not None and verdict.holding.text is not None:
        told["holding_text"] = verdict.holding.text
        if verdict.holding.kind == PAUSED:
            told["fallback"] = verdict.holding.text
    return told


def reason_json(reason: Reason, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {"source": reason.source.value}
    if reason.source is Source.SCORER:
        told |= {"scorer": reason.scorer, "label": reason.label, "score": reason.score}
    else:
        told["rule"] = reason.rule
        if reason.source is Source.RULE:
            told |= {"pack": reason.pack, "version": reason.version}
    told |= {
        "category": reason.category,
        "severity": reason.severity.word,
        "message": reason.message.in_(language),
        "span": list(reason.span) if reason.span else None,
        "found": reason.found,
        "suggestion": reason.suggestion.in_(language) if reason.suggestion else None,
    }
    if reason.evidence:
        told["evidence"] = [dict(item) for item in reason.evidence]
    return told


def signal_json(signal: Signal) -> dict[str, Any]:
    """A score, or in its place the state that says why there is none."""
    told: dict[str, Any] = {"scorer": signal.scorer, "label": signal.label, "score": signal.score}
    if signal.state is not SignalState.SCORED:
        told["state"] = signal.state.value
    if signal.detail:
        told["detail"] = signal.detail
    return told


def media_json(media: Media, language: str) -> dict[str, Any]:
    look = media.look
    told: dict[str, Any] = {"url": media.url, "alt": media.alt, "look": None}
    if look is not None:
        told["look"] = {
            "sha256": look.sha256,
            "text": look.words,
            "problem": look.problem.in_(language) if look.problem else None,
            "rejected_before": earlier_json(look.earlier) if look.earlier else None,
        }
    return told


def earlier_json(earlier: Earlier) -> dict[str, Any]:
    return {
        "submission": earlier.submission,
        "reason_code": earlier.reason_code,
        "at": earlier.at.isoformat(),
        "exact": earlier.exact,
    }


def draft_json(draft: Draft, language: str) -> dict[str, Any]:
    return {
        "text": draft.text,
        "kind": draft.kind.value,
        "channel": draft.channel,
        "account": draft.account,
        "market": draft.market,
        "lang": draft.lang,
        "planned_at": draft.planned_at.isoformat() if draft.planned_at else None,
        "media": [media_json(item, language) for item in draft.media],
        "author": draft.author,
        "bot": draft.bot,
        "conversation": draft.conversation,
        "in_reply_to": draft.in_reply_to,
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "answer": decision.answer.value,
        "by": decision.by,
        "by_name": decision.by_name,
        "at": decision.at.isoformat(),
        "revision": decision.revision,
        "text_sha256": decision.text_sha256,
        "comment": decision.comment,
        "reason_code": decision.reason_code,
    }


def still_needed_json(submission: Submission) -> list[dict[str, Any]]:
    """Whose approval is missing while it waits."""
    found = missing(submission) if submission.state is State.HELD else ()
    return [{"rule": one.rule or None, "groups": list(one.groups), "approvals": one.count} for one in found]


def publication_json(publication: Publication) -> dict[str, Any]:
    """What a connector does with it, or has done."""
    return {
        "via": publication.via,
        "stage": publication.stage.value,
        "due": publication.due.isoformat(),
        "at": publication.at.isoformat() if publication.at else None,
        "url": publication.url,
        "why": publication.why or None,
    }


def submission_json(submission: Submission, language: str) -> dict[str, Any]:
    claim = submission.claim
    reasons = statement(submission)
    return {
        "id": submission.id,
        "state": submission.state.value,
        "version": submission.version,
        "revision": submission.revision,
        **draft_json(submission.draft, language),
        "author": submission.author,
        "submitted_by": submission.submitted_by,
        "text_sha256": submission.text_sha256,
        "verdict": verdict_json(submission.verdict, language),
        "decisions": [decision_json(decision) for decision in submission.decisions],
        "statement_of_reasons": None if reasons is None else reasons.in_(language),
        "approvals_needed": submission.approvals_needed,
        "still_needed": still_needed_json(submission),
        "claim": None if claim is None else {"by": claim.by, "until": claim.until.isoformat()},
        "escalated": submission.escalated,
        "publication": None if submission.publication is None else publication_json(submission.publication),
        "created_at": submission.created_at.isoformat(),
        "updated_at": submission.updated_at.isoformat(),
    }
