"""What a click or a window's answer does: calls the gate as the person who acted. Knows payloads, not HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from review_gate.domain.errors import GateError
from review_gate.domain.lifecycle import check_seen, require
from review_gate.domain.message import Message
from review_gate.domain.submission import Answer, Operation, Person, Submission
from review_gate.domain.verdict import Severity
from review_gate.gate import Gate, Seen
from review_gate.ports import Clock
from review_gate.slack import modals
from review_gate.slack.blockkit import width
from review_gate.slack.cards import ACTION_IDS
from review_gate.slack.directory import Directory
from review_gate.slack.modals import Clicked, View
from review_gate.slack.notices import Notices

OPERATIONS = {action_id: operation for operation, action_id in ACTION_IDS.items()}
GARBLED = Message(
    "This button is not one of the gate's present cards: nothing was decided. Use the newest card.",
    "Ce bouton ne vient pas d'une carte actuelle : rien n'a été décidé. Utilisez la carte la plus récente.",
)
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
WRITE_TEXT = Message("The text is empty.", "Le texte est vide.")
WRITE_WHY = Message("Please say why, in a sentence.", "Dites pourquoi, en une phrase.")


class Reviews:
    """The reviewer's side. `channel` is the review channel: who can click there is a reviewer."""

    def __init__(
        self, gate: Gate, directory: Directory, notices: Notices, clock: Clock, channel: str, language: str = "en"
    ) -> None:
        self._gate = gate
        self._directory = directory
        self._notices = notices
        self._clock = clock
        self._channel = channel
        self._language = language

    def language(self, user_id: str) -> str:
        return self._directory.language(user_id, self._language)

    def click(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        """A button that acts at once. Whoever is refused is told privately, through the outbox."""
        operation = OPERATIONS[str(action["action_id"])]
        try:
            clicked, person = self._who_clicked(body, action)
        except ValueError:
            self._tell(body, GARBLED)
            return
        seen = Seen(clicked.revision, clicked.sha)
        try:
            if operation is Operation.APPROVE:
                self._gate.decide(clicked.id, Answer.APPROVE, person, seen)
            elif operation is Operation.CLAIM:
                self._gate.claim(clicked.id, person, seen)
            elif operation is Operation.HAND_BACK:
                self._gate.hand_back(clicked.id, person, seen)
            elif operation is Operation.ESCALATE:
                self._gate.escalate(clicked.id, person, seen)
        except GateError as refused:
            self._tell(body, refused.message, clicked.id)

    def window(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> View | None:
        """The window that asks why, or None when the person may not (they are told so)."""
        operation = OPERATIONS[str(action["action_id"])]
        try:
            clicked, person = self._who_clicked(body, action)
            submission = self._gate.get(clicked.id)
            check_seen(submission, clicked.revision, clicked.sha)
            require(operation, submission, person, self._clock())
        except ValueError:
            self._tell(body, GARBLED)
            return None
        except GateError as refused:
            self._tell(body, refused.message)
            return None
        if operation is Operation.EDIT:
            if width(submission.draft.text) > modals.MAX_TYPED:
                self._tell(body, TOO_LONG_TO_EDIT)
                return None
            return modals.edit(clicked, submission, self.language(person.id))
        return modals.ask_why(Answer(operation.value), clicked, submission, self.language(person.id))

    def answer(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> Mapping[str, Any]:
        """A window was sent: decides. What Slack shall do with the window; an empty answer closes it."""
        answer = Answer(str(view["callback_id"]).removeprefix("gate_"))
        user = body.get("user") or {}
        language = self.language(str(user.get("id") or ""))
        why = modals.written(view)
        if not why:
            return {"response_action": "errors", "errors": {modals.WHY_BLOCK: WRITE_WHY.in_(language)}}
        try:
            clicked = Clicked.load(str(view.get("private_metadata") or ""))
        except ValueError:
            return {"response_action": "update", "view": modals.told(GARBLED, language, typed=why)}
        person = self._person(user, clicked.channel)
        code = modals.chosen_code(view)
        try:
            self._gate.decide(clicked.id, answer, person, Seen(clicked.revision, clicked.sha), why, code)
        except GateError as refused:
            if self._decided_already(clicked, answer, person, why):
                return {}  # the same answer again: Slack lost our first confirmation
            return {"response_action": "update", "view": modals.told(refused.message, language, typed=why)}
        return {}

    def edit(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> Mapping[str, Any]:
        """A reviewer's own wording was sent: a new version, and their approval of it unless the screening finds
        something graver than before. What Slack shall do with the window."""
        user = body.get("user") or {}
        language = self.language(str(user.get("id") or ""))
        text = modals.written(view, modals.TEXT_BLOCK, modals.TEXT_ACTION)
        if not text:
            return {"response_action": "errors", "errors": {modals.TEXT_BLOCK: WRITE_TEXT.in_(language)}}
        try:
            clicked = Clicked.load(str(view.get("private_metadata") or ""))
        except ValueError:
            return {"response_action": "update", "view": modals.told(GARBLED, language)}
        person = self._person(user, clicked.channel)
        try:
            told = self._edit_and_approve(clicked, person, text)
        except GateError as refused:
            told = None if self._edited_already(clicked, person, text) else refused.message
        return (
            {}
            if told is None
            else {
                "response_action": "update",
                "view": modals.told(told, language, typed="" if told is LOOK_AGAIN else text),
            }
        )

    def _edit_and_approve(self, clicked: Clicked, person: Person, text: str) -> Message | None:
        seen = Seen(clicked.revision, clicked.sha)
        before = self._gate.get(clicked.id)
        if text != before.draft.text.strip():
            after = self._gate.revise(clicked.id, replace(before.draft, text=text), person, seen)
            if after.verdict.severity > max(before.verdict.severity, Severity.NOTE):
                return LOOK_AGAIN
            seen = Seen(after.revision, after.text_sha256)
        self._gate.decide(clicked.id, Answer.APPROVE, person, seen)
        return None

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

    def _who_clicked(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> tuple[Clicked, Person]:
        container = body.get("container") or {}
        channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
        clicked = Clicked.load(str(action.get("value") or ""), channel)
        return clicked, self._person(body.get("user") or {}, channel)

    def _person(self, user: Mapping[str, Any], channel: str) -> Person:
        user_id = str(user.get("id") or "")
        if not user_id:
            raise ValueError("a click by nobody")
        name = str(user.get("name") or user.get("username") or "")
        return self._directory.person(user_id, name, reviewing=channel == self._channel)

    def _tell(self, body: Mapping[str, Any], message: Message, submission_id: str | None = None) -> None:
        user_id = str((body.get("user") or {}).get("id") or "")
        language = self.language(user_id)
        if body.get("response_url"):
            self._notices.answer(str(body["response_url"]), message, language, submission_id)
        elif user_id:
            self._notices.direct(user_id, message, language, submission_id)
