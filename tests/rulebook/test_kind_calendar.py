"""Calendar: days that matter, where the audience lives."""

from datetime import UTC, datetime

import pytest

from review_gate.rulebook.errors import PackErrors
from tests.rulebook.making import hits, packs

RULE = """
kind: calendar
languages: [fr, en]
message: {en: "'{found}' on {day} ({date})", fr: "« {found} » le jour : {day} ({date})"}
terms: [promo, sale]
days:
  - {date: 11-13, name: {en: 13 November, fr: le 13 novembre}, markets: [FR]}
  - {date: 2026-07-02, name: {en: a day of mourning, fr: un jour de deuil}}
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("planned", "market", "fires"),
    [
        ("2026-11-13T18:00:00+01:00", "FR", True),
        ("2027-11-13T18:00:00+01:00", "FR", True),
        ("2026-11-14T18:00:00+01:00", "FR", False),
        ("2026-11-13T18:00:00+01:00", "US", False),
        ("2026-11-13T18:00:00+01:00", None, True),
        # 23:30 UTC on the 12th is already the 13th in Paris
        ("2026-11-12T23:30:00+00:00", "FR", True),
        ("2026-11-13T23:30:00+00:00", "FR", False),
        # still the 2nd in Los Angeles, no longer in New York
        ("2026-07-03T05:00:00+00:00", "US", True),
        ("2026-07-03T12:00:00+00:00", "US", False),
        ("2027-07-02T12:00:00+00:00", "US", False),
    ],
)
def test_the_day_is_the_audience_s(planned: str, market: str | None, fires: bool) -> None:
    assert bool(hits(packs(RULE), "Une promo", planned_at=at(planned), market=market)) is fires


def test_the_message_names_the_day_in_each_language() -> None:
    (hit,) = hits(packs(RULE), "Une promo", planned_at=at("2026-11-13T18:00:00+01:00"), market="FR")
    assert hit.message.fr == "« promo » le jour : le 13 novembre (13 novembre 2026)"
    assert hit.message.en == "'promo' on 13 November (13 November 2026)"
    assert hit.span == (4, 9)


def test_now_counts_when_nothing_is_planned() -> None:
    assert hits(packs(RULE), "promo", now=datetime(2026, 11, 13, 9, tzinfo=UTC), market="FR")
    assert not hits(packs(RULE), "promo", now=datetime(2026, 11, 16, 9, tzinfo=UTC), market="FR")


def test_other_words_are_fine_on_the_day() -> None:
    assert hits(packs(RULE), "Hommage aux victimes", planned_at=at("2026-11-13T18:00:00+01:00"), market="FR") == ()


def test_without_terms_the_day_is_enough_and_can_be_widened() -> None:
    pack = packs("kind: calendar\ndays: [{date: easter, name: {en: Easter, fr: Pâques}}]\nbefore: 2")
    assert [hit.span for hit in hits(pack, "Salut", planned_at=at("2026-04-03T12:00+02:00"), market="FR")] == [None]
    assert hits(pack, "Salut", planned_at=at("2026-04-02T12:00+02:00"), market="FR") == ()


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("{date: 13-11, name: {en: x, fr: x}}", "no such day"),
        ("{date: christmas, name: {en: x, fr: x}}", "is no day"),
        ("{holiday: Yom Kipur, country: IL, name: {en: x, fr: x}}", "on no day of 2024"),
        ("{holiday: x, country: XX, name: {en: x, fr: x}}", "no holidays are known"),
        ("{weekday: last mondy of may, name: {en: x, fr: x}}", "is not understood"),
        ("{hijri: 13-1, name: {en: x, fr: x}}", "Islamic calendar"),
        ("{name: {en: x, fr: x}}", "exactly one of"),
        ("{date: 11-11}", "needs 'name'"),
    ],
)
def test_days_that_are_none(day: str, message: str) -> None:
    with pytest.raises(PackErrors, match=message):
        packs(f"kind: calendar\ndays: [{day}]")
