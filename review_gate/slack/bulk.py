"""Decisions about several drafts at once, for leads, from the list on their home. Each is a decision of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from review_gate.domain.draft import Kind
from review_gate.domain.drill import revealed
from review_gate.domain.message import Message
from review_gate.domain.submission import Answer, Person, Role, Submission
from review_gate.gate import Gate, Seen
from review_gate.gate.bulk import NO_MORE, Chosen, Done, decide_each
from review_gate.ports import StoreError
from review_gate.slack import blockkit as bk
from review_gate.slack import modals, words
from review_gate.slack.clicks import Clicks, user_of
from review_gate.slack.modals import Clicked, View
from review_gate.slack.notices import Notices
from review_gate.slack.setting import Setting

BLOCK, CHOICE = "gate_bulk", "gate_bulk_choice"
APPROVE, REJECT = "gate_bulk_approve", "gate_bulk_reject"
CALLBACK = "gate_bulk_why"
MOST = 10
"""So many options Slack lets a list of boxes have."""
NOTHING = Message("Tick the drafts first.", "Cochez d'abord les brouillons.")
LEADS_ONLY = Message("Only leads decide about several drafts at once.", "Seuls les responsables décident en lot.")


def boxes(waiting: Sequence[Submission], setting: Setting) -> list[bk.Block]:
    """The list with boxes and its two buttons; `waiting` in the order of the queue. An option carries what is seen."""
    shown = waiting[:MOST]
    if not shown:
        return []
    how = Message(
        "Several at once: what is risky or blocked is not approved this way.",
        "En lot : ce qui est risqué ou bloqué ne s'approuve pas ainsi.",
    )
    choice = {"type": "checkboxes", "action_id": CHOICE, "options": [_option(one, setting) for one in shown]}
    sure = {
        "title": bk.plain(setting.say(Message("Approve all ticked?", "Approuver tout ?")), 100),
        "text": bk.plain(setting.say(Message("You have read each of them.", "Vous les avez tous lus.")), 300),
        "confirm": bk.plain(setting.say(Message("Approve", "Approuver")), 30),
        "deny": bk.plain(setting.say(modals.CANCEL), 30),
    }
    approve = bk.button(
        setting.say(Message("Approve ticked", "Approuver la sélection")), APPROVE, "all", style="primary"
    )
    reject = bk.button(setting.say(Message("Reject ticked", "Refuser la sélection")), REJECT, "all", style="danger")
    return [
        bk.context(bk.plain(setting.say(how))),
        bk.actions(BLOCK, choice),
        bk.actions("gate_bulk_buttons", {**approve, "confirm": sure}, reject),
    ]


def ticked(view: Mapping[str, Any]) -> list[Clicked]:
    """What is ticked in the list. What is garbled is left out."""
    values = (view.get("state") or {}).get("values") or {}
    state = (values.get(BLOCK) or {}).get(CHOICE) or {}
    found = []
    for option in state.get("selected_options") or []:
        revision, _, rest = str(option.get("value") or "").partition(":")
        sha, _, submission_id = rest.partition(":")
        if revision.isascii() and revision.isdigit() and len(revision) < 10 and submission_id:
            found.append(Clicked(submission_id, int(revision), sha))
    return found[:MOST]


class Bulk:
    """What the list's buttons do. Whoever clicks must be a lead; the gate asks again for each draft."""

    def __init__(self, gate: Gate, clicks: Clicks, notices: Notices, channel: str) -> None:
        self._gate = gate
        self._clicks = clicks
        self._notices = notices
        self._channel = channel

    def approve(self, body: Mapping[str, Any]) -> None:
        """Approves what is ticked and not risky."""
        chosen = ticked(body.get("view") or {})
        try:
            person = self._lead(body)
        except ValueError:
            return self._clicks.tell(body, LEADS_ONLY)
        if not chosen:
            return self._clicks.tell(body, NOTHING)
        return self._told(body, person, self._decide(body, chosen, Answer.APPROVE, person, "", ""))

    def window(self, body: Mapping[str, Any]) -> View | None:
        """Asks why the ticked ones are rejected."""
        chosen = ticked(body.get("view") or {})
        try:
            person = self._lead(body)
        except ValueError:
            self._clicks.tell(body, LEADS_ONLY)
            return None
        if not chosen:
            self._clicks.tell(body, NOTHING)
            return None
        return modals.why_all(CALLBACK, chosen, self._clicks.language(person.id))

    def reject(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> Mapping[str, Any]:
        """The reason was sent."""
        language = self._clicks.language(user_of(body))
        why = modals.written(view)
        if not why:
            told = Message("Please say why, in a sentence.", "Dites pourquoi, en une phrase.")
            return {"response_action": "errors", "errors": {modals.WHY_BLOCK: told.in_(language)}}
        try:
            chosen = modals.all_seen(str(view.get("private_metadata") or ""))
            person = self._lead(body)
        except ValueError:
            return {"response_action": "update", "view": modals.told(LEADS_ONLY, language, typed=why)}
        self._told(body, person, self._decide(body, chosen, Answer.REJECT, person, why, modals.chosen_code(view)))
        return {}

    def _decide(
        self, body: Mapping[str, Any], chosen: Sequence[Clicked], answer: Answer, person: Person, why: str, code: str
    ) -> Sequence[Done]:
        wanted = [Chosen(one.id, Seen(one.revision, one.sha)) for one in chosen]
        results = decide_each(self._gate, wanted, answer, person, why, code)
        for one in results:
            over = revealed(one.submission) if one.refused is None and one.submission is not None else None
            if over is not None:
                self._clicks.tell(body, over, one.id)
        return results

    def _told(self, body: Mapping[str, Any], person: Person, results: Sequence[Done]) -> None:
        chosen, done = len(results), sum(one.refused is None for one in results)
        left = chosen - done  # what was decided, changed, or is their own stays as it is
        why = Message("risky, changed, decided or your own", "risqués, modifiés, décidés ou les vôtres")
        if any(one.refused is NO_MORE for one in results):
            why = Message(
                "the database took no more: tell whoever runs Review Gate, then do it again",
                "la base n'accepte plus rien : prévenez la personne qui administre Review Gate, puis recommencez",
            )
        self._clicks.tell(
            body,
            Message(
                f"{done} of {chosen} decided; {left} left as they were ({why.en}).",
                f"{done} sur {chosen} décidés ; {left} laissés en l'état ({why.fr}).",
            ),
        )
        with contextlib.suppress(StoreError):  # drawn anew with the next change
            self._notices.home(person.id)

    def _lead(self, body: Mapping[str, Any]) -> Person:
        person = self._clicks.person(body, self._channel)
        if Role.LEAD not in person.roles:
            raise ValueError("not a lead")
        return person


def _option(one: Submission, setting: Setting) -> bk.Block:
    sign = words.SEVERITY_SIGNS[one.verdict.severity]
    kind = setting.say(words.REPLY if one.draft.kind is Kind.REPLY else words.POST)
    place = bk.clip(words.channel_name(one.draft.channel, setting.language), 30)
    text = " ".join(one.draft.text.split())
    return {
        "text": bk.plain(f"{sign} {kind} · {place} · {text}", bk.MAX_BUTTON_TEXT),
        "description": bk.plain(text[50:] or "–", bk.MAX_BUTTON_TEXT),
        "value": f"{one.revision}:{one.text_sha256}:{one.id}",
    }
