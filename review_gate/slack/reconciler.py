"""The record is the truth, the cards a view of it: finds cards that differ, and repairs them.

Cards drift when somebody deletes one, when a claim ends by itself, when a database comes back from a backup. The
outbox needs none of this to be right; it only keeps what people look at honest.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from review_gate.domain.change import Change, Delivery, DeliveryKind
from review_gate.domain.submission import State, Submission
from review_gate.gate.apart import apart
from review_gate.gate.reading import all_held
from review_gate.ports import Clock, NewId, Undeliverable
from review_gate.slack.client import call, error_code
from review_gate.slack.directory import Directory
from review_gate.slack.notifier import EVENT_TYPE, CardNotifier, fingerprint
from review_gate.slack.records import CARD, Records
from review_gate.slack.searching import history

log = logging.getLogger(__name__)

PAGES = 3
SOON = timedelta(seconds=10)
"""Until the first round, and until the next try when Slack was away."""
REST = timedelta(minutes=10)
"""So long a card that made trouble is left alone."""
SETTLING = timedelta(seconds=30)
"""A record changed more recently than this is the outbox's business."""


@dataclass(frozen=True, slots=True)
class Found:
    """A card as it stands in the channel: which submission it shows, and what its last rendering was."""

    submission_id: str
    ts: str
    rendered: str


class Reconciler:
    """Looks after the cards of one review channel. `tick()` does its round when `every` has passed since the last one;
    `run()` does it now."""

    def __init__(
        self,
        records: Records,
        notifier: CardNotifier,
        directory: Directory,
        client: WebClient,
        channel: str,
        clock: Clock,
        new_id: NewId,
        every: timedelta = timedelta(minutes=2),
    ) -> None:
        self._records = records
        self._notifier = notifier
        self._directory = directory
        self._client = client
        self._channel = channel
        self._clock = clock
        self._new_id = new_id
        self._every = every
        self._resting: dict[str, datetime] = {}
        self._last = clock() - every + SOON  # Slack, or the stand-in, may still be starting

    def tick(self) -> None:
        """A chore of the courier: cheap while nothing is due, and never in its way when Slack is away."""
        now = self._clock()
        if timedelta() <= now - self._last < self._every:  # a last time yet to come: the clock was set back
            return
        self._last = now
        try:
            repaired = self.run()
        except Undeliverable as away:
            self._last = now - self._every + SOON
            log.warning("The cards could not be compared with the record: %s", away)
        else:
            if repaired:
                log.info("Repaired %d cards", repaired)

    def run(self) -> int:
        """How many cards it repaired. Raises Undeliverable when Slack cannot be asked."""
        try:
            with self._notifier.quiet.kept():
                self._directory.learn_members(self._client, self._channel)
                return self._repair(self._cards())
        except SlackApiError as error:
            raise Undeliverable(f"Slack answers {error_code(error)}") from error

    def _repair(self, cards: list[Found]) -> int:
        repaired = 0
        newest: dict[str, Found] = {}
        for found in cards:  # newest first
            if found.submission_id in newest:
                self._delete(found)
                repaired += 1
            else:
                newest[found.submission_id] = found
        for submission in self._watched(newest):
            repaired += self._repair_apart(submission, newest.get(submission.id))
        return repaired

    def _repair_apart(self, submission: Submission, found: Found | None) -> int:
        """One whose card makes trouble ends the round, since Slack may be away, and is left alone for a while: the next
        round comes to the others."""
        now = self._clock()
        since = self._resting.get(submission.id)
        if since is not None and timedelta() <= now - since < REST:
            return 0
        self._resting[submission.id] = now
        repaired = self._repair_one(submission, found)
        del self._resting[submission.id]
        return repaired

    def _repair_one(self, submission: Submission, found: Found | None) -> int:
        note = self._records.note(CARD, submission.id) or {}
        if "ts" in note and note.get("channel") != self._channel:
            return 0  # its card is in another room
        if found is None:
            held = submission.state is State.HELD
            if not held or "ts" not in note or self._posted_before_the_cards_seen(note):
                return 0
            self._records.put_note(CARD, submission.id, {"channel": self._channel})
            return self._bring_back(submission)
        if found.rendered == fingerprint(self._notifier.rendering(submission)) and note.get("ts") == found.ts:
            return 0
        self._records.put_note(CARD, submission.id, {"channel": self._channel, "ts": found.ts, "rendered": ""})
        self._notifier.show(submission.id)
        return 1

    def _bring_back(self, submission: Submission) -> int:
        """A card that is gone. When it cannot be posted now, the outbox does it: by the note nobody would know."""
        try:
            self._notifier.show(submission.id)
        except Exception:
            again = Delivery(self._new_id(), DeliveryKind.CARD, self._clock(), submission.id)
            self._records.commit(Change(deliveries=(again,)))
            raise
        return 1

    def _watched(self, newest: dict[str, Found]) -> Iterator[Submission]:
        """What has a card in sight, and what waits and should have one; not what changed a moment ago."""
        settled = self._clock() - SETTLING
        known = set()
        for submission in all_held(self._records):
            known.add(submission.id)
            if submission.updated_at < settled:
                yield submission
        for submission_id in newest.keys() - known:
            decided = None
            with apart(f"Reading submission {submission_id}, which has a card,"):
                decided = self._records.submission(submission_id)
            if decided is not None and decided.updated_at < settled:
                yield decided

    def _cards(self) -> list[Found]:
        """The cards among the channel's newest messages, newest first."""
        found = []
        cursor, self._oldest_seen = "", 0.0
        for _ in range(PAGES):
            answer = history(self._client, self._channel, 0.0, cursor)
            messages = answer.get("messages") or []
            found += [card for card in map(_found, messages) if card is not None]
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not answer.get("has_more") or not cursor:
                return found
            self._oldest_seen = float(messages[-1]["ts"])
        return found

    def _posted_before_the_cards_seen(self, note: Any) -> bool:
        return note.get("channel") != self._channel or float(note["ts"]) < self._oldest_seen

    def _delete(self, double: Found) -> None:
        try:
            call(lambda: self._client.chat_delete(channel=self._channel, ts=double.ts))
        except SlackApiError as error:
            if error_code(error) != "message_not_found":
                raise


def _found(message: dict[str, Any]) -> Found | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    if metadata.get("event_type") != EVENT_TYPE or not payload.get("submission_id"):
        return None
    return Found(str(payload["submission_id"]), str(message["ts"]), str(payload.get("rendered") or ""))
