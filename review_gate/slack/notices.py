"""Tells one person something, off the request's path: a refused click, the end of their draft."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from review_gate.domain.change import Change, Delivery, DeliveryKind, Idempotency
from review_gate.domain.errors import IdempotencyConflict
from review_gate.domain.message import Message
from review_gate.domain.submission import State
from review_gate.ports import Clock, NewId, Submissions, Undeliverable
from review_gate.slack.blockkit import clip_escaped
from review_gate.slack.client import TIMEOUT_SECONDS, call, error_code, posted
from review_gate.slack.records import CARD, QUESTION, Records

SLACK_HOOKS = "hooks.slack.com"
MAX_TEXT = 3500
GONE = frozenset({"user_disabled", "user_not_found", "channel_not_found", "messages_tab_disabled", "cannot_dm_bot"})

View = dict[str, Any]


class Notices:
    """Puts what a person must be told into the outbox: the courier tells them, also after a crash."""

    def __init__(self, store: Submissions, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def answer(self, response_url: str, message: Message, language: str, submission_id: str | None = None) -> None:
        """Only the person who clicked sees it, below the card. The address works five times in 30 minutes."""
        self._put({"response_url": response_url, "text": message.in_(language)}, submission_id)

    def direct(self, user: str, message: Message, language: str, submission_id: str | None = None) -> None:
        """A direct message to a Slack user id."""
        self._put({"user": user, "text": message.in_(language)}, submission_id)

    def direct_once(
        self, key: str, user: str, message: Message, language: str, submission_id: str, quoted: Sequence[str] = ()
    ) -> None:
        """As `direct`, but only the first time for the same `key`. `quoted` are other submissions whose words are in
        it, so that their erasure finds it."""
        once = Idempotency("notice", key, "", 200, {}, self._clock())
        with contextlib.suppress(IdempotencyConflict):
            said: dict[str, Any] = {"user": user, "text": message.in_(language)}
            if quoted:
                said["quoted"] = list(quoted)
            self._put(said, submission_id, once)

    def later(self, user: str, message: Message, language: str, submission_id: str, at: datetime) -> None:
        """A direct message at `at`, unless the submission is decided by then."""
        payload = {"user": user, "text": message.in_(language), "while_held": True, "link": True}
        self._put(payload, submission_id, at=at)

    def question(self, user: str, message: Message, language: str, submission_id: str) -> Delivery:
        """A direct message whose thread leads back to the submission. For the caller to commit."""
        return self._notice({"user": user, "text": message.in_(language), "threaded": True}, submission_id)

    def thread(self, submission_id: str, text: str) -> Delivery:
        """A line in the thread of a submission's card. For the caller to commit."""
        return self._notice({"thread": True, "text": text}, submission_id)

    def home(self, user: str) -> None:
        """Draws a person's home anew."""
        self._put({"home": user}, None)

    def _put(
        self,
        payload: Mapping[str, Any],
        submission_id: str | None,
        once: Idempotency | None = None,
        at: datetime | None = None,
    ) -> None:
        self._store.commit(Change(deliveries=(self._notice(payload, submission_id, at),), idempotency=once))

    def _notice(self, payload: Mapping[str, Any], submission_id: str | None, at: datetime | None = None) -> Delivery:
        # No submission on the delivery: one person's answer does not have to wait for another's.
        payload = {**payload, "submission_id": submission_id}
        return Delivery(self._new_id(), DeliveryKind.NOTICE, self._clock(), payload=payload, not_before=at)


