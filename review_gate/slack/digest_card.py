"""The daily look in the channel: what happened, and a sample of unseen replies with two buttons each.

Rendering is pure. The message is posted once and drawn anew after each mark, through the outbox like every card.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from review_gate.domain.change import Delivery
from review_gate.domain.days import in_words
from review_gate.domain.errors import GateError
from review_gate.domain.message import Message
from review_gate.domain.unread import unread
from review_gate.gate.digests import ONLY_POSTED, PAYLOAD, Digests
from review_gate.insight.digest import Digest, Sampled
from review_gate.insight.limits import Lately
from review_gate.insight.sample import Estimate
from review_gate.ports import Clock, Notes, Notifier, Undeliverable
from review_gate.slack import blockkit as bk
from review_gate.slack import words
from review_gate.slack.cards import Card
from review_gate.slack.clicks import GARBLED, Clicks
from review_gate.slack.client import call, error_code, posted
from review_gate.slack.directory import Directory
from review_gate.slack.modals import carried
from review_gate.slack.searching import find
from review_gate.slack.setting import Setting

FINE, HELD = "gate_digest_fine", "gate_digest_held"
OPEN = "gate_digest_open"
EVENT_TYPE = "gate_digest"
TOPIC = "digest-card"
"""Notes by day: {"channel", "ts"}; before the outcome is known {"channel", "since"}."""
MOST = 18
"""So many replies fit into one message of 50 blocks; the page has all of them."""
TEXT = 500
LINE, LINES = 600, 3800
"""How wide one line of what happened may be, and all of them: Slack takes 4,000 in one block."""
SHOWN = 8

FINE_WORD = Message("Fine", "Correct")
HELD_WORD = Message("Should have been held", "À retenir")


def digest_card(found: Digest, month: Lately, setting: Setting) -> Card:
    """The message for the day; `month` is what the marks of many days tell together."""
    day = in_words(found.day)
    title = setting.say(Message(f"☀️ Daily look · {day.en}", f"☀️ Le point du jour · {day.fr}"))
    blocks = [
        bk.header(title),
        bk.context(bk.mrkdwn(f"{bk.date_token(found.since)} – {bk.date_token(found.until)}")),
        bk.rich_text(bk.bullets(*(bk.rich_section(bk.run(line)) for line in _lines(found, setting)))),
        bk.context(*(bk.plain(line) for line in _estimates(month, setting))),
    ]
    shown = found.sample[:MOST]
    if shown:
        blocks += [bk.divider(), bk.rich_text(bk.rich_section(bk.run(setting.say(_asked(found, shown)), bold=True)))]
    for item in shown:
        blocks += _reply(found, item, setting)
    if setting.page_url:
        word = setting.say(Message("Open the day", "Ouvrir la journée"))
        blocks.append(bk.actions(f"digest:{found.day}", bk.button(word, OPEN, url=setting.page_url)))
    return Card(f"{bk.escape(title)} – {bk.clip_escaped(_lines(found, setting)[0], 200)}", blocks)


def _asked(found: Digest, shown: tuple[Sampled, ...]) -> Message:
    left = sum(item.mark is None for item in shown)
    more = len(found.sample) - len(shown)
    rest = Message(f" {more} more are on the page.", f" {more} autres sont sur la page.") if more else Message("", "")
    if not left:
        return Message(f"Every reply shown here has been looked at.{rest.en}", f"Tout est vu ici.{rest.fr}")
    return Message(
        f"Nobody saw these replies before they went out. Please say of each whether that was fine.{rest.en}",
        f"Personne n'a vu ces réponses avant leur départ. Dites pour chacune si c'était correct.{rest.fr}",
    )


def _lines(found: Digest, setting: Setting) -> list[str]:
    sent, held = sum(found.sent.values()), sum(found.held.values())
    told = [
        Message(
            f"{sent} automatic replies went out by themselves{_counts(found.sent)}",
            f"{sent} réponses automatiques parties d'elles-mêmes{_counts(found.sent)}",
        ),
        Message(f"{held} replies were held{_counts(found.held)}", f"{held} réponses retenues{_counts(found.held)}"),
    ]
    if found.reasons:
        names = {words.category_name(name, setting.language): count for name, count in found.reasons.items()}
        told.append(Message(f"Why{_counts(names)}", f"Pourquoi{_counts(names)}"))
    if found.late:
        told.append(
            Message(f"{found.late} decided too late or not at all", f"{found.late} décidés trop tard ou jamais")
        )
    for bot, why in list(found.stopped.items())[:SHOWN]:
        told.append(Message(f"Stopped: {bot} ({why})", f"Arrêté : {bot} ({why})"))
    for one in found.clusters[:SHOWN]:
        kind = words.category_name(one.kind, setting.language)
        quoted = " · ".join(f"“{text}”" for text in one.examples)
        told.append(
            Message(
                f"Many at once: {one.count} × {kind} within an hour (usually {one.usual:g}): {quoted}",
                f"Pic : {one.count} × {kind} en une heure (d'habitude {one.usual:g}) : {quoted}",
            )
        )
    if damaged := unread(found.unread):
        told.append(damaged)
    widest = min(LINE, LINES // len(told))
    return [bk.clip(setting.say(message), widest) for message in told]


def _counts(counts: Mapping[str, int]) -> str:
    shown = ", ".join(f"{name} {count}" for name, count in list(counts.items())[:SHOWN])
    return f" ({shown}{', …' if len(counts) > SHOWN else ''})" if shown else ""


def _estimates(month: Lately, setting: Setting) -> list[str]:
    told = []
    if month.precision is not None:
        share = _share(month.precision)
        told.append(Message(f"Held rightly: {share}", f"Retenues à raison : {share}"))
    if month.recall is not None:
        share = _share(month.recall)
        told.append(
            Message(f"Caught of what should be held: {share}", f"Attrapé de ce qui devait être retenu : {share}")
        )
    if month.limit is not None:
        told.append(
            Message(
                f"To try on the page: hold from a score of {month.limit:.2f}",
                f"À essayer sur la page : retenir dès {month.limit:.2f}",
            )
        )
    if month.recall is None:
        told.append(
            Message(
                "How much slips through is not known: nothing has been marked yet.",
                "On ne sait pas ce qui passe à tort : rien n'a encore été marqué.",
            )
        )
    days = Message(f"daily looks: {month.days}", f"points du jour : {month.days}")
    return [*(setting.say(message) for message in told), setting.say(days)]


def _share(found: Estimate) -> str:
    return f"{found.value:.0%} [{found.low:.0%}–{found.high:.0%}]"


def _reply(found: Digest, item: Sampled, setting: Setting) -> list[bk.Block]:
    where = bk.run(f"{bk.clip(item.bot, 60)} · {item.score:.0%} · ", italic=True)
    head = bk.rich_section(where, bk.date_run(item.at.isoformat()))
    text = bk.rich_text(head, bk.quote(bk.run(bk.clip(item.text, TEXT) or "–")))
    if item.mark is not None:
        name, word = setting.name(item.by), setting.say(HELD_WORD if item.mark else FINE_WORD)
        return [text, bk.context(bk.plain(f"{'✋' if item.mark else '✅'} {word} – {name}"))]
    value = json.dumps({"day": found.day.isoformat(), "reply": item.id}, separators=(",", ":"))
    buttons = (bk.button(setting.say(FINE_WORD), FINE, value), bk.button(setting.say(HELD_WORD), HELD, value))
    return [text, bk.actions(f"digest:{item.id}", *buttons)]


# --- clicks


@dataclass(frozen=True, slots=True)
class DigestClicks:
    """What a reviewer says of a reply, from the message. Whoever may not is told privately."""

    digests: Digests
    clicks: Clicks

    def mark(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        try:
            value = carried(str(action.get("value") or ""))
            day, reply = date.fromisoformat(value["day"]), str(value["reply"])
            channel = str((body.get("channel") or {}).get("id") or "")
            person = self.clicks.person(body, channel)
        except (ValueError, KeyError, TypeError):
            self.clicks.tell(body, GARBLED)
            return
        try:
            self.digests.mark(day, reply, action.get("action_id") == HELD, person)
        except GateError as refused:
            self.clicks.tell(body, refused.message)


def listen(app: App, clicks: DigestClicks) -> None:
    """Adds the message's buttons to the App."""

    def marks(body: dict[str, Any], action: dict[str, Any], ack: Ack) -> None:
        clicks.mark(body, action)
        ack()

    for action_id in (FINE, HELD):
        app.action(action_id)(marks)
    app.action(OPEN)(_confirm)


