"""Days and times as sentences write them, in English and French. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from review_gate.domain.message import Message

MONTHS = (
    ("January", "janvier"), ("February", "février"), ("March", "mars"), ("April", "avril"), ("May", "mai"),
    ("June", "juin"), ("July", "juillet"), ("August", "août"), ("September", "septembre"), ("October", "octobre"),
    ("November", "novembre"), ("December", "décembre"),
)  # fmt: skip


SOON = timedelta(days=90)
"""How long before its day a rule is named as one that expires."""


def in_words(day: date) -> Message:
    """For headlines and sentences: 1 December 2026, 1er décembre 2026."""
    english, french = MONTHS[day.month - 1]
    first = "1er" if day.day == 1 else str(day.day)
    return Message(f"{day.day} {english} {day.year}", f"{first} {french} {day.year}")


def in_figures(day: date) -> Message:
    """For tables: 2026-12-01, 01/12/2026."""
    return Message(f"{day:%Y-%m-%d}", f"{day:%d/%m/%Y}")


def in_short(day: date) -> Message:
    """Without the year, for the side of a chart: 12-01, 01/12."""
    return Message(f"{day:%m-%d}", f"{day:%d/%m}")


def moment_in_figures(at: datetime) -> Message:
    """To the minute, in UTC, and saying so. `at` carries its zone."""
    utc = at.astimezone(UTC)
    return Message(f"{utc:%Y-%m-%d %H:%M} UTC", f"{utc:%d/%m/%Y à %H:%M} UTC")
