"""One submission: the text with its finds, its versions, its history, and what this person may do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.adapters.release import ReleaseSigner
from review_gate.domain import signoff
from review_gate.domain.change import RememberedReply
from review_gate.domain.drill import revealed
from review_gate.domain.errors import GateError, NotFound
from review_gate.domain.message import Message
from review_gate.domain.permits import REVIEWING, check_seen, permitted_actions
from review_gate.domain.picture import file_name
from review_gate.domain.publication import on_approval
from review_gate.domain.reason_codes import REASON_CODES
from review_gate.domain.submission import Answer, Operation, Person, State, Submission
from review_gate.domain.telling import without_echoes
from review_gate.domain.verdict import Severity
from review_gate.gate import Seen
from review_gate.gate.comments import KIND as NOTE
from review_gate.gate.comments import Comments
from review_gate.gate.outcomes import last_approval
from review_gate.gate.proofs import Proofs
from review_gate.ports import ChainedEvent
from review_gate.slack.directory import Directory
from review_gate.web.pages.base import PageError, Parts, language, page, person, t, told
from review_gate.web.pages.differences import Part, differences
from review_gate.web.pages.events import EVENTS, event_words, worded
from review_gate.web.pages.marks import pieces
from review_gate.web.pages.outcomes import report
from review_gate.web.pages.queue import next_in_queue
from review_gate.web.problems import STATUS
from review_gate.web.proofs import answer as proof_answer

MAX_COMMENT = 2000
SAID_WITHIN, SAID_SHOWN = timedelta(days=7), 20
NEEDS_WHY = frozenset({Operation.REQUEST_CHANGES, Operation.REJECT})
WORDY = ("comment", "text", "note", "causes", "task", "title", "rule")
"""What of an event's data people want to read."""
SAID = (frozenset(Operation) - {Operation.REVISE}) | {"approved_once", "submitted", "revised", "outcome"}
"""What the address may ask the page to say, after something was done."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history."""

    at: datetime
    who: str
    what: str
    tone: str
    comment: str


@dataclass(frozen=True, slots=True)
class Version:
    """`parts`: what changed since the version before; none for the first."""

    number: int
    parts: Sequence[Part]


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/items/<submission_id>")
    def item(submission_id: str) -> BaseResponse:
        found, who = _visible(parts, submission_id)
        said = request.args.get("said", "")
        return _page(parts, found, who, said=t(f"said_{said}") if said in SAID else "")

    @pages.get("/items/<submission_id>/pulse")
    def item_pulse(submission_id: str) -> BaseResponse:
        """The version: the page asks every few seconds and says when somebody else changed it."""
        found, _ = _visible(parts, submission_id)
        return jsonify({"version": found.version})

    @pages.get("/items/<submission_id>/proof")
    def item_proof(submission_id: str) -> BaseResponse:
        """The proof of human review as a PDF, or as JSON with `?format=json`."""
        found, _ = _visible(parts, submission_id)
        proofs = Proofs(parts.store, ReleaseSigner(parts.store), parts.clock)
        wanted = "json" if request.args.get("format") == "json" else "pdf"
        return proof_answer(proofs.of(found), wanted, language())

    @pages.post("/items/<submission_id>/outcome")
    def report_outcome(submission_id: str) -> BaseResponse:
        found, _ = _visible(parts, submission_id)
        return report(parts, found.id)

    @pages.post("/items/<submission_id>/<operation>")
    def act(submission_id: str, operation: str) -> BaseResponse:
        found, who = _visible(parts, submission_id)
        comment = request.form.get("comment", "").strip()[:MAX_COMMENT]
        try:
            wish = Operation(operation)
            seen = Seen(int(request.form.get("revision", "")), request.form.get("sha", ""))
        except ValueError:
            raise PageError("error_csrf", 400) from None
        if wish in NEEDS_WHY and not comment:
            return _page(parts, found, who, 422, why=t("comment_needed"))
        try:
            said = _do(parts, found, wish, who, seen, comment)
        except GateError as refused:
            if isinstance(refused, NotFound):
                raise
            fresh = parts.gate.get(submission_id)
            return _page(parts, fresh, who, STATUS.get(type(refused), 409), why=told(refused.message), comment=comment)
        return redirect(url_for("pages.item", submission_id=submission_id, said=said), 303)


def _do(parts: Parts, found: Submission, wish: Operation, who: Person, seen: Seen, comment: str) -> str:
    """Does it and answers which words to say. Raises GateError."""
    gate, id_ = parts.gate, found.id
    if wish is Operation.COMMENT:
        return _note(parts, found, who)
    if wish is Operation.EDIT:
        return _edit(parts, found, who, seen)
    if wish is Operation.WITHDRAW:
        check_seen(found, seen.revision, seen.text_sha256)
        gate.withdraw(id_, who)
        return wish.value
    steps: Mapping[Operation, Callable[..., Submission]] = {
        Operation.CLAIM: gate.claim,
        Operation.HAND_BACK: gate.hand_back,
        Operation.ESCALATE: gate.escalate,
        Operation.ALLOW_REPEAT: gate.allow_repeat,
    }
    if wish in steps:
        steps[wish](id_, who, seen, comment)
        return wish.value
    if wish.value not in set(Answer):
        raise PageError("error_method", 405)
    code = request.form.get("reason_code", "")
    code = code if code in REASON_CODES and wish is Operation.REJECT else ""
    after = gate.decide(id_, Answer(wish.value), who, seen, comment, code)
    return "approved_once" if wish is Operation.APPROVE and after.state is State.HELD else wish.value


