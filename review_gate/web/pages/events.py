"""How events are told to people, in the history of a submission as in the audit log."""

from __future__ import annotations

from typing import Any

from review_gate.domain.change import Event
from review_gate.domain.unattended import WHYS
from review_gate.gate.comments import KIND as NOTE
from review_gate.gate.outcomes import KIND as OUTCOME
from review_gate.web.pages.base import t, told

EVENTS = {
    "submission.held": ("ev_held", "waits"),
    "submission.looked": ("ev_looked", ""),
    "submission.recalled": ("ev_recalled", "waits"),
    "submission.revised": ("ev_revised", "waits"),
    "submission.approve": ("ev_approve", "good"),
    "submission.request_changes": ("ev_request_changes", "waits"),
    "submission.reject": ("ev_reject", "bad"),
    "submission.claimed": ("ev_claimed", ""),
    "submission.handed_back": ("ev_handed_back", ""),
    "submission.escalated": ("ev_escalated", "waits"),
    "submission.withdrawn": ("ev_withdrawn", "gone"),
    "submission.erased": ("ev_erased", "gone"),
    "submission.expired": ("ev_expired", "gone"),
    "submission.published": ("ev_published", "good"),
    "submission.not_published": ("ev_not_published", "bad"),
    "release.used": ("ev_released", "good"),
    "bot.repeat_allowed": ("ev_repeat_allowed", ""),
    NOTE: ("ev_commented", ""),
    OUTCOME: ("ev_outcome", ""),
    "incident.opened": ("ev_incident", "bad"),
    "incident.described": ("ev_incident_described", ""),
    "incident.task_added": ("ev_task_added", ""),
    "incident.task_done": ("ev_task_done", "good"),
    "incident.task_undone": ("ev_task_undone", ""),
    "incident.example_added": ("ev_taught", "good"),
    "incident.closed": ("ev_incident_closed", "good"),
    "incident.reopened": ("ev_incident_reopened", "bad"),
    "rules.written": ("ev_rules_written", ""),
    "bot.tripped": ("ev_bot_tripped", "bad"),
    "bot.paused": ("ev_bot_paused", "bad"),
    "bot.resumed": ("ev_bot_resumed", "waits"),
    "bot.closed": ("ev_bot_closed", "good"),
    "freeze.on": ("ev_freeze_on", "bad"),
    "freeze.off": ("ev_freeze_off", "good"),
    "template.approved": ("ev_template_approved", "good"),
    "template.retired": ("ev_template_retired", "gone"),
    "digest.marked": ("ev_digest_marked", ""),
    "cluster.found": ("ev_cluster_found", "bad"),
    "score.suggested": ("ev_score_suggested", ""),
}
"""How an event is told, and in which colour."""


def event_words(kind: str) -> str:
    """What happened, in the reader's language; the kind itself where nobody has put it into words."""
    return t(EVENTS[kind][0]) if kind in EVENTS else kind


def worded(event: Event, value: Any) -> Any:
    """A value of the event's data; what the gate itself says, in the reader's language."""
    known = WHYS.get(value) if event.actor == "gate" and isinstance(value, str) else None
    return value if known is None else told(known)
