"""The author's side: `/gate`, handing in a draft from Slack, a message's shortcut, comments in a card's thread."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from review_gate.domain.draft import Draft, Kind
from review_gate.domain.errors import GateError, IdempotencyConflict, TimeOver
from review_gate.domain.message import Message
from review_gate.domain.submission import Person, Submission
from review_gate.domain.unread import unread
from review_gate.domain.verdict import Verdict
from review_gate.gate import Checked, Gate, Once
from review_gate.gate.comments import Comments
from review_gate.page_ports import Waiting
from review_gate.ports import Clock
from review_gate.slack import blockkit as bk
from review_gate.slack import freeze_commands, modals, submitting, words
from review_gate.slack.bot_commands import BotCommands
from review_gate.slack.command_words import helped, typed
from review_gate.slack.directory import Directory
from review_gate.slack.drill_command import drill_results
from review_gate.slack.findings import findings, marked_text
from review_gate.slack.freeze_commands import FreezeCommands
from review_gate.slack.modals import View
from review_gate.slack.notices import Notices
from review_gate.slack.records import BY_TS, QUESTION, Records
from review_gate.slack.rooms import Rooms
from review_gate.slack.setting import Setting

MAX_WAITING = 100
SHOWN_WAITING = 10


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """What is said at once, privately; or the window to open instead."""

    text: str = ""
    blocks: tuple[bk.Block, ...] = ()
    window: View | None = None


class Authors:
    """Everybody in the workspace may do these; nothing here decides."""

    def __init__(
        self,
        gate: Gate,
        records: Records,
        directory: Directory,
        notices: Notices,
        comments: Comments,
        clock: Clock,
        rooms: Rooms,
        bots: BotCommands | None = None,
    ) -> None:
        self._gate = gate
        self._records = records
        self._directory = directory
        self._notices = notices
        self._comments = comments
        self._clock = clock
        self._rooms = rooms
        self._language = rooms.home.language
        self._bots = bots

    def command(self, body: Mapping[str, Any]) -> CommandAnswer:
        """`/gate WORD REST`."""
        user = str(body.get("user_id") or "")
        language = self._spoken(user)
        word, rest = typed(body)
        if word == "check" and rest:
            return self._check(rest, language)
        if word == "submit":
            return CommandAnswer(window=self.window(body))
        if word == "who":
            return self._who(language)
        here = str(body.get("channel_id") or "") in self._rooms
        person = self._directory.person(user, str(body.get("user_name") or ""), reviewing=here)
        if word == "drills":
            return CommandAnswer(drill_results(self._records, person, language))
        if word in freeze_commands.WORDS:
            frozen = FreezeCommands(self._gate.freezes)
            return CommandAnswer(frozen.answer(word, submitting.unescaped(rest), person, language))
        if self._bots is not None and word in {"pause", "resume", "bots"}:
            return CommandAnswer(self._about_bots(self._bots, word, submitting.unescaped(rest), person, language))
        return CommandAnswer(helped(word, language))

    def window(self, body: Mapping[str, Any]) -> View | None:
        """What `/gate submit` opens; None for every other command."""
        word, rest = typed(body)
        if word != "submit":
            return None
        return submitting.window(submitting.unescaped(rest), self._spoken(str(body.get("user_id") or "")))

    def shortcut(self, body: Mapping[str, Any]) -> View:
        """ "Send through the gate" on a message: the window, with the message's text in it."""
        user = str((body.get("user") or {}).get("id") or "")
        text = str((body.get("message") or {}).get("text") or "")
        return submitting.window(submitting.unescaped(text), self._spoken(user))

    def home_window(self, body: Mapping[str, Any]) -> View:
        """The button on the home."""
        return submitting.window("", self._spoken(str((body.get("user") or {}).get("id") or "")))

    def submit(self, body: Mapping[str, Any], view: Mapping[str, Any]) -> Mapping[str, Any]:
        """The window was sent: hands the draft in. The same window sent again hands nothing in twice."""
        user = body.get("user") or {}
        user_id = str(user.get("id") or "")
        language = self._spoken(user_id)
        draft, errors = submitting.read(view, user_id, language)
        if draft is None:
            return {"response_action": "errors", "errors": errors}
        person = self._directory.person(user_id, str(user.get("name") or ""), reviewing=False)
        try:
            submission = self._gate.submit(draft, person, self._once(user_id, str(view.get("id") or ""), draft))
        except IdempotencyConflict:
            told = Message("This draft has been handed in already.", "Ce brouillon a déjà été déposé.")
            return {"response_action": "update", "view": modals.told(told, language, submitting.DONE)}
        except TimeOver as late:  # the window stays as it is, with what is wrong beside the field
            return {"response_action": "errors", "errors": {submitting.PLANNED: late.message.in_(language)}}
        except GateError as refused:
            return {"response_action": "update", "view": modals.told(refused.message, language)}
        return {"response_action": "update", "view": submitting.handed_in(submission, Setting(language))}

    def comment(self, event: Mapping[str, Any]) -> None:
        """A reply in a card's thread becomes an internal note, and so does an author's answer to a question, which the
        reviewers then read in the thread. Everything else that is said passes by."""
        channel, thread, ts = (str(event.get(key) or "") for key in ("channel", "thread_ts", "ts"))
        user, text = str(event.get("user") or ""), str(event.get("text") or "").strip()
        said = event.get("subtype") in {None, "thread_broadcast", "file_share"} and not event.get("bot_id")
        if not said or not thread or not user or not text:
            return
        here = channel in self._rooms
        about = self._records.note(BY_TS if here else QUESTION, f"{channel}:{thread}")
        if about is None:
            return
        person, words = self._directory.person(user, reviewing=here), submitting.unescaped(text)
        submission = str(about["submission"])
        telling = () if here else (self._notices.thread(submission, f"↩️ {person.display_name}: {words}"),)
        try:
            self._comments.add(submission, person, words, f"slack:{channel}:{ts}", telling)
        except GateError as refused:
            self._notices.direct(user, refused.message, self._spoken(user))

    def opened_home(self, event: Mapping[str, Any]) -> None:
        if event.get("tab") in {None, "home"} and event.get("user"):
            self._notices.home(str(event["user"]))

    # --- inside

    def _check(self, text: str, language: str) -> CommandAnswer:
        draft = Draft(text=submitting.unescaped(text))
        try:
            verdict = self._gate.preview(draft)
        except GateError as refused:
            return CommandAnswer(refused.message.in_(language))
        return CommandAnswer(_headline(verdict, language), tuple(_checked(draft, verdict, Setting(language))))

    def _about_bots(self, bots: BotCommands, word: str, rest: str, person: Person, language: str) -> str:
        if word == "bots":
            return bots.all(language)
        return bots.pause(rest, person, language) if word == "pause" else bots.resume(rest, person, language)

    def _who(self, language: str) -> CommandAnswer:
        now = self._clock()
        found = self._records.queue(Waiting(), limit=MAX_WAITING)
        waiting, count = found.items, len(found.items) + len(found.unread)
        names = self._directory.names(one.claim.by for one in waiting if one.claim is not None)
        setting = Setting(language, None, names)
        many = f"{count}+" if count == MAX_WAITING else str(count)
        head = _waiting(many).in_(language)
        lines = [_line(one, now, setting) for one in waiting[:SHOWN_WAITING]]
        damaged = unread(found.unread, held=True)
        head = " ".join([head, *([damaged.in_(language)] if damaged else []), *self._on_call(now, language)])
        shown = [bk.section(bk.plain(head)), *([bk.rich_text(bk.bullets(*lines))] if lines else [])]
        return CommandAnswer(head, tuple(shown))

    def _on_call(self, now: datetime, language: str) -> list[str]:
        """Out of hours: who is on call."""
        members = self._gate.policy.called_for(at=now, escalated=False)
        if not members:
            return []
        names = self._directory.names(members)
        people = ", ".join(names.get(one, one) for one in members)
        return [Message(f"On call now: {people}.", f"D'astreinte : {people}.").in_(language)]

    def _spoken(self, user_id: str) -> str:
        return self._directory.language(user_id, self._language)

    def _once(self, user_id: str, view_id: str, draft: Draft) -> Once:
        def render(answer: Checked) -> Mapping[str, Any]:
            return {"submission": answer.submission.id if answer.submission is not None else None}

        digest = hashlib.sha256(draft.text.encode()).hexdigest()
        return Once(f"slack:{user_id}", view_id, digest, 202, render)


