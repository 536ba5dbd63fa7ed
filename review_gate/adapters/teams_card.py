"""A submission as an Adaptive Card for a Teams channel. Pure, and never above the size that Teams takes.

What people wrote goes into text runs, which know no Markdown: nobody makes a link out of a draft.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from review_gate.domain.days import moment_in_figures
from review_gate.domain.drill import revealed
from review_gate.domain.message import Message
from review_gate.domain.places import country
from review_gate.domain.publication import on_approval
from review_gate.domain.submission import State, Submission
from review_gate.domain.telling import told_once
from review_gate.domain.verdict import Severity
from review_gate.slack import words
from review_gate.slack.marked import Mark, pieces

MAX_BYTES = 28 * 1024
"""A workflow's webhook takes messages of up to 28 KB, the wrapping included."""
TEXT_BUDGETS = (4000, 2000, 1000, 500)
"""So many characters of the draft are shown, fewer when the message would be too big."""
MAX_FINDINGS = 5
COLOURS = {Severity.BLOCK: "attention", Severity.HOLD: "warning", Severity.WARN: "warning"}
STATE_COLOURS = {State.APPROVED: "good", State.REJECTED: "attention"}

Block = dict[str, Any]


def message(submission: Submission, language: str, page_url: str, outlet: str | None = None) -> Block:
    """The whole body to send. `page_url` opens the submission's page, `outlet` puts it out once it is approved."""
    sent: Block = {}
    for budget in TEXT_BUDGETS:
        sent = _wrapped(_card(submission, language, page_url, budget, outlet))
        if len(json.dumps(sent, ensure_ascii=False).encode()) <= MAX_BYTES:
            return sent
    return _wrapped(_bare(submission, language, page_url))


def _wrapped(card: Block) -> Block:
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _bare(submission: Submission, language: str, page_url: str) -> Block:
    """Title and link: everything else would be too much."""
    return _frame([_title(submission, language)], submission, language, page_url)


