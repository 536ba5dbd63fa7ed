"""The app's home: own drafts; for reviewers what waits, bots and figures. Drawn by the courier, never in a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from slack_sdk import WebClient

from review_gate.domain.draft import Kind
from review_gate.domain.message import Message
from review_gate.domain.submission import Role, State, Submission
from review_gate.domain.unread import unread
from review_gate.page_ports import Waiting
from review_gate.ports import Clock, Filter, Page
from review_gate.slack import blockkit as bk
from review_gate.slack import modals, words
from review_gate.slack.bulk import boxes
from review_gate.slack.client import call
from review_gate.slack.directory import Directory
from review_gate.slack.home_numbers import Numbers, numbers
from review_gate.slack.records import Records
from review_gate.slack.rooms import Rooms
from review_gate.slack.setting import Setting

SHOWN = 10
MAX_WAITING = 200
HAND_IN = "gate_home_submit"


class Homes:
    """`view(user)` is that person's home now. The queue is shown to members of the review channels alone."""

    def __init__(
        self,
        records: Records,
        client: WebClient,
        directory: Directory,
        rooms: Rooms,
        clock: Clock,
        numbers: Callable[[datetime], Numbers] | None = None,
    ) -> None:
        self._numbers = numbers
        self._records = records
        self._client = client
        self._directory = directory
        self._rooms = rooms
        self._clock = clock
        self._language = rooms.home.language

    def view(self, user: str) -> modals.View:
        """Asks Slack who reviews; raises Undeliverable when it cannot be asked."""
        self._directory.learn(self._client, [user])
        person = self._directory.person(user, reviewing=True)
        pages = [self._records.submissions(Filter(author=name), limit=SHOWN) for name in (user, *person.aliases)]
        own = [one for page in pages for one in page.items]
        own.sort(key=lambda one: one.created_at, reverse=True)
        waiting: Page | None = None
        if any(user in self._members(room.channel) for room in self._rooms):
            waiting = self._records.queue(Waiting(), limit=MAX_WAITING)
        claims = (one.claim for one in waiting.items) if waiting is not None else ()
        names = self._directory.names(claim.by for claim in claims if claim is not None)
        setting = Setting(self._directory.language(user, self._language), None, names)
        now = self._clock()
        found = self._numbers(now) if self._numbers is not None and waiting is not None else None
        mine = Page(tuple(own[:SHOWN]), None, tuple(id_ for page in pages for id_ in page.unread))
        return home(mine, waiting, now, setting, lead=Role.LEAD in person.roles, found=found)

    def _members(self, channel: str) -> Sequence[str]:
        answer = call(lambda: self._client.conversations_members(channel=channel, limit=1000))
        return [str(one) for one in answer.get("members") or []]


def home(
    own: Page,
    waiting: Page | None,
    now: datetime,
    setting: Setting,
    *,
    lead: bool = False,
    found: Numbers | None = None,
) -> modals.View:
    """`waiting` (in the order of the queue) is None for those who do not review; leads may decide about several at
    once. `found` are the bots and the figures, for reviewers."""
    button = bk.button(setting.say(Message("Hand in a draft", "Déposer un brouillon")), HAND_IN, "new", style="primary")
    blocks = [bk.actions("gate_home", button)]
    blocks += _list(Message("Your drafts", "Vos brouillons"), own, now, setting)
    if waiting is not None:
        count = len(waiting.items) + len(waiting.unread)
        many = f"{count}+" if count >= MAX_WAITING else str(count)
        heading = Message(f"Waiting for a reviewer: {many}", f"En attente d'un relecteur : {many}")
        blocks += [bk.divider(), *_list(heading, waiting, now, setting, held=True)]
        blocks += boxes(waiting.items, setting) if lead else []
    if found is not None:
        blocks += [bk.divider(), *numbers(found, setting)]
    return {"type": "home", "callback_id": "gate_home", "blocks": blocks}


def _list(heading: Message, found: Page, now: datetime, setting: Setting, *, held: bool = False) -> list[bk.Block]:
    blocks = [bk.header(setting.say(heading))]
    damaged = unread(found.unread, held=held)
    if damaged is not None:
        blocks.append(bk.context(bk.plain(setting.say(damaged))))
    elif not found.items:
        blocks.append(bk.context(bk.plain(setting.say(Message("None.", "Aucun.")))))
    return blocks + [block for one in found.items[:SHOWN] for block in _entry(one, now, setting)]


def _entry(one: Submission, now: datetime, setting: Setting) -> list[bk.Block]:
    held = one.state is State.HELD
    sign = words.SEVERITY_SIGNS[one.verdict.severity] if held else words.STATE_SIGNS[one.state]
    kind = setting.say(words.REPLY if one.draft.kind is Kind.REPLY else words.POST)
    place = bk.clip(words.channel_name(one.draft.channel, setting.language), 60)
    facts = [bk.plain(f"{sign} {setting.say(words.STATES[one.state])}"), bk.plain(f"{kind} · {place}")]
    facts.append(bk.mrkdwn(bk.date_token(one.created_at)))
    if one.claim is not None and one.claim_holds(now):
        facts.append(bk.plain(setting.name(one.claim.by, one.claim.by_name)))
    last = one.decisions[-1] if one.decisions else None
    if last is not None and last.comment and not held:
        facts.append(bk.plain(bk.clip(last.comment, 200)))
    text = bk.clip(" ".join(one.draft.text.split()), 200)
    return [bk.rich_text(bk.quote(bk.run(text or "–"))), bk.context(*facts)]