class NoticeNotifier:
    """Carries notices. `hosts` are those a response address may have besides Slack's own (the stand-in's); `home`
    draws a person's home, `elsewhere` is who speaks to somebody in another workspace. A response address
    has `seconds` to answer."""

    def __init__(
        self,
        client: WebClient,
        records: Records,
        hosts: frozenset[str] = frozenset(),
        home: Callable[[str], View] | None = None,
        elsewhere: Callable[[str], WebClient | None] = lambda user: None,
        seconds: int = TIMEOUT_SECONDS,
    ) -> None:
        self._seconds = seconds
        self._elsewhere = elsewhere
        self._client = client
        self._records = records
        self._hosts = hosts
        self._home = home

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        payload = delivery.payload
        if payload.get("home"):
            return self._publish(str(payload["home"]))
        text = clip_escaped(str(payload.get("text") or ""), MAX_TEXT)
        if not text:
            raise Undeliverable("A notice without words", final=True)
        if payload.get("response_url"):
            return self._respond(str(payload["response_url"]), text)
        if payload.get("while_held") and not self._held(str(payload.get("submission_id"))):
            return {"skipped": "decided by now"}
        if payload.get("thread"):
            return self._in_thread(str(payload.get("submission_id")), text)
        if payload.get("user"):
            return self._tell(str(payload["user"]), text, payload)
        raise Undeliverable("A notice for nobody", final=True)

    def _respond(self, url: str, text: str) -> Mapping[str, Any]:
        host = urlsplit(url).netloc
        if host != SLACK_HOOKS and host not in self._hosts:
            raise Undeliverable("The response address is not one of Slack's", final=True)
        hook = WebhookClient(url, timeout=self._seconds, retry_handlers=[])
        answer = call(lambda: hook.send(text=text, response_type="ephemeral", replace_original=False))
        if answer.status_code == 200:
            return {"status": 200}
        if answer.status_code == 429:
            raise Undeliverable("Slack asks to slow down", retry_after=5.0)
        # 404: the address was used up or is too old; nothing can be said there any more.
        raise Undeliverable(f"The response address answered {answer.status_code}", final=answer.status_code < 500)

    def _publish(self, user: str) -> Mapping[str, Any]:
        if self._home is None:
            return {"skipped": "no home is drawn here"}
        try:
            view = self._home(user)
            call(lambda: (self._elsewhere(user) or self._client).views_publish(user_id=user, view=view))
        except SlackApiError as error:
            raise Undeliverable(f"Slack answers {error_code(error)}", final=True) from error
        return {"home": user}

    def _tell(self, user: str, text: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        submission_id = str(payload.get("submission_id") or "")
        try:
            if payload.get("link"):
                text = f"{text}\n{self._link(submission_id)}".rstrip()
            client = self._elsewhere(user) or self._client
            answer = call(lambda: client.chat_postMessage(channel=user, text=text), handled=GONE)
        except SlackApiError as error:
            code = error_code(error)
            if code in GONE:  # deactivated, or wants no messages: nobody is there to be told
                return {"skipped": code}
            raise Undeliverable(f"Slack answers {code}") from error
        channel, ts = posted(answer)
        if payload.get("threaded"):
            self._records.put_note(QUESTION, f"{channel}:{ts}", {"submission": submission_id})
        return {"channel": channel, "ts": ts}

    def _in_thread(self, submission_id: str, text: str) -> Mapping[str, Any]:
        card = self._records.note(CARD, submission_id) or {}
        if "ts" not in card:
            raise Undeliverable("The card is not there yet")
        channel, ts = str(card["channel"]), str(card["ts"])
        try:
            answer = call(lambda: self._client.chat_postMessage(channel=channel, thread_ts=ts, text=text))
        except SlackApiError as error:
            raise Undeliverable(f"Slack answers {error_code(error)}") from error
        return {"channel": channel, "ts": posted(answer)[1]}

    def _link(self, submission_id: str) -> str:
        card = self._records.note(CARD, submission_id) or {}
        if "ts" not in card:
            return ""
        channel, ts = str(card["channel"]), str(card["ts"])
        return str(call(lambda: self._client.chat_getPermalink(channel=channel, message_ts=ts)).get("permalink") or "")

    def _held(self, submission_id: str) -> bool:
        submission = self._records.submission(submission_id)
        return submission is not None and submission.state is State.HELD
