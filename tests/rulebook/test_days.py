"""Movable days against dates that are known."""

from datetime import UTC, date, datetime

import pytest

from review_gate.rulebook.days import Day, local_days


@pytest.mark.parametrize(
    ("day", "year", "expected"),
    [
        (Day("date", "11-11"), 2026, "2026-11-11"),
        (Day("date", "easter"), 2026, "2026-04-05"),
        (Day("date", "easter", offset=-2), 2026, "2026-04-03"),
        (Day("date", "easter", offset=-2), 2027, "2027-03-26"),
        (Day("date", "orthodox_easter"), 2026, "2026-04-12"),
        (Day("weekday", "last monday of may"), 2026, "2026-05-25"),
        (Day("weekday", "fourth thursday of november"), 2026, "2026-11-26"),
        (Day("weekday", "second sunday of november"), 2026, "2026-11-08"),
        (Day("hijri", "9-1"), 2026, "2026-02-18"),
        (Day("hijri", "12-10"), 2027, "2027-05-16"),
        (Day("holiday", "Yom Kippur", "IL"), 2026, "2026-09-21"),
        (Day("holiday", "Pesach", "IL"), 2026, "2026-04-02"),  # and not "Seventh day of Pesach"
        (Day("holiday", "Good Friday", "GB"), 2026, "2026-04-03"),
        (Day("holiday", "Martin Luther King", "US"), 2026, "2026-01-19"),
    ],
)
def test_begins(day: Day, year: int, expected: str) -> None:
    assert day.begins(year) == (date.fromisoformat(expected),)


def test_a_day_of_one_year_is_in_no_other() -> None:
    assert Day("date", "2026-11-13").begins(2027) == ()


def test_leap_day() -> None:
    assert Day("date", "2-29").begins(2028) == (date(2028, 2, 29),)
    assert Day("date", "2-29").begins(2100) == ()


def test_two_ramadans_in_one_year() -> None:
    assert [day.month for day in Day("hijri", "9-1").begins(2030)] == [1, 12]


def test_a_month_long_across_the_end_of_a_year() -> None:
    ramadan = Day("hijri", "9-1", length=30)
    assert ramadan.is_on(date(2031, 1, 3))
    assert not ramadan.is_on(date(2031, 3, 3))


def test_window_around() -> None:
    day = Day("date", "01-01")
    assert day.is_on(date(2026, 12, 30), before=2)
    assert not day.is_on(date(2026, 12, 29), before=2)
    assert day.is_on(date(2027, 1, 3), after=2)


def test_where_the_audience_lives() -> None:
    moment = datetime(2026, 7, 14, 3, tzinfo=UTC)
    assert local_days(moment, "FR") == (date(2026, 7, 14),)
    assert local_days(moment, "US") == (date(2026, 7, 13),)
    assert local_days(moment, None, ["FR"]) == (date(2026, 7, 14),)
    assert local_days(moment, "ZZ") == (date(2026, 7, 14),)
