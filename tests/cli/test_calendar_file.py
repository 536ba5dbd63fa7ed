"""Drafts from a social calendar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.cli.calendar_file import read_calendar
from review_gate.web.sheets import BadTable

CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VTIMEZONE\r
TZID:Europe/Paris\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:1\r
SUMMARY:Black Friday teaser\r
DESCRIPTION:Dix heures\\, c'est ouvert 🎉\\nÀ dem\r
 ain\\; merci !\r
DTSTART;TZID=Europe/Paris:20261127T100000\r
LOCATION:instagram\r
ATTACH;FMTTYPE=image/png:https://cdn.example/a.png\r
BEGIN:VALARM\r
DESCRIPTION:Remember\r
END:VALARM\r
END:VEVENT\r
BEGIN:VEVENT\r
SUMMARY:We open at ten tomorrow\r
DTSTART:20261128T090000Z\r
END:VEVENT\r
BEGIN:VEVENT\r
STATUS:CANCELLED\r
SUMMARY:Never mind\r
END:VEVENT\r
END:VCALENDAR\r
"""


def event(*lines: str) -> bytes:
    return "\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT")).encode()


def test_each_event_is_a_draft() -> None:
    first, second = (body.draft() for body in read_calendar(CALENDAR.encode()))
    assert first.text == "Dix heures, c'est ouvert 🎉\nÀ demain; merci !"
    assert (first.channel, first.kind.value, first.media[0].url) == ("instagram", "post", "https://cdn.example/a.png")
    assert first.planned_at is not None
    assert second.planned_at is not None
    assert first.planned_at.isoformat() == "2026-11-27T10:00:00+01:00"
    assert (second.text, second.planned_at.isoformat()) == ("We open at ten tomorrow", "2026-11-28T09:00:00+00:00")


def test_a_time_without_a_zone_takes_the_one_that_is_given() -> None:
    (body,) = read_calendar(event("SUMMARY:Hello", "DTSTART:20260701T100000"), "Europe/Paris")
    assert body.planned_at is not None
    assert body.planned_at.isoformat() == "2026-07-01T10:00:00+02:00"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no event"),
        (b"text\nHello", "no event"),
        (b"\xff", "not UTF-8"),
        (event("SUMMARY: "), "line 1: /text"),
        (event("SUMMARY:Hello", "DTSTART:20260701T100000"), "line 3: this time has no zone"),
        (event("SUMMARY:Hello", "DTSTART;VALUE=DATE:20260701"), "line 3: '20260701' is no date with a time"),
        (event("SUMMARY:Hello", "DTSTART;TZID=Mars/Base:20260701T100000"), "line 3: .* is no time that there is"),
        (event("SUMMARY:Hello", "DTSTART:20261301T100000Z"), "line 3: .* is no time that there is"),
        (event("SUMMARY:Hello", "RRULE:FREQ=WEEKLY"), "line 1: this event recurs"),
    ],
)
def test_what_cannot_be_read_names_its_line(content: bytes, said: str) -> None:
    with pytest.raises(BadTable, match=said):
        read_calendar(content)


LINES = st.sampled_from(
    ["BEGIN:VEVENT", "END:VEVENT", "SUMMARY:a", "DESCRIPTION:\\", "DTSTART:x", ' ;"', "DTSTART;TZID=..:20260101T000000",
     "END:VALARM", "BEGIN:VALARM", "\0", "STATUS:CANCELLED"]
)  # fmt: skip


@given(st.lists(LINES, max_size=12))
def test_no_calendar_breaks_it(lines: list[str]) -> None:
    try:
        drafts = read_calendar("\n".join(lines).encode(), "Europe/Paris")
    except BadTable as error:
        assert error.messages
    else:
        assert all(body.text.strip() for body in drafts)
