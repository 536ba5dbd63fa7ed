"""The card: what a reviewer sees of a submission. Pure, and always within Slack's limits.

From top to bottom: state and place, who and when, the customer's message, the text with its finds in bold, what
changed, the findings, how sure the machine is, what people answered, and what happens next and who does it; the buttons
come last.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from review_gate.domain.draft import Kind
from review_gate.domain.message import Message
from review_gate.domain.permits import permitted_actions
from review_gate.domain.picture import file_name
from review_gate.domain.places import country, tongue
from review_gate.domain.reason_codes import REASON_CODES
from review_gate.domain.submission import Answer, Decision, Operation, Person, Role, State, Submission
from review_gate.domain.verdict import Severity
from review_gate.slack import blockkit as bk
from review_gate.slack import words
from review_gate.slack.bot_buttons import bot_buttons
from review_gate.slack.changes import changed_runs
from review_gate.slack.findings import findings, marked_text
from review_gate.slack.marked import runs
from review_gate.slack.menu import menu
from review_gate.slack.next_step import called, next_step
from review_gate.slack.setting import Setting

CUSTOMER_BUDGET = 700
MAX_DECISIONS = 4
MAX_COMMENT = 600
MAX_MEDIA = 4
MAX_PICTURES = 2
PICTURE_DAYS = timedelta(days=7)
ACTION_IDS = {
    Operation.APPROVE: "gate_approve",
    Operation.EDIT: "gate_edit",
    Operation.REQUEST_CHANGES: "gate_request_changes",
    Operation.REJECT: "gate_reject",
    Operation.CLAIM: "gate_claim",
    Operation.HAND_BACK: "gate_hand_back",
    Operation.ESCALATE: "gate_escalate",
    Operation.ALLOW_REPEAT: "gate_allow_repeat",
}
OPEN_ACTION = "gate_open"
DRILL_OVER = Message("Drill, over", "Exercice, terminé")
NOBODY = "\0nobody"
"""An id that no author has: the reviewer in general."""


@dataclass(frozen=True, slots=True)
class Card:
    """A message for Slack: `text` is the notification (escaped), `blocks` the card."""

    text: str
    blocks: list[bk.Block]


def card(submission: Submission, now: datetime, setting: Setting) -> Card:
    """The card of `submission` as it stands at `now`."""
    blocks = [bk.header(title(submission, setting)), _who_and_when(submission, setting)]
    blocks += _customer(submission, setting)
    blocks.append(marked_text(submission.draft.text, submission.verdict, setting))
    blocks += _media(submission, setting)
    blocks += _changes(submission, setting)
    blocks += findings(submission.verdict, setting)
    blocks += _decisions(submission, setting)
    if submission.may_repeat:
        blocks.append(bk.context(bk.plain(setting.say(words.may_repeat(bk.clip(submission.may_repeat, 80))))))
    blocks.append(next_step(submission, now, setting))
    blocks += called(submission, setting)
    blocks += _buttons(submission, now, setting)
    blocks += bot_buttons(submission, button_value(submission), setting)
    return Card(_notification(submission, setting), blocks)


def button_value(submission: Submission) -> str:
    """What a button carries, so that a click says which text was seen. Below MAX_VALUE."""
    seen = {"id": submission.id, "revision": submission.revision, "version": submission.version}
    return json.dumps({**seen, "sha": submission.text_sha256}, separators=(",", ":"))


def drawn_operations(submission: Submission, now: datetime) -> frozenset[Operation]:
    """The operations that somebody in the channel may use: a reviewer, a lead, or who holds the claim. One card serves
    all of them, so it draws what any of them may do; the click asks again for the one who clicked."""
    groups = frozenset(name for one in submission.sign_off for name in one.groups)
    drawn = permitted_actions(submission, Person(NOBODY, roles=frozenset({Role.LEAD}), groups=groups), now)
    if submission.claim is not None and submission.claim_holds(now):
        holder = Person(submission.claim.by, roles=frozenset({Role.REVIEWER}), groups=groups)
        drawn = (drawn | permitted_actions(submission, holder, now)) - {Operation.CLAIM}
    return drawn & ACTION_IDS.keys()


def title(submission: Submission, setting: Setting) -> str:
    severity = submission.verdict.severity
    held = submission.state is State.HELD
    sign = words.SEVERITY_SIGNS[severity] if held else words.STATE_SIGNS[submission.state]
    kind = setting.say(words.REPLY if submission.draft.kind is Kind.REPLY else words.POST)
    state = setting.say(words.SEVERITIES[severity] if held else words.STATES[submission.state])
    place = words.channel_name(submission.draft.channel, setting.language)
    market = f" ({setting.say(country(submission.draft.market))})" if submission.draft.market else ""
    if submission.drill is not None and not held:
        sign, state = "🎓", setting.say(DRILL_OVER)
    return f"{sign} {state} · {kind} · {bk.clip(place, 60)}{market}"


def _who_and_when(submission: Submission, setting: Setting) -> bk.Block:
    draft = submission.draft
    author = setting.name(draft.author or submission.author)
    if draft.bot:
        who = setting.say(Message(f"Bot {bk.clip(draft.bot, 60)}", f"Bot {bk.clip(draft.bot, 60)}"))
    else:
        who = setting.say(Message(f"By {author}", f"Par {author}"))
    elements = [bk.plain(who)]
    if draft.planned_at is not None:
        due = bk.date_token(draft.planned_at)
        elements.append(bk.mrkdwn(setting.say(Message(f"*Due {due}*", f"*Prévu {due}*"))))
    else:
        elements.append(bk.plain(setting.say(Message("no planned time", "sans heure prévue"))))
    if lang := draft.lang or submission.verdict.lang:
        elements.append(bk.plain(setting.say(tongue(lang))))
    if submission.revision > 1:
        elements.append(
            bk.plain(setting.say(Message(f"version {submission.revision}", f"version {submission.revision}")))
        )
    return bk.context(*elements)


def _customer(submission: Submission, setting: Setting) -> list[bk.Block]:
    message = submission.draft.in_reply_to
    if not message:
        return []
    label = setting.say(Message("The customer wrote: ", "Le client a écrit : "))
    shown = runs(message, (), CUSTOMER_BUDGET, setting.language)
    answer = setting.say(Message("The answer: ", "La réponse : "))
    return [
        bk.rich_text(bk.rich_section(bk.run(label, italic=True), *shown)),
        bk.context(bk.plain(answer.strip())),
    ]


def _media(submission: Submission, setting: Setting) -> list[bk.Block]:
    media = submission.draft.media
    if not media:
        return []
    lines = []
    for item in media[:MAX_MEDIA]:
        alt = item.alt or setting.say(Message("no alt text", "sans texte alternatif"))
        link = {"type": "link", "url": item.url, "text": bk.clip(item.url, 80)}
        linked = item.url.startswith(("https://", "http://")) and len(item.url) <= bk.MAX_LINK
        lines.append(
            bk.rich_section(link if linked else bk.run(bk.clip(item.url, 80)), bk.run(f" · {bk.clip(alt, 300)}"))
        )
    shown = _pictures(submission, setting)
    label = setting.say(Message("With ", "Avec "))
    if not shown and setting.page_url and any(item.sha256 for item in media):
        label = setting.say(Message("With (see the pictures on the page) ", "Avec (images à voir sur la page) "))
    more = len(media) - MAX_MEDIA
    if more > 0:
        lines.append(bk.rich_section(bk.run(setting.say(Message(f"and {more} more", f"et {more} de plus")))))
    return [bk.rich_text(bk.rich_section(bk.run(label.strip(), italic=True)), bk.bullets(*lines)), *shown]


def _pictures(submission: Submission, setting: Setting) -> list[bk.Block]:
    """Small copies, where Slack can fetch them. Their address stays the same as long as the record does, so that a card
    that has not changed is not sent again."""
    if setting.thumbnail is None:
        return []
    until = submission.updated_at + PICTURE_DAYS
    return [
        bk.image(setting.thumbnail(item.sha256, until), item.alt or file_name(item.url) or "?")
        for item in submission.draft.media
        if item.sha256
    ][:MAX_PICTURES]


def _changes(submission: Submission, setting: Setting) -> list[bk.Block]:
    if not submission.earlier:
        return []
    before = submission.earlier[-1][0]
    shown = changed_runs(before, submission.draft.text, setting.language)
    number = submission.revision - 1
    label = setting.say(Message(f"Changed since version {number}: ", f"Changé depuis la version {number} : "))
    return [bk.rich_text(bk.rich_section(bk.run(label, italic=True), *shown))]


def _decisions(submission: Submission, setting: Setting) -> list[bk.Block]:
    shown = submission.decisions[-MAX_DECISIONS:]
    return [block for decision in shown for block in _decision(decision, submission, setting)]


def _decision(decision: Decision, submission: Submission, setting: Setting) -> list[bk.Block]:
    name = setting.name(decision.by, decision.by_name)
    line = [bk.plain(f"{name} {setting.say(words.ANSWERS[decision.answer])}"), bk.mrkdwn(bk.date_token(decision.at))]
    if decision.revision != submission.revision:
        void = Message(f"version {decision.revision}, void now", f"version {decision.revision}, caduque")
        plain = Message(f"version {decision.revision}", f"version {decision.revision}")
        line.append(bk.plain(setting.say(void if decision.answer is Answer.APPROVE else plain)))
    code = REASON_CODES.get(decision.reason_code)
    if code is not None:
        line.append(bk.plain(setting.say(code)))
    blocks = [bk.context(*line)]
    if decision.comment:
        blocks.append(bk.rich_text(bk.quote(bk.run(bk.clip(decision.comment, MAX_COMMENT)))))
    return blocks


def _buttons(submission: Submission, now: datetime, setting: Setting) -> list[bk.Block]:
    drawn = drawn_operations(submission, now)
    value = button_value(submission)
    styles = {Operation.APPROVE: "primary", Operation.REJECT: "danger"}
    elements = []
    for operation, action_id in ACTION_IDS.items():
        if operation in drawn:
            word = words.BUTTONS[operation]
            if operation is Operation.APPROVE and submission.verdict.severity is Severity.BLOCK:
                word = words.APPROVE_AS_LEAD
            elements.append(bk.button(setting.say(word), action_id, value, style=styles.get(operation)))
    if Operation.REQUEST_CHANGES in drawn:
        elements.append(menu(submission, setting.language))
    if setting.page_url:
        elements.append(bk.button(setting.say(words.OPEN_PAGE), OPEN_ACTION, url=setting.page_url))
    return [bk.actions(f"gate:{submission.id}", *elements)] if elements else []


def _notification(submission: Submission, setting: Setting) -> str:
    shown = bk.clip_escaped(" ".join(submission.draft.text.split()), 300)
    return f"{bk.escape(title(submission, setting))} – {shown}"
