"""The card's menu: its choices and what they carry. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from review_gate.domain.draft import Kind
from review_gate.domain.message import Message
from review_gate.domain.submission import Submission
from review_gate.slack import blockkit as bk
from review_gate.slack.modals import Clicked

ACTION = "gate_more"
ASK, HOUR, TOMORROW, ONLY = "ask", "hour", "tomorrow", "only"
CHOICES = {
    ASK: Message("Ask the author…", "Demander à l'auteur…"),
    HOUR: Message("Remind me in an hour", "Me le rappeler dans une heure"),
    TOMORROW: Message("Remind me tomorrow at nine", "Me le rappeler demain à neuf heures"),
    ONLY: Message("Approve this, reject the others", "Approuver, refuser les autres"),
}


def menu(submission: Submission, language: str) -> bk.Block:
    """The overflow menu of a card. An option's value carries what was seen, within Slack's 150 characters."""
    seen = f"{submission.revision}:{submission.text_sha256}:{submission.id}"
    offered = [ASK, HOUR, TOMORROW]
    if submission.draft.kind is Kind.REPLY and submission.draft.conversation:
        offered.append(ONLY)
    options = [
        {"text": bk.plain(CHOICES[word].in_(language), bk.MAX_BUTTON_TEXT), "value": f"{word}:{seen}"}
        for word in offered
    ]
    return {"type": "overflow", "action_id": ACTION, "options": options}


def chosen(action: Mapping[str, Any], channel: str) -> tuple[str, Clicked]:
    """The word of CHOICES and what was seen. Raises ValueError."""
    value = str((action.get("selected_option") or {}).get("value") or "")
    word, revision, sha, submission_id = (*value.split(":", 3), "", "", "", "")[:4]
    if word not in CHOICES or not revision.isascii() or not revision.isdigit() or not submission_id:
        raise ValueError("not an option of the gate")
    return word, Clicked(submission_id, int(revision), sha, channel)
