"""Days as sentences write them: the first of a month is special in French."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from review_gate.domain import days
from review_gate.domain.message import Message


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 12, 1), Message("1 December 2026", "1er décembre 2026")),
        (date(2026, 12, 2), Message("2 December 2026", "2 décembre 2026")),
        (date(2028, 2, 29), Message("29 February 2028", "29 février 2028")),
        (date(2026, 8, 21), Message("21 August 2026", "21 août 2026")),
        (date(2026, 1, 31), Message("31 January 2026", "31 janvier 2026")),
    ],
)
def test_in_words(day: date, told: Message) -> None:
    assert days.in_words(day) == told


def test_in_figures() -> None:
    assert days.in_figures(date(2026, 12, 1)) == Message("2026-12-01", "01/12/2026")
    assert days.in_short(date(2026, 12, 1)) == Message("12-01", "01/12")


def test_a_time_is_told_in_utc_whatever_its_zone() -> None:
    at = datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert days.moment_in_figures(at) == Message("2026-12-31 23:30 UTC", "31/12/2026 à 23:30 UTC")
