"""The calendar: the days that rules know, and what is planned; the same for one day, beside a draft that is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.message import Message
from review_gate.domain.permits import REVIEWING
from review_gate.domain.submission import Submission
from review_gate.domain.unread import unread
from review_gate.ports import Page
from review_gate.rulebook.days import DayError, local_days
from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.kinds.calendar import Calendar
from review_gate.rulebook.rule import Rule
from review_gate.web.pages.base import PageError, Parts, page, person, require_page
from review_gate.web.pages.channels import MARKETS

WEEKS = 5
SHOWN = 6
"""Planned drafts shown a day; the others are counted."""
EARLIEST, LATEST = date(1930, 1, 1), date(2070, 1, 1)
"""Between them all ways to tell a day can be reckoned with (rulebook/days.py)."""


@dataclass(frozen=True, slots=True)
class Known:
    """A day that rules know: its name, the markets it is kept in (none: everywhere), the rules."""

    name: Message
    markets: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    known: Sequence[Known]
    planned: Sequence[Submission]


def add(pages: Blueprint, parts: Parts) -> None:
    def rules() -> Sequence[Rule]:
        try:
            return parts.packs().rules
        except PackErrors:  # the rules page says so
            return ()

    @pages.get("/calendar")
    def calendar() -> BaseResponse:
        require_page("calendar")
        today = parts.clock().astimezone(UTC).date()
        try:
            first = date.fromisoformat(
                request.args.get("from") or (today - timedelta(days=today.weekday())).isoformat()
            )
        except ValueError:
            raise PageError("cal_bad_date", 422) from None
        _require_known(first)
        last = first + timedelta(days=7 * WEEKS - 1)
        market = _market()
        known, found = rules(), _planned(parts, first, last)
        days = [
            Day(day, known_days(known, day, market), [item for item in found.items if _on(item) == day])
            for day in (first + timedelta(days=n) for n in range(7 * WEEKS))
        ]
        step = timedelta(days=7 * WEEKS)
        return page(
            "calendar.html",
            unread=unread(found.unread),
            days=[day for day in days if day.known or day.planned or day.date == today],
            market=market,
            markets=MARKETS,
            today=today,
            first=first,
            last=last,
            before=first - step if first - step >= EARLIEST else None,
            after=first + step if first + step <= LATEST else None,
            shown=SHOWN,
            opens=_opens(parts),
        )

    @pages.get("/compose/day")
    def day() -> BaseResponse:
        """What one should know of the day a draft is planned for: a piece of a page."""
        require_page("compose")
        try:
            at = datetime.fromisoformat(request.args.get("at", ""))
        except ValueError:
            raise PageError("cal_bad_date", 422) from None
        if at.tzinfo is None:
            raise PageError("cal_bad_date", 422)
        _require_known(at.date())
        market = _market()
        local = local_days(at, market)
        known = [one for on in local for one in known_days(rules(), on, market)]
        first = at.astimezone(UTC).date()
        planned = [item for item in _planned(parts, first, first).items if market in (None, item.draft.market)]
        return page("day.html", known=known, planned=planned, shown=SHOWN, opens=_opens(parts))


def known_days(rules: Iterable[Rule], on: date, market: str | None) -> list[Known]:
    """The days that rules of the kind `calendar` keep on that date (in that market), each once."""
    found: dict[tuple[str, frozenset[str]], tuple[Message, list[str]]] = {}
    for rule in rules:
        if not isinstance(rule.check, Calendar) or rule.status == "retired" or rule.expired(on):
            continue
        for day, name, markets in rule.check.days:
            if market and markets and market not in markets:
                continue
            try:
                there = day.is_on(on)
            except DayError:
                continue
            if there:
                found.setdefault((name.en, markets), (name, []))[1].append(rule.id)
    return [
        Known(name, tuple(sorted(markets)), tuple(dict.fromkeys(ids))) for (_, markets), (name, ids) in found.items()
    ]


def _require_known(day: date) -> None:
    """Raises PageError for a day that is too long ago, or too far off."""
    if not EARLIEST <= day <= LATEST:
        raise PageError("cal_bad_date", 422)


def _planned(parts: Parts, first: date, last: date) -> Page:
    start = datetime.combine(first, time(), UTC)
    return parts.store.planned(start, datetime.combine(last, time(), UTC) + timedelta(days=1))


def _on(item: Submission) -> date | None:
    return item.draft.planned_at.astimezone(UTC).date() if item.draft.planned_at else None


def _opens(parts: Parts) -> set[str] | None:
    """Whose drafts this person may open: None for everybody's."""
    who = person(parts)
    return None if who.roles & REVIEWING else {who.id, *who.aliases}


def _market() -> str | None:
    wish = request.args.get("market", "")
    return wish if wish in MARKETS else None
