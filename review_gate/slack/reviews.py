"""What a click or a window's answer does: calls the gate as the person who acted. Knows payloads, not HTTP."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from review_gate.domain.drill import revealed
from review_gate.domain.errors import GateError
from review_gate.domain.message import Message
from review_gate.domain.permits import check_seen, require
from review_gate.domain.submission import Answer, Operation, Person, Submission
from review_gate.domain.verdict import Severity
from review_gate.gate import Gate, Seen
from review_gate.ports import Clock, StoreError
from review_gate.slack import modals
from review_gate.slack.blockkit import width
from review_gate.slack.cards import ACTION_IDS
from review_gate.slack.clicks import GARBLED, Clicks, user_of
from review_gate.slack.modals import Clicked, View

log = logging.getLogger(__name__)

OPERATIONS = {action_id: operation for operation, action_id in ACTION_IDS.items()}
TOO_LONG_TO_EDIT = Message(
    "This text is longer than Slack lets people type: ask for changes, or edit it on the page.",
    "Ce texte dépasse ce que Slack permet de saisir : demandez des changements, ou modifiez-le sur la page.",
)
LOOK_AGAIN = Message(
    "Your wording was saved as a new version, but the screening finds something graver in it: nothing was approved. "
    "Look at the card again.",
    "Votre texte est enregistré comme nouvelle version, mais le contrôle y trouve plus grave : rien n'est approuvé. "
    "Regardez de nouveau la carte.",
)
NOT_APPROVED = Message(
    "Your wording was saved as a new version, but the database took no more: nothing was approved. Tell whoever runs "
    "Review Gate, then approve it from its card.",
    "Votre texte est enregistré comme nouvelle version, mais la base n'accepte plus rien : rien n'est approuvé. "
    "Prévenez la personne qui administre Review Gate, puis approuvez depuis la carte.",
)
DRILL = Message("A drill", "Un exercice")
WRITE_TEXT = Message("The text is empty.", "Le texte est vide.")
WRITE_WHY = Message("Please say why, in a sentence.", "Dites pourquoi, en une phrase.")


class Reviews:
    """The reviewer's side: buttons of a card and the windows they open."""

    def __init__(self, gate: Gate, clicks: Clicks, clock: Clock) -> None:
        self._gate = gate
        self._clicks = clicks
        self._clock = clock

    def click(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        """A button that acts at once. Whoever is refused is told privately, through the outbox."""
        operation = OPERATIONS[str(action["action_id"])]
        try:
            clicked, person = self._clicks.read(body, str(action.get("value") or ""))
        except ValueError:
            self._clicks.tell(body, GARBLED)
            return
        seen = Seen(clicked.revision, clicked.sha)
        try:
            if operation is Operation.APPROVE:
                over = revealed(self._gate.decide(clicked.id, Answer.APPROVE, person, seen))
                if over is not None:
                    self._clicks.tell(body, over, clicked.id)
            elif operation is Operation.CLAIM:
                self._gate.claim(clicked.id, person, seen)
            elif operation is Operation.HAND_BACK:
                self._gate.hand_back(clicked.id, person, seen)
            elif operation is Operation.ESCALATE:
                self._gate.escalate(clicked.id, person, seen)
            elif operation is Operation.ALLOW_REPEAT:
                self._gate.allow_repeat(clicked.id, person, seen)
        except GateError as refused:
            self._clicks.tell(body, refused.message, clicked.id)

    def window(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> View | None:
        """The window that asks why, or None when the person may not (they are told so)."""
        operation = OPERATIONS[str(action["action_id"])]
        try:
            clicked, person = self._clicks.read(body, str(action.get("value") or ""))
            submission = self._gate.get(clicked.id)
            check_seen(submission, clicked.revision, clicked.sha)
            require(operation, submission, person, self._clock())
        except ValueError:
            self._clicks.tell(body, GARBLED)
            return None
        except GateError as refused:
            self._clicks.tell(body, refused.message)
            return None
        if operation is Operation.EDIT:
            if width(submission.draft.text) > modals.MAX_TYPED:
                self._clicks.tell(body, TOO_LONG_TO_EDIT)
                return None
            return modals.edit(clicked, submission, self._clicks.language(person.id))
        return modals.ask_why(Answer(operation.value), clicked, submission, self._clicks.language(person.id))

    def answer(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> Mapping[str, Any]:
        """A window was sent: decides. What Slack shall do with the window; an empty answer closes it."""
        answer = Answer(str(view["callback_id"]).removeprefix("gate_"))
        language = self._clicks.language(user_of(body))
        why = modals.written(view)
        if not why:
            return {"response_action": "errors", "errors": {modals.WHY_BLOCK: WRITE_WHY.in_(language)}}
        try:
            clicked = Clicked.load(str(view.get("private_metadata") or ""))
        except ValueError:
            return {"response_action": "update", "view": modals.told(GARBLED, language, typed=why)}
        person = self._clicks.person(body, clicked.channel)
        code = modals.chosen_code(view)
        try:
            after = self._gate.decide(clicked.id, answer, person, Seen(clicked.revision, clicked.sha), why, code)
        except GateError as refused:
            if self._decided_already(clicked, answer, person, why):
                return {}  # the same answer again: Slack lost our first confirmation
            return {"response_action": "update", "view": modals.told(refused.message, language, typed=why)}
        over = revealed(after)
        return {} if over is None else {"response_action": "update", "view": modals.told(over, language, DRILL)}

    def edit(self, body: Mapping[str, Any], sent: Mapping[str, Any]) -> Mapping[str, Any]:
        """A reviewer's own wording was sent: a new version, and their approval of it unless the screening finds
        something graver than before. What Slack shall do with the window."""
        language = self._clicks.language(user_of(body))
        text = modals.written(sent, modals.TEXT_BLOCK, modals.TEXT_ACTION)
        if not text:
            return {"response_action": "errors", "errors": {modals.TEXT_BLOCK: WRITE_TEXT.in_(language)}}
        try:
            clicked = Clicked.load(str(sent.get("private_metadata") or ""))
        except ValueError:
            return {"response_action": "update", "view": modals.told(GARBLED, language)}
        person = self._clicks.person(body, clicked.channel)
        try:
            told = self._edit_and_approve(clicked, person, text)
        except GateError as refused:
            told = None if self._edited_already(clicked, person, text) else refused.message
        if told is None:
            return {}
        if told == revealed(self._gate.get(clicked.id)):
            return {"response_action": "update", "view": modals.told(told, language, DRILL)}
        view = modals.told(told, language, typed="" if told is LOOK_AGAIN else text)
        return {"response_action": "update", "view": view}

    def _edit_and_approve(self, clicked: Clicked, person: Person, text: str) -> Message | None:
        seen = Seen(clicked.revision, clicked.sha)
        before = self._gate.get(clicked.id)
        if text != before.draft.text.strip():
            after = self._gate.revise(clicked.id, replace(before.draft, text=text), person, seen)
            if after.verdict.severity > max(before.verdict.severity, Severity.NOTE):
                return LOOK_AGAIN
            seen = Seen(after.revision, after.text_sha256)
        try:
            return revealed(self._gate.decide(clicked.id, Answer.APPROVE, person, seen))
        except StoreError as error:
            if seen.revision == clicked.revision:
                raise
            log.error("Submission %s was edited, and could not be approved", clicked.id, exc_info=error)
            return NOT_APPROVED

    def _edited_already(self, clicked: Clicked, person: Person, text: str) -> bool:
        """Whether this very wording was approved by this person: Slack lost our first confirmation."""
        try:
            present = self._gate.get(clicked.id)
        except GateError:
            return False
        return present.draft.text == text and any(person.is_(decision.by) for decision in present.approvals)

    def _decided_already(self, clicked: Clicked, answer: Answer, person: Person, why: str) -> bool:
        try:
            submission: Submission = self._gate.get(clicked.id)
        except GateError:
            return False
        last = submission.decisions[-1] if submission.decisions else None
        same = last is not None and (last.answer, last.comment, last.text_sha256) == (answer, why, clicked.sha)
        return last is not None and same and person.is_(last.by)