def _note(parts: Parts, found: Submission, who: Person) -> str:
    """An internal note: reviewers read it, the author does not."""
    text, key = request.form.get("note", "").strip()[:MAX_COMMENT], request.form.get("key", "")[:100]
    if not who.roles & REVIEWING or not text or not key:
        raise PageError("note_empty", 422)
    Comments(parts.store, parts.clock, parts.new_id).add(found.id, who, text, f"page:{who.id}:{key}")
    return Operation.COMMENT.value


def _edit(parts: Parts, found: Submission, who: Person, seen: Seen) -> str:
    """The reviewer's own wording: a new version, and their approval of it unless it found something graver."""
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    if not text or text == found.draft.text.strip():
        raise PageError("edit_same", 422)
    after = parts.gate.revise(found.id, replace(found.draft, text=text), who, seen)
    if after.verdict.severity > max(found.verdict.severity, Severity.NOTE):
        raise PageError("edit_look_again", 422)
    parts.gate.decide(found.id, Answer.APPROVE, who, Seen(after.revision, after.text_sha256))
    return Operation.EDIT.value


def _visible(parts: Parts, submission_id: str) -> tuple[Submission, Person]:
    """The submission, for its author and for reviewers. Everybody else is told that there is nothing."""
    who = person(parts)
    found = parts.gate.get(submission_id)
    if not (found.is_own(who) or who.roles & REVIEWING):
        raise PageError("error_404", 404)
    return found, who


def _page(parts: Parts, found: Submission, who: Person, status: int = 200, **extra: Any) -> BaseResponse:
    now = parts.clock()
    allowed = permitted_actions(found, who, now)
    reviewing = bool(who.roles & REVIEWING)
    return page(
        "item.html",
        status,
        item=found,
        pieces=pieces(found.draft.text, found.verdict.reasons),
        spoken=without_echoes(found.verdict.reasons),
        versions=_versions(found),
        history=history(parts, found, reviewing),
        allowed=allowed,
        still_needed=signoff.missing(found) if found.state is State.HELD and _asks_more(found) else (),
        missing_told=signoff.told,
        drill_over=revealed(found),
        idle=not allowed - {Operation.COMMENT},
        note_key=parts.new_id(),
        on_approval=_on_approval(parts, found),
        said_before=_said_before(parts, found) if reviewing else (),
        deciding=bool(allowed & {Operation.APPROVE, Operation.REQUEST_CHANGES, Operation.REJECT}),
        own=found.is_own(who),
        reviewing=reviewing,
        went_out=last_approval(found) is not None,
        outcome=parts.store.outcome(found.id),
        incident=parts.store.incident_about(found.id) if reviewing else None,
        following=next_in_queue(parts, found.id) if reviewing and extra.get("said") else None,
        reason_codes=REASON_CODES,
        file_name=file_name,
        now=now,
        soon=now + timedelta(hours=4),
        **{"comment": "", **extra},
    )


def _asks_more(found: Submission) -> bool:
    """More than one approval by whoever reviews: it is worth a line."""
    return bool(found.sign_off) or found.approvals_needed > 1


def _on_approval(parts: Parts, found: Submission) -> Message | None:
    """What a reviewer must know before they approve, where an outlet puts it out."""
    outlet = parts.gate.outlet_of(found.draft)
    return None if outlet is None else on_approval(outlet, found.draft.planned_at is not None)


def _said_before(parts: Parts, found: Submission) -> Sequence[RememberedReply]:
    """What the bot has said in this conversation, as far as it is remembered, oldest first."""
    draft = found.draft
    if draft.bot is None or draft.conversation is None:
        return ()
    since = found.created_at - SAID_WITHIN
    earlier = parts.store.recent_replies(draft.bot, since, SAID_SHOWN, draft.conversation)
    return [reply for reply in earlier if reply.at < found.created_at]


def _versions(found: Submission) -> list[Version]:
    texts = [text for text, _ in found.earlier] + [found.draft.text]
    first = found.revision - len(texts) + 1
    versions = [Version(first, ())]
    for number, (old, new) in enumerate(pairwise(texts), start=first + 1):
        versions.append(Version(number, differences(old, new)))
    return versions


def history(parts: Parts, found: Submission, notes: bool) -> list[Line]:
    """Oldest first; the reviewers' internal notes only with `notes`."""
    events = parts.store.events(found.id)
    names = Directory(parts.store).names(chained.event.actor for chained in events)
    names |= {decision.by: decision.by_name for decision in found.decisions}
    return [_line(chained, names) for chained in events if notes or chained.event.kind != NOTE]


def _line(chained: ChainedEvent, names: Mapping[str, str]) -> Line:
    event = chained.event
    _, tone = EVENTS.get(event.kind, ("", ""))
    name = str(event.data.get("by_name") or names.get(event.actor, event.actor))
    who = t("the_gate") if event.actor == "gate" else name
    return Line(
        event.at,
        who,
        event_words(event.kind),
        tone,
        next((str(worded(event, event.data[name])) for name in WORDY if event.data.get(name)), ""),
    )