def _headline(verdict: Verdict, language: str) -> str:
    sign, word = words.SEVERITY_SIGNS[verdict.severity], words.SEVERITIES[verdict.severity].in_(language)
    return f"{sign} {word}"


def _checked(draft: Draft, verdict: Verdict, setting: Setting) -> list[bk.Block]:
    post = Message(
        "Nothing was stored. As a post it waits for a reviewer in any case.",
        "Rien n'a été enregistré. Une publication attend de toute façon un relecteur.",
    )
    head = bk.header(_headline(verdict, setting.language))
    text = marked_text(draft.text, verdict, setting)
    return [head, text, *findings(verdict, setting), bk.context(bk.plain(setting.say(post)))]


def _line(one: Submission, now: datetime, setting: Setting) -> bk.Block:
    """One waiting draft in one line: how grave, where, since when, who looks at it."""
    minutes = max(0, int((now - one.created_at.astimezone(UTC)).total_seconds() // 60))
    sign = words.SEVERITY_SIGNS[one.verdict.severity]
    kind = setting.say(words.REPLY if one.draft.kind is Kind.REPLY else words.POST)
    place = words.channel_name(one.draft.channel, setting.language)
    since = setting.say(Message(f"for {minutes} min", f"depuis {minutes} min"))
    if one.claim is not None and one.claim_holds(now):
        holder = setting.name(one.claim.by, one.claim.by_name)
        who = setting.say(Message(f"{holder} looks at it", f"{holder} s'en occupe"))
    else:
        who = setting.say(Message("nobody yet", "personne encore"))
    text = bk.clip(" ".join(one.draft.text.split()), 70)
    return bk.rich_section(
        bk.run(f"{sign} {kind} · {bk.clip(place, 40)} · {since} · "),
        bk.run(who, bold=True),
        bk.run(f"\n{text}", italic=True),
    )


def _waiting(many: str) -> Message:
    return Message(
        "1 draft waits." if many == "1" else f"{many} drafts wait.",
        f"{many} brouillon{'' if many in ('0', '1') else 's'} en attente.",
    )
