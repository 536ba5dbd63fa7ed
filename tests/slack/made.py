"""Submissions made up for the tests of what is rendered."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from review_gate.domain.draft import Draft, Kind
from review_gate.domain.message import Message
from review_gate.domain.submission import State, Submission
from review_gate.domain.verdict import Action, Reason, Severity, Signal, Source, Verdict
from review_gate.slack.standin import CHANNEL
from review_gate.slack.standin.validate import message_problems, view_problems
from tests.slack.house import House

NOON = datetime(2026, 11, 13, 12, 0, tzinfo=UTC)


def reason(severity: Severity = Severity.HOLD, span: tuple[int, int] | None = None, **fields: Any) -> Reason:
    told = Message("It hurts.", "Cela blesse.")
    return Reason(Source.RULE, severity, fields.pop("message", told), span=span, rule="words.it", **fields)


def submission(text: str = "Our shop opens at nine.", **changes: Any) -> Submission:
    """A held post with `changes` of Submission, Draft and Verdict changed."""
    draft_fields = {key: changes.pop(key) for key in list(changes) if key in DRAFT_FIELDS}
    draft = Draft(text, **{"kind": Kind.POST, "channel": "x", "author": "camille@example.com", **draft_fields})
    reasons = tuple(changes.pop("reasons", ()))
    severity = max((one.severity for one in reasons), default=Severity.NONE)
    signals = tuple(changes.pop("signals", (Signal("toxicity", "toxicity", 0.03),)))
    verdict = Verdict(Action.HOLD, severity, "en", reasons, signals, draft.text_sha256, "test")
    base: dict[str, Any] = {"id": "s-1", "state": State.HELD, "version": 1, "revision": 1, "author": "web"}
    return Submission(draft=draft, verdict=verdict, created_at=NOON, updated_at=NOON, **{**base, **changes})


DRAFT_FIELDS = {
    "kind",
    "channel",
    "market",
    "planned_at",
    "media",
    "author",
    "bot",
    "in_reply_to",
    "lang",
    "conversation",
}


def words_of(blocks: list[dict[str, Any]]) -> str:
    """Everything that can be read in the blocks."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(blocks)
    return "\n".join(found)


def must_be_accepted(text: str, blocks: list[dict[str, Any]]) -> None:
    """Checked twice: by slack-sdk's own models and by the stand-in, which refuses what Slack refuses."""
    parsed = Block.parse_all(blocks)
    assert len(parsed) == len(blocks)
    assert [block.to_dict()["type"] for block in parsed] == [block["type"] for block in blocks]
    assert message_problems({"text": text, "blocks": blocks}) == []


def view_must_be_accepted(view: dict[str, Any]) -> None:
    parsed = View(**view)
    assert parsed.to_dict()["type"] == view["type"]
    assert view_problems(view) == []


def chatter(house: House, after: float, number: int = 2100) -> None:
    """So many messages in the channel, a millisecond apart, from `after` seconds from now on."""
    first = house.now.timestamp() + after
    stamps = [f"{first + n / 1000:.6f}" for n in range(number)]
    with house.slack.state._write() as db:
        rows = [(CHANNEL, ts, None, None, json.dumps({"text": "…", "ts": ts})) for ts in stamps]
        db.executemany("INSERT INTO messages VALUES(?,?,?,?,?)", rows)
