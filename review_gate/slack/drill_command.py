"""`/gate drills`: a lead reads how the drills went."""

from __future__ import annotations

from review_gate.domain.message import Message
from review_gate.domain.permits import LEADING
from review_gate.domain.submission import Person, Submission
from review_gate.insight.drills import Row, results
from review_gate.paging import pages
from review_gate.ports import Filter, Submissions
from review_gate.slack import words
from review_gate.slack.blockkit import clip, escape

MOST = 1000
SHOWN = 15
LEADS_ONLY = Message("Only leads read how the drills went.", "Seuls les responsables lisent le résultat des exercices.")
NONE_YET = Message("No drill has been answered yet.", "Aucun exercice n'a encore reçu de réponse.")


def drill_results(records: Submissions, person: Person, language: str) -> str:
    """The newest MOST drills in `mrkdwn`, by reviewer and by category."""
    if not person.roles & LEADING:
        return LEADS_ONLY.in_(language)
    drills: list[Submission] = []
    for page in pages(lambda cursor: records.submissions(Filter(drills=True), cursor, 200)):
        drills += page.items
        if len(drills) >= MOST:
            break
    found = results(drills)
    left = Message(
        f"{found.waiting} waiting, {found.unanswered} ran out of time.",
        f"{found.waiting} en attente, {found.unanswered} restés sans réponse.",
    ).in_(language)
    if found.whole is None:
        return f"{NONE_YET.in_(language)} {left}"
    named = [_line(row, row.name, language) for row in found.reviewers[:SHOWN]]
    kinds = [_line(row, words.category_name(row.name, language), language) for row in found.categories[:SHOWN]]
    everybody = Message("All", "Ensemble").in_(language)
    return "\n".join([_line(found.whole, f"*{everybody}*", language, ours=True), *named, "", *kinds, "", left])


def _line(row: Row, name: str, language: str, *, ours: bool = False) -> str:
    shown = name if ours else escape(clip(name, 60))
    told = Message(
        f"{row.caught} of {row.answered} caught, {row.minutes:.0f} min (median)",
        f"{row.caught} vus sur {row.answered}, {row.minutes:.0f} min (médiane)",
    )
    return f"{shown} – {told.in_(language)}"
