"""Carries a submission's card into the review channel, once, and keeps it in step with the record."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from review_gate.domain.change import Delivery
from review_gate.domain.draft import Draft
from review_gate.domain.ending import about_the_end
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.submission import State, Submission
from review_gate.ports import Clock, Undeliverable
from review_gate.slack.blockkit import Block, mention
from review_gate.slack.cards import Card, card
from review_gate.slack.client import Quiet, call, error_code, posted
from review_gate.slack.directory import Directory
from review_gate.slack.notices import Notices
from review_gate.slack.pace import Pace
from review_gate.slack.records import BY_TS, CARD, Records
from review_gate.slack.rooms import Rooms
from review_gate.slack.searching import find
from review_gate.slack.setting import Setting, Thumbnail

log = logging.getLogger(__name__)

EVENT_TYPE = "gate_card"
ENOUGH = 5000
"""So many tries the card of what is decided gets: half a week of Slack being away, two weeks of an archived channel.
Nobody has to act on it any more. That of what waits is never given up."""


class CardNotifier:
    """Makes the card in its review channel show the record as it is now; calling it twice changes nothing.

    `page_url` gives the address of a submission's page, where there is one; with `notices` the author, where Slack
    knows them, is told about the decision. The `policy` says who is called by name: those on call out of hours, the
    senior group for what is escalated.
    """

    def __init__(
        self,
        records: Records,
        client: WebClient,
        directory: Directory,
        rooms: Rooms,
        clock: Clock,
        *,
        page_url: Callable[[str], str] | None = None,
        pace: Pace | None = None,
        notices: Notices | None = None,
        policy: Callable[[], Policy | None] = lambda: None,
        thumbnail: Thumbnail | None = None,
        outlet_of: Callable[[Draft], str | None] = lambda draft: None,
    ) -> None:
        self._records = records
        self._client = client
        self._directory = directory
        self._rooms = rooms
        self._clock = clock
        self.quiet = Quiet(records, clock)
        self._language = rooms.home.language
        self._page_url = page_url
        self._pace = pace or Pace()
        self._notices = notices
        self._policy = policy
        self._thumbnail = thumbnail
        self._outlet_of = outlet_of

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        """The receipt names channel and timestamp of the card. Raises Undeliverable."""
        if delivery.submission_id is None:
            raise Undeliverable("A card without a submission", final=True)
        try:
            return self.show(delivery.submission_id)
        except Undeliverable as error:
            if error.final or delivery.attempts < ENOUGH or self._waits(delivery.submission_id):
                raise
            raise Undeliverable(error.message, final=True) from error

    def _waits(self, submission_id: str) -> bool:
        submission = self._records.submission(submission_id)
        return submission is not None and submission.state is State.HELD

    def show(self, submission_id: str) -> Mapping[str, Any]:
        """Posts the card, or updates it where it differs. Raises Undeliverable."""
        submission = self._records.submission(submission_id)
        if submission is None:
            raise Undeliverable(f"No submission {submission_id}", final=True)
        try:
            with self.quiet.kept():
                receipt = self._show(submission)
                self._announce(submission, receipt)
                self._call(submission)
        except SlackApiError as error:
            raise Undeliverable(f"Slack answers {error_code(error)}") from error
        self._tell_author(submission)
        return receipt

    def rendering(self, submission: Submission) -> Card:
        """The card as it should look now."""
        ids = [*_people(submission), *(d.by for d in submission.decisions)]
        if submission.claim is not None:
            ids.append(submission.claim.by)
        url = self._page_url(submission.id) if self._page_url else None
        called = self._ringing(self._called(submission.created_at))
        language = self._rooms.language(self._channel(submission))
        outlet = self._outlet_of(submission.draft)
        setting = Setting(language, url, self._directory.names(ids), called, self._thumbnail, outlet)
        return card(submission, self._clock(), setting)

    def _channel(self, submission: Submission) -> str:
        """Where its card is, or will be."""
        there = (self._records.note(CARD, submission.id) or {}).get("channel")
        return str(there) if there in self._rooms else self._rooms.of(submission.draft).channel

    def _show(self, submission: Submission) -> Mapping[str, Any]:
        self._directory.learn(self._client, [*_people(submission), *self._groups(submission)])
        shown = self.rendering(submission)
        rendered = fingerprint(shown)
        receipt = self._records.note(CARD, submission.id) or {}
        if "since" in receipt and "ts" not in receipt:  # an earlier try whose outcome nobody saw
            note = partial(self._records.put_note, CARD, submission.id)
            found = find(self._client, EVENT_TYPE, ("submission_id", submission.id), receipt, note)
            if found is not None:
                receipt = {"channel": receipt["channel"], "ts": found, "rendered": ""}
        if "ts" not in receipt:
            return self._post(submission, shown, rendered)
        if receipt.get("rendered") == rendered or receipt.get("gone"):
            return receipt
        return self._update(submission, shown, rendered, receipt)

    def _post(self, submission: Submission, shown: Card, rendered: str) -> Mapping[str, Any]:
        since = self._clock().timestamp()
        channel = self._rooms.of(submission.draft).channel
        self._records.put_note(CARD, submission.id, {"channel": channel, "since": since})
        self._pace.wait()
        answer = _with_or_without_pictures(
            shown,
            lambda blocks: self._client.chat_postMessage(
                channel=channel,
                text=shown.text,
                blocks=blocks,
                metadata=_metadata(submission, rendered),
                unfurl_links=False,
                unfurl_media=False,
            ),
        )
        return self._noted(submission, *posted(answer), rendered)

    def _update(
        self, submission: Submission, shown: Card, rendered: str, receipt: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        channel, ts = str(receipt["channel"]), str(receipt["ts"])
        try:
            _with_or_without_pictures(
                shown,
                lambda blocks: self._client.chat_update(
                    channel=channel,
                    ts=ts,
                    text=shown.text,
                    blocks=blocks,
                    metadata=_metadata(submission, rendered),
                ),
            )
        except SlackApiError as error:
            if error_code(error) not in {"message_not_found", "cant_update_message", "edit_window_closed"}:
                raise
            if submission.state is not State.HELD:  # somebody deleted it, and nobody has to act: let it be
                gone = {**receipt, "rendered": rendered, "gone": True}
                self._records.put_note(CARD, submission.id, gone)
                return gone
            return self._post(submission, shown, rendered)
        return self._noted(submission, channel, ts, rendered)

    def _noted(self, submission: Submission, channel: str, ts: str, rendered: str) -> Mapping[str, Any]:
        before = self._records.note(CARD, submission.id) or {}
        # A card that is new shows its revision by being there; one that changed in silence has yet to be announced.
        announced = before.get("announced", submission.revision) if before.get("ts") == ts else submission.revision
        receipt = {"channel": channel, "ts": ts, "rendered": rendered, "announced": announced}
        if before.get("called"):
            receipt["called"] = True
        self._records.put_note(CARD, submission.id, receipt)
        self._records.put_note(BY_TS, f"{channel}:{ts}", {"submission": submission.id})
        return receipt

    def _announce(self, submission: Submission, receipt: Mapping[str, Any]) -> None:
        """Slack tells nobody about an edited message: a new version is announced below it, at most once."""
        announced = receipt.get("announced", submission.revision)
        if submission.state is not State.HELD or announced >= submission.revision or receipt.get("gone"):
            return
        self._records.put_note(CARD, submission.id, {**receipt, "announced": submission.revision})
        number = submission.revision
        told = Message(f"Version {number} is here: look again.", f"La version {number} est là : à relire.")
        self._below(receipt, told, self._ringing(self._called(self._clock())))

    def _call(self, submission: Submission) -> None:
        """What was escalated rings for the senior group, or for those on call: once, below the card."""
        receipt = self._records.note(CARD, submission.id) or {}
        waits = submission.state is State.HELD and submission.escalated
        if not waits or "ts" not in receipt or receipt.get("called") or receipt.get("gone"):
            return
        self._records.put_note(CARD, submission.id, {**receipt, "called": True})
        people = self._ringing(self._called(self._clock(), escalated=True))
        if people:
            told = Message("Escalated: please look at this now.", "Transmis aux responsables : à regarder maintenant.")
            self._below(receipt, told, people)

    def _below(self, receipt: Mapping[str, Any], told: Message, people: Sequence[str]) -> None:
        text = told.in_(self._rooms.language(str(receipt["channel"])))
        words = " ".join([text, *(mention(user) for user in people)])
        self._pace.wait()
        call(
            lambda: self._client.chat_postMessage(
                channel=str(receipt["channel"]), thread_ts=str(receipt["ts"]), reply_broadcast=True, text=words
            )
        )

    def _called(self, at: datetime, *, escalated: bool = False) -> Sequence[str]:
        policy = self._policy()
        return () if policy is None else policy.called_for(at=at, escalated=escalated)

    def _groups(self, submission: Submission) -> Sequence[str]:
        """Whose click may be asked for and who may be called: Slack has to know them by both names."""
        policy = self._policy()
        if policy is None or submission.state is not State.HELD:
            return ()
        asked = [one for need in submission.sign_off for name in need.groups for one in policy.groups.get(name, ())]
        called = self._called(self._clock(), escalated=submission.escalated)
        return [*asked, *self._called(submission.created_at), *called]

    def _ringing(self, people: Sequence[str]) -> tuple[str, ...]:
        """The Slack user ids of `people`, as far as Slack knows them."""
        known = (self._directory.user_id(one) for one in people)
        return tuple(dict.fromkeys(user for user in known if user is not None))

    def _tell_author(self, submission: Submission) -> None:
        user = self._directory.slack_user(submission)
        told = about_the_end(submission) if self._notices is not None else None
        if self._notices is not None and user is not None and told is not None:
            language = self._directory.language(user, self._language)
            key = f"{submission.id}:{submission.version}:{submission.state.value}"
            self._notices.direct_once(key, user, told, language, submission.id)


def fingerprint(shown: Card) -> str:
    """A short hash of what a card shows, to tell whether it has to be sent again."""
    return hashlib.sha256(json.dumps([shown.text, shown.blocks], sort_keys=True).encode()).hexdigest()[:32]


def _with_or_without_pictures(shown: Card, send: Callable[[list[Block]], SlackResponse]) -> SlackResponse:
    """Slack fetches a card's pictures before it takes the card, and refuses it when it cannot: a card without pictures
    is better than none. It counts as the same rendering, so that it is not tried over and over."""
    plain = [block for block in shown.blocks if block["type"] != "image"]
    if len(plain) == len(shown.blocks):
        return call(lambda: send(plain))
    try:
        return call(lambda: send(shown.blocks), frozenset({"invalid_blocks"}))
    except SlackApiError as error:
        if error_code(error) != "invalid_blocks":
            raise
        log.warning("Slack cannot fetch a card's pictures: it is sent without them")
        return call(lambda: send(plain))


def _people(submission: Submission) -> list[str | None]:
    return [submission.author, submission.draft.author]


def _metadata(submission: Submission, rendered: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"submission_id": submission.id, "rendered": rendered}}
