"""Submissions, changes and deliveries made up for the tests of the stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import Any

from review_gate.domain.change import Change, Delivery, DeliveryKind, Event, Idempotency, RememberedReply
from review_gate.domain.draft import Draft, Media
from review_gate.domain.message import Message
from review_gate.domain.submission import State, Submission
from review_gate.domain.verdict import Action, Reason, Severity, Signal, Source, Verdict

NOON = datetime(2026, 11, 13, 12, 0, 0, 123456, tzinfo=UTC)
PARIS = timezone(timedelta(hours=1))
PLANNED = datetime(2026, 11, 13, 18, 0, tzinfo=PARIS)

_numbers = count(1)


def new_id(prefix: str = "id") -> str:
    return f"{prefix}-{next(_numbers):06}"


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


VERDICT = Verdict(
    action=Action.HOLD,
    severity=Severity.HOLD,
    lang="fr",
    reasons=(
        Reason(
            source=Source.RULE,
            severity=Severity.HOLD,
            message=Message("A day of mourning.", "Un jour de deuil."),
            category="solemn_date",
            span=(0, 5),
            found="Youpi",
            rule="calendar.mourning-cheer",
            pack="calendar",
            version=3,
            evidence=({"date": "2026-11-13"},),
        ),
    ),
    signals=(Signal("toxicity", "toxicity", 0.1 + 0.2, spans=((0, 5), (7, 9))),),
    text_sha256="0" * 64,
    model="m1",
    packs={"calendar": 3},
)


def submission(at: datetime = NOON, **fields: Any) -> Submission:
    """A held post; `fields` of the draft go into the draft."""
    of_draft = {name: fields.pop(name) for name in ("kind", "channel", "market", "bot") if name in fields}
    draft = Draft(
        "Youpi, c'est la fête 🎉 !",
        planned_at=PLANNED,
        media=(Media("https://example.org/a.png", "un gâteau"),),
        **of_draft,
    )
    made = Submission(
        id=new_id("s"),
        draft=draft,
        verdict=VERDICT,
        state=State.HELD,
        version=1,
        revision=1,
        author="lea@example.org",
        created_at=at,
        updated_at=at,
    )
    return replace(made, **fields)


def event(about: Submission | None = None, **data: Any) -> Event:
    return Event(new_id("e"), NOON, "submission.tested", "léa", about.id if about else None, data)


def delivery(about: str | None = None, at: datetime = NOON, kind: DeliveryKind = DeliveryKind.WEBHOOK,
             **fields: Any) -> Delivery:  # fmt: skip
    return Delivery(new_id("d"), kind, at, about, fields.pop("payload", {"b": 1, "a": [True, None, "é"]}), **fields)


def reply(bot: str = "faq", at: datetime = NOON, text: str = "Bonjour !") -> RememberedReply:
    return RememberedReply(new_id("r"), bot, "c-1", text, bytes(range(64)), at, Action.ALLOW)


def request(key: str = "k-1") -> Idempotency:
    return Idempotency("shop", key, "ab" * 32, 202, {"z": 1, "id": "s", "ä": [1.5]}, NOON)


def opening(made: Submission | None = None, **fields: Any) -> Change:
    """A new submission with one event and one delivery."""
    made = made or submission()
    return Change(made, 0, (event(made),), (delivery(made.id),), **fields)


def next_version(seen: Submission, **fields: Any) -> Change:
    """The change that follows the version that was `seen`."""
    after = replace(seen, version=seen.version + 1, **fields)
    return Change(after, seen.version, (event(after, version=after.version),), (delivery(after.id),))
