"""What an author is told about the end of their draft, wherever they are reached. Pure."""

from __future__ import annotations

from review_gate.domain.message import Message
from review_gate.domain.publication import Stage
from review_gate.domain.statement import statement
from review_gate.domain.submission import State, Submission

SHOWN = 80
"""So many characters of the text, to tell which draft is meant."""


def about_the_end(submission: Submission) -> Message | None:
    """What its author is told about a decision; nothing while it waits, or when they took it back themselves."""
    text = shortened(submission.draft.text)
    last = submission.decisions[-1] if submission.decisions else None
    by, why = (last.by_name, last.comment) if last is not None else ("", "")
    out = submission.publication
    if out is not None and out.stage is Stage.PUBLISHED:
        where = out.url or out.via
        return Message(
            f"📣 Your post “{text}” is out: {where}", f"📣 Votre publication « {text} » est en ligne : {where}"
        )
    if out is not None and out.stage is Stage.FAILED:
        return None  # told by who gave it up
    return {
        State.APPROVED: Message(
            f"✅ {by} approved your draft “{text}”. It may go out as it is; a new text needs a new approval.",
            f"✅ {by} a approuvé votre brouillon « {text} ». Il peut partir tel quel ; un nouveau texte demande une"
            " nouvelle approbation.",
        ),
        State.CHANGES_REQUESTED: Message(
            f"✏️ {by} asks for changes to your draft “{text}”: {why}",
            f"✏️ {by} demande des changements à votre brouillon « {text} » : {why}",
        ),
        State.REJECTED: _rejected(submission, text, by, why),
        State.EXPIRED: Message(
            f"⌛ Nobody decided in time about your draft “{text}”: it did not go out. Hand it in again"
            " with a later time if it still should.",
            f"⌛ Personne n'a décidé à temps de votre brouillon « {text} » : il n'est pas parti."
            " S'il est toujours d'actualité, déposez-le à nouveau avec une heure à venir.",
        ),
    }.get(submission.state)


def _rejected(submission: Submission, text: str, by: str, why: str) -> Message:
    """With the statement of reasons, where there is one."""
    reasons = statement(submission) or Message("", "")
    return Message(
        f"⛔ {by} rejected your draft “{text}”: {why}\n{reasons.en}".rstrip(),
        f"⛔ {by} a refusé votre brouillon « {text} » : {why}\n{reasons.fr}".rstrip(),
    )


def shortened(text: str, limit: int = SHOWN) -> str:
    """`text` on one line, at most `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