def _confirm(ack: Ack) -> None:
    ack()


# --- delivery


@dataclass(frozen=True, slots=True)
class DigestNotifier:
    """Shows digests in `channel`; every other notice goes to `inner`. Calling it twice changes nothing."""

    inner: Notifier
    digests: Digests
    notes: Notes
    client: WebClient
    directory: Directory
    channel: str
    clock: Clock
    language: str = "en"
    page_url: Callable[[date], str] | None = field(default=None)

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        if PAYLOAD not in delivery.payload:
            return self.inner.deliver(delivery)
        try:
            day = date.fromisoformat(str(delivery.payload[PAYLOAD]))
            found = self.digests.of(day)
        except (ValueError, GateError) as error:
            raise Undeliverable(f"There is no such digest: {error}", final=True) from error
        try:
            return self._show(found, only_posted=bool(delivery.payload.get(ONLY_POSTED)))
        except SlackApiError as error:
            raise Undeliverable(f"Slack answers {error_code(error)}") from error

    def _show(self, found: Digest, *, only_posted: bool) -> Mapping[str, Any]:
        url = self.page_url(found.day) if self.page_url else None
        names = self.directory.names(item.by for item in found.sample)
        shown = digest_card(found, self.digests.lately(found.day), Setting(self.language, url, names))
        key = found.day.isoformat()
        receipt = self.notes.note(TOPIC, key) or {}
        ts = receipt.get("ts")
        if ts is None and "since" in receipt:  # an earlier try whose outcome nobody saw
            note = partial(self.notes.put_note, TOPIC, key)
            ts = find(self.client, EVENT_TYPE, ("day", key), receipt, note)
        if ts is None and only_posted:
            return {"skipped": "it was never posted"}
        if ts is None:
            return self._post(key, shown)
        channel = str(receipt["channel"])
        try:
            call(lambda: self.client.chat_update(channel=channel, ts=ts, text=shown.text, blocks=shown.blocks))
        except SlackApiError as error:
            if error_code(error) not in {"message_not_found", "cant_update_message", "edit_window_closed"}:
                raise
            return {"skipped": "the message is gone; the page has the digest"}
        return self._noted(key, channel, str(ts))

    def _post(self, key: str, shown: Card) -> Mapping[str, Any]:
        self.notes.put_note(TOPIC, key, {"channel": self.channel, "since": self.clock().timestamp()})
        answer = call(
            lambda: self.client.chat_postMessage(
                channel=self.channel,
                text=shown.text,
                blocks=shown.blocks,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"day": key}},
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return self._noted(key, *posted(answer))

    def _noted(self, key: str, channel: str, ts: str) -> Mapping[str, Any]:
        receipt = {"channel": channel, "ts": ts}
        self.notes.put_note(TOPIC, key, receipt)
        return receipt
