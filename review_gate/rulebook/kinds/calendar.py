"""Days of mourning and remembrance, feasts: what is fine on any other day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from review_gate.domain.days import in_words
from review_gate.domain.message import Message
from review_gate.rulebook.days import ZONES, Day, DayError, local_days
from review_gate.rulebook.fields import Fields
from review_gate.rulebook.scene import Find, View
from review_gate.rulebook.terms import TermList

_WAYS = ("date", "hijri", "weekday", "holiday")


@dataclass(frozen=True)
class Calendar:
    """Hits when the draft is planned (else: now) on one of `days`, in its audience's zone, and says one of `terms`
    (no terms: whatever it says). `before` and `after` widen every day by so many days."""

    word: ClassVar[str] = "calendar"

    days: tuple[tuple[Day, Message, frozenset[str]], ...]
    before: int
    after: int
    terms: TermList | None

    @property
    def fills(self) -> frozenset[str]:
        return frozenset({"day", "date"} | ({"found"} if self.terms is not None else set()))

    @property
    def triggers(self) -> tuple[TermList, ...] | None:
        return (self.terms,) if self.terms is not None else None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        days = [found for group in fields.groups("days", required=True) if (found := _day(group)) is not None]
        before, after = fields.whole("before", 0, 0, 60), fields.whole("after", 0, 0, 60)
        return cls(tuple(days), before, after, fields.terms(also_patterns=True))

    def find(self, view: View) -> list[Find]:
        matches = view.matches(self.terms)
        if self.terms is not None and not matches:
            return []
        moment = view.draft.planned_at or view.context.now
        market = view.draft.market.upper() if view.draft.market else None
        for day, name, markets in self.days:
            if markets and market and market not in markets:
                continue
            for local in local_days(moment, market, sorted(markets)):
                if day.is_on(local, self.before, self.after):
                    named = {"day": name, "date": in_words(local)}
                    if self.terms is None:
                        return [Find(named=named)]
                    return [Find(match.span, match.found, named=named) for match in matches[:3]]
        return []


def _day(group: Fields) -> tuple[Day, Message, frozenset[str]] | None:
    given = [way for way in _WAYS if way in group]
    if len(given) != 1:
        ways = ", ".join(_WAYS)
        group.source.error(
            group.node,
            Message(f"a day needs exactly one of: {ways}", f"il faut à un jour exactement un de ces champs : {ways}"),
        )
        return None
    way = given[0]
    day = Day(
        way,
        group.name(way),
        group.text("country", required=way == "holiday").upper(),
        group.whole("offset", 0, -400, 400),
        group.whole("days", 1, 1, 60),
    )
    name = group.message("name", required=True) or Message("", "")
    markets = group.words("markets", ZONES)
    group.done()
    try:
        found = any(day.begins(year) for year in range(2024, 2034)) or way == "date"
    except DayError as error:
        group.error(way, error.message)
        return None
    if not found:
        group.error(
            way,
            Message(f"'{day.what}' is on no day of 2024 to 2033", f"« {day.what} » ne tombe aucun jour de 2024 à 2033"),
            Message("see the calendar's names in English", "les noms du calendrier sont en anglais"),
        )
    return day, name, markets
