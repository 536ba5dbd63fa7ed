"""Erasing what is personal in a submission: its texts and names go, what was decided when about which hash stays. Pure.

Whatever still waits is withdrawn on the way: nobody can decide about a text that is gone.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace
from typing import Any

from review_gate.domain import outgoing, release
from review_gate.domain.change import Change, Moment, Note
from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.domain.steps import step
from review_gate.domain.submission import FINAL, State, Submission
from review_gate.domain.verdict import Reason, Verdict

ERASED = "[erased]"
"""What stands where a text was."""
NOBODY = "erased"
"""Who stands where a name was."""
KIND = "submission.erased"
UNSWEPT = "erased-unswept"
"""The topic of a note that says that rows which belong to no submission may still quote an erased one (`submission`).
It goes when they have been looked through: whoever was interrupted before, the next run goes on."""
GONE = Message("The text that this was about was erased.", "Le texte concerné a été effacé.")

TEXTS = frozenset({
    "text", "comment", "note", "found", "message", "suggestion", "evidence", "alt", "url", "media", "in_reply_to",
    "history", "conversation", "holding_text", "title", "lesson", "look_at", "earlier",
    "statement_of_reasons", "causes", "what", "task",
})  # fmt: skip
"""The fields, in everything that is stored as JSON, in which people's own words may stand."""


def erase(submission: Submission, names: Set[str], why: str, by: str, moment: Moment) -> Change:
    """The submission without its texts and without `names` (of the author); `why` is `author` or `retention`.

    Its decisions stay, with the hashes they were bound to. What waits, and what is approved and could still be
    published, is withdrawn, and the publisher told; an approval that it was not told yet it never is.
    """
    folded = frozenset(name.casefold() for name in names)
    state = submission.state if submission.state in FINAL or _is_over(submission, moment) else State.WITHDRAWN
    draft = submission.draft
    bare = Draft(ERASED, draft.kind, draft.channel, draft.market, draft.lang, draft.planned_at, bot=draft.bot,
                 account=draft.account)  # fmt: skip
    after = replace(
        submission,
        draft=bare,
        verdict=_bare(submission.verdict),
        state=state,
        version=submission.version + 1,
        updated_at=moment.now,
        author=NOBODY,
        submitted_by=_name(submission.submitted_by, folded),
        claim=None,
        earlier=tuple((ERASED, digest) for _, digest in submission.earlier),
        decisions=tuple(
            replace(one, comment="", by=_name(one.by, folded), by_name=_name(one.by_name, folded))
            for one in submission.decisions
        ),
        erased_at=moment.now,
    )
    told = outgoing.webhook(after, moment) if state is not submission.state else ()
    change = step(submission, after, KIND, by, moment, {"why": why, "state": state.value}, told)
    return replace(change, erasing=folded, notes=(Note(UNSWEPT, submission.id, {"submission": submission.id}),))


def scrub(value: Any, names: Set[str], *, inside: bool = False) -> Any:
    """A JSON value without people's words (the fields in TEXTS) and without `names` (casefolded)."""
    if isinstance(value, dict):
        return {key: scrub(part, names, inside=inside or key in TEXTS) for key, part in value.items()}
    if isinstance(value, list):
        return [scrub(part, names, inside=inside) for part in value]
    if isinstance(value, str):
        return ERASED if inside and value else _name(value, names)
    return value


def without_words(value: Any, ids: Set[str], names: Set[str], *, all_of_it: bool = False) -> Any:
    """A daily look or a cluster, as JSON, without the texts of these submissions, and without those that were said to,
    by or about one of `names` (casefolded); with `all_of_it` without any text. What was counted stays."""
    if isinstance(value, list):
        return [without_words(part, ids, names, all_of_it=all_of_it) for part in value]
    if not isinstance(value, dict):
        return value
    kept = {key: without_words(part, ids, names, all_of_it=all_of_it) for key, part in value.items()}
    if "examples" in value:  # a cluster: the beginnings of texts, and whose they are
        whose = [*value.get("submissions", ()), *[""] * len(value["examples"])]
        kept["examples"] = [
            ERASED if all_of_it or id_ in ids or _speaks_of(text, names) else text
            for text, id_ in zip(value["examples"], whose, strict=False)
        ]
    if "text" in value and "conversation" in value:  # a reply of the sample
        by_or_to = {str(value.get(field) or "").casefold() for field in ("bot", "conversation")}
        if all_of_it or by_or_to & names or _speaks_of(value["text"], names):
            kept |= {"text": ERASED, "conversation": None}
    return kept


def _speaks_of(text: str, names: Set[str]) -> bool:
    folded = text.casefold()
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in names)


def _name(word: str, names: Set[str]) -> str:
    return NOBODY if word.casefold() in names else word


def _is_over(submission: Submission, moment: Moment) -> bool:
    """Whether an approved submission is out already, or its release token no longer good."""
    if submission.state is not State.APPROVED:
        return False
    start = max(submission.decisions[-1].at, submission.draft.planned_at or submission.decisions[-1].at)
    return submission.is_published or moment.now >= start + release.GRACE


def _bare(verdict: Verdict) -> Verdict:
    return replace(
        verdict,
        reasons=tuple(map(_bare_reason, verdict.reasons)),
        shadow=tuple(map(_bare_reason, verdict.shadow)),
        signals=tuple(replace(signal, spans=(), evidence=()) for signal in verdict.signals),
        holding=None,
    )


def _bare_reason(reason: Reason) -> Reason:
    return replace(reason, message=GONE, span=None, found=None, suggestion=None, evidence=())