def _card(submission: Submission, language: str, page_url: str, budget: int, outlet: str | None) -> Block:
    body = [_title(submission, language), _who_and_when(submission, language)]
    if submission.draft.in_reply_to:
        label = Message("The customer wrote", "Le client a écrit").in_(language)
        body += [_label(label), _runs([(_cut(submission.draft.in_reply_to, budget // 4), {"italic": True})])]
    ranked = sorted(submission.verdict.reasons, key=lambda reason: -reason.severity)
    spans = [reason.span for reason in ranked if reason.span is not None]
    shown: list[tuple[str, Block]] = []
    for piece in pieces(submission.draft.text, spans, budget):
        if piece.mark is Mark.GAP:
            gap = Message(f" [… {piece.text} characters …] ", f" [… {piece.text} caractères …] ")
            shown.append((gap.in_(language), {"italic": True, "isSubtle": True}))
        else:
            find = {"highlight": True, "weight": "Bolder"} if piece.mark is Mark.FIND else {}
            shown.append((piece.text, find))
    body.append({"type": "Container", "style": "emphasis", "items": [_runs(shown)]})
    for told in told_once(ranked)[:MAX_FINDINGS]:
        head = f"{words.SEVERITY_SIGNS[told.reason.severity]} "
        found = ", ".join(told.found)
        quoted = Message(f"“{found}”: ", f"« {found} » : ").in_(language) if found else ""
        line = [(head, {}), (_cut(quoted, 200), {"weight": "Bolder"}),
                (_cut(told.reason.message.in_(language), 400), {})]  # fmt: skip
        body.append(_runs([one for one in line if one[0]]))
    body += _answer(submission, language)
    body.append(_runs([(_next(submission).in_(language), {"isSubtle": True})]))
    if submission.state is State.HELD and outlet is not None:
        told_before = on_approval(outlet, submission.draft.planned_at is not None)
        body.append(_runs([(told_before.in_(language), {"weight": "Bolder"})]))
    return _frame(body, submission, language, page_url)


def _frame(body: list[Block], submission: Submission, language: str, page_url: str) -> Block:
    held = submission.state is State.HELD
    open_ = Message("Decide", "Décider") if held else Message("Open", "Ouvrir")
    actions: list[Block] = [{"type": "Action.OpenUrl", "title": open_.in_(language), "url": page_url}]
    out = submission.publication
    if out is not None and out.url and out.url.startswith("https://"):
        see = Message("See the post", "Voir la publication").in_(language)
        actions.append({"type": "Action.OpenUrl", "title": see, "url": out.url})
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": _title(submission, language)["inlines"][0]["text"],
        "msteams": {"width": "Full"},
        "body": body,
        "actions": actions,
    }


def _title(submission: Submission, language: str) -> Block:
    severity, state = submission.verdict.severity, submission.state
    held = state is State.HELD
    sign = words.SEVERITY_SIGNS[severity] if held else words.STATE_SIGNS[state]
    word = (words.SEVERITIES[severity] if held else words.STATES[state]).in_(language)
    kind = (words.REPLY if submission.draft.kind.value == "reply" else words.POST).in_(language)
    place = _cut(words.channel_name(submission.draft.channel, language), 60)
    market = f" ({country(submission.draft.market).in_(language)})" if submission.draft.market else ""
    colour = COLOURS.get(severity, "default") if held else STATE_COLOURS.get(state, "default")
    style = {"size": "Large", "weight": "Bolder", "color": colour}
    return _runs([(f"{sign} {word} · {kind} · {place}{market}", style)])


def _who_and_when(submission: Submission, language: str) -> Block:
    draft = submission.draft
    author = _cut(draft.author or submission.author, 80)
    who = f"Bot {_cut(draft.bot, 60)}" if draft.bot else Message(f"By {author}", f"Par {author}").in_(language)
    facts: list[tuple[str, Block]] = [(who, {"isSubtle": True})]
    if draft.planned_at is not None:
        planned = moment_in_figures(draft.planned_at)
        due = Message(f" · due {planned.en}", f" · prévu {planned.fr}")
        facts.append((due.in_(language), {"weight": "Bolder"}))
    if submission.revision > 1:
        facts.append((f" · version {submission.revision}", {"isSubtle": True}))
    if submission.escalated:
        facts.append((Message(" · escalated", " · transmis aux responsables").in_(language), {"color": "attention"}))
    return _runs(facts)


def _answer(submission: Submission, language: str) -> list[Block]:
    if submission.state is State.HELD or not submission.decisions:
        return []
    last = submission.decisions[-1]
    said = words.ANSWERS[last.answer].in_(language)
    at = moment_in_figures(last.at).in_(language)
    blocks = [_runs([(_cut(last.by_name, 80), {"weight": "Bolder"}), (f" {said} · {at}", {})])]
    if last.comment:
        blocks.append(_runs([(_cut(last.comment, 600), {"italic": True})]))
    return blocks


def _next(submission: Submission) -> Message:
    """What happens next, and who does it."""
    over = revealed(submission)
    if over is not None:
        return over
    if submission.state is State.APPROVED and submission.publication is not None:
        return submission.publication.told
    author = _cut(submission.draft.author or submission.author, 80)
    return {
        State.HELD: Message(
            "Next: a reviewer decides, on the page. Without a decision it does not go out.",
            "Ensuite : un relecteur décide, sur la page. Sans décision, il ne part pas.",
        ),
        State.APPROVED: Message("Next: exactly this text may go out.", "Ensuite : ce texte, et lui seul, peut partir."),
        State.CHANGES_REQUESTED: Message(
            f"Next: {author} changes the text, then it comes back here.",
            f"Ensuite : {author} modifie le texte, puis il revient ici.",
        ),
        State.REJECTED: Message("It does not go out.", "Il ne sera pas publié."),
        State.WITHDRAWN: Message(
            "Its author took it back. It does not go out.", "Retiré par son auteur, il ne part pas."
        ),
        State.EXPIRED: Message(
            "Nobody decided in time. It does not go out.", "Personne n'a décidé à temps. Il ne sera pas publié."
        ),
    }[submission.state]


def _label(text: str) -> Block:
    return _runs([(text, {"isSubtle": True, "size": "Small"})])


def _runs(parts: Sequence[tuple[str, Block]]) -> Block:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style} for text, style in parts]}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
