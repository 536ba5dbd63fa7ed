"""Days that matter: fixed, yearly, movable; and whether it is one where the audience lives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta
from hijridate import Gregorian, Hijri

from review_gate.domain.message import Message

ZONES = {
    "AT": ("Europe/Vienna",),
    "AU": ("Australia/Sydney", "Australia/Perth"),
    "BE": ("Europe/Brussels",),
    "BR": ("America/Sao_Paulo",),
    "CA": ("America/St_Johns", "America/Toronto", "America/Vancouver"),
    "CH": ("Europe/Zurich",),
    "DE": ("Europe/Berlin",),
    "ES": ("Europe/Madrid", "Atlantic/Canary"),
    "FR": ("Europe/Paris",),
    "GB": ("Europe/London",),
    "IE": ("Europe/Dublin",),
    "IN": ("Asia/Kolkata",),
    "IT": ("Europe/Rome",),
    "JP": ("Asia/Tokyo",),
    "LU": ("Europe/Luxembourg",),
    "MA": ("Africa/Casablanca",),
    "MX": ("America/Mexico_City", "America/Tijuana"),
    "NL": ("Europe/Amsterdam",),
    "PT": ("Europe/Lisbon", "Atlantic/Azores"),
    "US": ("America/New_York", "America/Los_Angeles", "Pacific/Honolulu"),
}
"""Where a market's audience lives: from its first zone to its last, for those that stretch over several."""

_WEEKDAYS = {
    "monday": MO,
    "tuesday": TU,
    "wednesday": WE,
    "thursday": TH,
    "friday": FR,
    "saturday": SA,
    "sunday": SU,
}
_MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_EASTERS: dict[str, Literal[1, 2, 3]] = {"easter": EASTER_WESTERN, "orthodox_easter": EASTER_ORTHODOX}
_NTH = re.compile(rf"({'|'.join(_ORDINALS)}) ({'|'.join(_WEEKDAYS)}) of ({'|'.join(_MONTHS)})")


class DayError(ValueError):
    """A day that cannot be understood; the text says what can."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True, slots=True)
class Day:
    """A day of every year, or of one. `way` says how to find it, `what` which one: ('date', '11-11'),
    ('date', '2026-11-13'), ('date', 'easter'), ('hijri', '9-1'), ('weekday', 'last monday of may'),
    ('holiday', 'Yom Kippur') with `country`. It begins `offset` days later and lasts `length` days."""

    way: str
    what: str
    country: str = ""
    offset: int = 0
    length: int = 1

    def begins(self, year: int) -> tuple[date, ...]:
        """When it begins in the year (of the plain calendar). Raises DayError for a day that makes no sense."""
        return tuple(found + timedelta(self.offset) for found in _found(self.way, self.what, self.country, year))

    def is_on(self, day: date, before: int = 0, after: int = 0) -> bool:
        """Whether `day` is one of its days, or at most so many days before the first or after the last."""
        return _is_on(self, day, before, after)


@lru_cache(maxsize=16_384)
def _is_on(day: Day, today: date, before: int, after: int) -> bool:
    """Remembered: all drafts of a day ask the same."""
    for year in (today.year - 1, today.year, today.year + 1):
        for start in day.begins(year):
            if start - timedelta(before) <= today <= start + timedelta(day.length - 1 + after):
                return True
    return False


@lru_cache(maxsize=4096)
def _found(way: str, what: str, country: str, year: int) -> tuple[date, ...]:
    if way == "hijri":
        return _hijri(what, year)
    if way == "weekday":
        return (_nth(what, year),)
    if way == "holiday":
        return _holiday(what, country, year)
    if what in _EASTERS:
        return (easter(year, _EASTERS[what]),)
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", what):
        only = _date(*(int(part) for part in what.split("-")))
        return (only,) if only.year == year else ()
    if re.fullmatch(r"\d{1,2}-\d{1,2}", what):
        month, day = (int(part) for part in what.split("-"))
        if (month, day) == (2, 29):
            return (date(year, 2, 29),) if year % 4 == 0 and (year % 100 or year % 400 == 0) else ()
        return (_date(year, month, day),)
    raise DayError(
        Message(
            f"'{what}' is no day: write month-day (11-11), year-month-day, easter or orthodox_easter",
            f"« {what} » n'est pas un jour : écrivez mois-jour (11-11), année-mois-jour, easter ou orthodox_easter",
        )
    )


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DayError(Message(f"there is no such day: {error}", f"ce jour n'existe pas : {error}")) from None


def _hijri(what: str, year: int) -> tuple[date, ...]:
    """A day of the Islamic calendar (Umm al-Qura); none in years that its tables do not reach (1925 to 2076)."""
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", what)
    if not match or not (1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 30):
        raise DayError(
            Message(
                f"'{what}' is no day of the Islamic calendar: write month-day, such as 9-1",
                f"« {what} » n'est pas un jour du calendrier musulman : écrivez mois-jour, par exemple 9-1",
            )
        )
    if not 1925 <= year <= 2076:
        return ()
    first = Gregorian(year, 1, 1).to_hijri().year
    found = []
    for hijri_year in (first, first + 1):
        try:
            day = Hijri(hijri_year, int(match[1]), int(match[2])).to_gregorian()
        except (ValueError, OverflowError):
            continue  # a month of 29 days in that year, or past the tables
        if day.year == year:
            found.append(date(day.year, day.month, day.day))
    return tuple(found)


def _nth(what: str, year: int) -> date:
    match = _NTH.fullmatch(what.lower())
    if not match:
        raise DayError(
            Message(
                f"'{what}' is not understood: write it like 'last monday of may'",
                f"« {what} » n'est pas compris : écrivez par exemple « last monday of may »",
            )
        )
    nth, month = _ORDINALS[match[1]], _MONTHS.index(match[3]) + 1
    start = date(year, month, 1)
    if nth < 0:
        start += relativedelta(months=1, days=-1)
    found: date = start + relativedelta(weekday=_WEEKDAYS[match[2]](nth))
    return found


def _holiday(what: str, country: str, year: int) -> tuple[date, ...]:
    try:
        calendar = holidays.country_holidays(country, years=year, language="en_US", observed=False)
    except NotImplementedError:
        raise DayError(
            Message(
                f"no holidays are known for the country '{country}'",
                f"aucun jour férié connu pour le pays « {country} »",
            )
        ) from None
    wanted = what.casefold()
    names = {day: [name.strip() for name in str(names).casefold().split(";")] for day, names in calendar.items()}
    exact = [day for day, found in names.items() if wanted in found]  # "Pesach" is not "Seventh day of Pesach"
    return tuple(sorted(exact or (day for day, found in names.items() if any(wanted in name for name in found))))


def local_days(moment: datetime, market: str | None, others: Iterable[str] = ()) -> tuple[date, ...]:
    """The dates of `moment` where its audience lives: in the market's zones; without a market in those of `others`
    (the markets a day is kept in) and in the moment's own zone."""
    zones = ZONES.get((market or "").upper(), ())
    if zones:
        return tuple(dict.fromkeys(moment.astimezone(_zone(zone)).date() for zone in zones))
    found = [moment.date()]
    if market is None:
        found += [moment.astimezone(_zone(zone)).date() for other in others for zone in ZONES.get(other, ())[:1]]
    return tuple(dict.fromkeys(found))


@cache
def _zone(name: str) -> ZoneInfo:
    """A zone, read once: ZoneInfo itself remembers only the last eight."""
    return ZoneInfo(name)
