"""Which publication a token lets through: one changed character, another channel, a late hour, and it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.domain import lifecycle
from review_gate.domain.change import DeliveryKind
from review_gate.domain.draft import Media
from review_gate.domain.release import GRACE, Publication, claims, refusal
from review_gate.domain.submission import Answer, State, Submission
from tests.builders import NOW, RENE, held, moment

PICTURE = Media("https://cdn.example/shop.png", "Our shop")
TEXT = "We open at ten tomorrow 🎉"


def approved(**draft: Any) -> tuple[Submission, dict[str, Any]]:
    """An approved submission and what its token says."""
    fields = {"channel": "x", "account": "brand", "media": (PICTURE,)} | draft
    change = lifecycle.decide(held(TEXT, **fields), Answer.APPROVE, RENE, moment())
    webhook = next(item for item in change.deliveries if item.kind is DeliveryKind.WEBHOOK)
    assert change.submission is not None
    return change.submission, claims(webhook.payload["data"])


GOOD = Publication(TEXT, NOW, "x", "brand", (PICTURE,))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"text": TEXT + " "}, "text"),
        ({"text": TEXT.replace("ten", "tên")}, "text"),
        ({"channel": "facebook"}, "channel"),
        ({"channel": None}, "channel"),
        ({"account": "brand_fr"}, "account"),
        ({"account": None}, "account"),
        ({"media": ()}, "media"),
        ({"media": (replace(PICTURE, alt="Their shop"),)}, "media"),
        ({"media": (PICTURE, PICTURE)}, "media"),
        ({"at": NOW + GRACE - timedelta(seconds=1)}, None),
        ({"at": NOW + GRACE}, "expired"),
        ({"at": NOW - timedelta(seconds=1)}, "early"),
    ],
)
def test_exactly_what_was_approved(changed: dict[str, Any], reason: str | None) -> None:
    submission, said = approved()
    refused = refusal(said, submission, replace(GOOD, **changed))
    assert (refused.reason if refused else None) == reason


def test_it_waits_for_the_planned_time() -> None:
    planned = NOW + timedelta(days=2)
    submission, said = approved(planned_at=planned)
    for at, reason in [
        (NOW, "early"),
        (planned - timedelta(minutes=6), "early"),
        (planned - timedelta(minutes=5), None),
        (planned + GRACE, "expired"),
    ]:
        refused = refusal(said, submission, replace(GOOD, at=at))
        assert (refused.reason if refused else None) == reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": State.WITHDRAWN}, "withdrawn"),
        ({"state": State.HELD, "revision": 2}, "revised"),
        ({"state": State.APPROVED, "revision": 2}, "revised"),
        ({"state": State.HELD}, "held"),
        ({"state": State.REJECTED, "revision": 2}, "rejected"),
    ],
)
def test_what_became_of_the_submission_counts(fields: dict[str, Any], reason: str) -> None:
    submission, said = approved()
    refused = refusal(said, replace(submission, **fields), GOOD)
    assert refused is not None
    assert refused.reason == reason


def test_a_submission_nobody_knows() -> None:
    refused = refusal(approved()[1], None, GOOD)
    assert refused is not None
    assert refused.reason == "unknown"


@given(st.text(max_size=40))
def test_no_other_text_passes(text: str) -> None:
    submission, said = approved()
    assert (refusal(said, submission, replace(GOOD, text=text)) is None) == (text == TEXT)
