"""The card's menu: what a reviewer does besides deciding. Ask the author, be reminded, settle a whole conversation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from review_gate.domain.errors import GateError
from review_gate.domain.message import Message
from review_gate.domain.permits import check_seen, require
from review_gate.domain.submission import Answer, Operation, Person, State, Submission
from review_gate.gate import Gate, Seen
from review_gate.gate.comments import Comments
from review_gate.ports import Clock, Filter, StoreError
from review_gate.slack import blockkit as bk
from review_gate.slack import modals
from review_gate.slack.clicks import GARBLED, Clicks, channel_of, user_of
from review_gate.slack.directory import Directory
from review_gate.slack.menu import ASK, HOUR, ONLY, chosen
from review_gate.slack.modals import Clicked, View
from review_gate.slack.notices import Notices
from review_gate.slack.records import Records

log = logging.getLogger(__name__)

ASK_CALLBACK = "gate_ask"
MORNING = 9
MAX_SIBLINGS = 50
NOBODY_TO_ASK = Message(
    "Its author is not known in Slack: write a comment on the page, or ask for changes.",
    "Son auteur n'est pas connu dans Slack : écrivez une note sur la page, ou demandez des changements.",
)
OTHER_APPROVED = Message(
    "Another reply to this customer was approved.", "Une autre réponse à ce client a été approuvée."
)


class More:
    """Everything here asks the same question as the buttons: may this person decide about it?"""

    def __init__(
        self,
        gate: Gate,
        records: Records,
        clicks: Clicks,
        directory: Directory,
        notices: Notices,
        comments: Comments,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._records = records
        self._clicks = clicks
        self._directory = directory
        self._notices = notices
        self._comments = comments
        self._clock = clock

    def choose(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        """What needs no window is done here, before Slack gets its answer."""
        try:
            word, clicked = chosen(action, channel_of(body))
            person = self._clicks.person(body, clicked.channel)
        except ValueError:
            return self._clicks.tell(body, GARBLED)
        if word == ASK:
            return None
        try:
            told = self._only_this(clicked, person) if word == ONLY else self._remind(clicked, person, word)
        except GateError as refused:
            told = refused.message
        return self._clicks.tell(body, told, clicked.id)

    def window(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> View | None:
        """The window for a question to the author; None for the other choices and for those who may not."""
        try:
            word, clicked = chosen(action, channel_of(body))
            if word != ASK:
                return None
            person = self._clicks.person(body, clicked.channel)
            submission = self._allowed(clicked, person)
        except ValueError:
            return None  # `choose` has said so
        except GateError as refused:
            self._clicks.tell(body, refused.message, clicked.id)
            return None
        if self._directory.slack_user(submission) is None:
            self._clicks.tell(body, NOBODY_TO_ASK, clicked.id)
            return None
        return modals.question(ASK_CALLBACK, clicked, submission, self._clicks.language(person.id))

    def ask(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> Mapping[str, Any]:
        """The question was sent: the author gets it as a direct message, the reviewers see it in the thread."""
        language = self._clicks.language(user_of(body))
        words = modals.written(view)
        if not words:
            empty = Message("Write the question.", "Écrivez la question.")
            return {"response_action": "errors", "errors": {modals.WHY_BLOCK: empty.in_(language)}}
        try:
            clicked = Clicked.load(str(view.get("private_metadata") or ""))
            person = self._clicks.person(body, clicked.channel)
            submission = self._allowed(clicked, person)
        except ValueError:
            return {"response_action": "update", "view": modals.told(GARBLED, language, typed=words)}
        except GateError as refused:
            return {"response_action": "update", "view": modals.told(refused.message, language, typed=words)}
        author = self._directory.slack_user(submission)
        if author is None:
            return {"response_action": "update", "view": modals.told(NOBODY_TO_ASK, language, typed=words)}
        text = bk.clip(" ".join(submission.draft.text.split()), 80)
        name = person.display_name
        asked = Message(
            f"❓ {name} asks about your draft “{text}”: {words}\nAnswer in this thread.",
            f"❓ {name} demande, à propos de votre brouillon « {text} » : {words}\nRépondez dans ce fil.",
        )
        telling = (
            self._notices.question(author, asked, self._clicks.language(author), submission.id),
            self._notices.thread(submission.id, f"❓ {name}: {words}"),
        )
        self._comments.add(submission.id, person, words, f"ask:{view.get('id')}", telling)
        return {}

    def _allowed(self, clicked: Clicked, person: Person) -> Submission:
        submission = self._gate.get(clicked.id)
        check_seen(submission, clicked.revision, clicked.sha)
        require(Operation.REQUEST_CHANGES, submission, person, self._clock())
        return submission

    def _remind(self, clicked: Clicked, person: Person, word: str) -> Message:
        submission = self._allowed(clicked, person)
        at = self._clock() + timedelta(hours=1) if word == HOUR else self._morning(person.id)
        text = bk.clip(" ".join(submission.draft.text.split()), 120)
        reminder = Message(f"⏰ Still waiting: “{text}”", f"⏰ Toujours en attente : « {text} »")
        self._notices.later(person.id, reminder, self._clicks.language(person.id), submission.id, at)
        return Message(
            "You will be reminded, unless it is decided by then.", "Vous aurez un rappel, sauf décision d'ici là."
        )

    def _morning(self, user: str) -> datetime:
        here = self._clock().astimezone(ZoneInfo(self._directory.time_zone(user)))
        return (here + timedelta(days=1)).replace(hour=MORNING, minute=0, second=0, microsecond=0)

    def _only_this(self, clicked: Clicked, person: Person) -> Message:
        """Approves, then rejects what else waits for the same customer. Each is a decision of its own, on record."""
        chosen_one = self._gate.get(clicked.id)
        siblings = self._siblings(chosen_one)
        self._gate.decide(clicked.id, Answer.APPROVE, person, Seen(clicked.revision, clicked.sha))
        rejected = 0
        for other in siblings:
            try:
                seen = Seen(other.revision, other.text_sha256)
                self._gate.decide(other.id, Answer.REJECT, person, seen, OTHER_APPROVED.en, "other")
                rejected += 1
            except GateError:
                continue  # decided by somebody else meanwhile, or not theirs to decide: it stays as it is
            except StoreError as error:
                log.error("The rest of %d replies was left as it is", len(siblings), exc_info=error)
                break
        left = len(siblings) - rejected
        return Message(
            f"Approved; {rejected} other replies rejected" + (f", {left} left as they are." if left else "."),
            f"Approuvé ; {rejected} autres réponses refusées" + (f", {left} laissées en l'état." if left else "."),
        )

    def _siblings(self, one: Submission) -> list[Submission]:
        draft = one.draft
        if not draft.conversation:
            return []
        page = self._records.submissions(
            Filter(state=State.HELD, channel=draft.channel, kind=draft.kind.value), limit=500
        )
        same = [other for other in page.items if other.draft.conversation == draft.conversation and other.id != one.id]
        return same[:MAX_SIBLINGS]
