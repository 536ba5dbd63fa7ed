"""Why a rule was near and said nothing."""

from datetime import UTC, datetime

import pytest

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.rulebook.explain import near
from tests.rulebook.making import NOON, packs

BOTH = "kind: cooccurrence\nlanguages: [fr]\nall: [{terms: [incendie]}, {terms: [promo]}]"


def why(rule: str, text: str, *languages: str, now: datetime = NOON, **draft: str) -> list[str]:
    context = Context(now=now, languages=languages)
    return [each.why.en for each in near(packs(rule), Draft(text, **draft), context)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "text", "language", "expected"),
    [
        (BOTH, "Un incendie", "fr", "only a part of what it needs"),
        (BOTH, "Un incendie, une promo", "en", "not for this language (languages: fr)"),
        ("terms: [promo]\nunless: [hommage]", "hommage et promo", "fr", "quiet, because of 'hommage' (unless)"),
        ("terms: [promo]\nexcept: [la promo]", "la promo", "fr", "taken out by 'except'"),
        ("terms: {fr: [retard], en: [delay]}", "retard", "en", "found only as words of another language"),
        ("terms: [promo]\nexpires: 2026-01-01", "promo", "fr", "expired on 2026-01-01"),
        ("terms: [promo]\nfor: [reply]", "promo", "fr", "not for this kind of draft, channel or market"),
    ],
)
def test_why(rule: str, text: str, language: str, expected: str) -> None:
    assert why(rule, text, language) == [expected]


@pytest.mark.parametrize(("rule", "text"), [("terms: [promo]", "promo"), (BOTH, "une promo"), (BOTH, "rien")])
def test_hits_and_strangers_are_not_near(rule: str, text: str) -> None:
    assert why(rule, text, "fr") == []


def test_the_wrong_day() -> None:
    rule = "kind: calendar\nterms: [promo]\ndays: [{date: 11-13, name: {en: x, fr: x}}]"
    assert why(rule, "promo", "fr") == ["only a part of what it needs, or not the day"]
    assert why(rule, "promo", "fr", now=datetime(2026, 11, 13, 12, tzinfo=UTC)) == []
