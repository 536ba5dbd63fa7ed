"""Figures: what came in, what was decided, how fast, for which reasons. Each chart also as a table and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from review_gate.insight.figures import Figures
from review_gate.insight.figures import figures as reckon
from review_gate.insight.recurring import KINDS, Recurring, recurring, replies_of
from review_gate.page_ports import Trail
from review_gate.web.pages.base import PageError, Parts, page, require_page, t
from review_gate.web.pages.charts import stacked
from review_gate.web.pages.labels import day_in_short
from review_gate.web.sheets import inert

RANGES = (7, 30, 90)
LONGEST = 366
MOST = 20_000
"""Submissions that are looked at; the page says so when there are more."""
SHOWN_RULES = 15
TABLES = ("days", "categories", "rules", "recurring", "bots", "reviewers")


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/figures")
    def figures() -> BaseResponse:
        require_page("figures")
        since, until = days_chosen(parts.clock())
        found, leak, cut = _figures(parts, since, until)
        series = [
            ("good", t("fig_approved"), [day.approved for day in found.days]),
            ("waits", t("fig_changes"), [day.changes for day in found.days]),
            ("bad", t("fig_rejected"), [day.rejected for day in found.days]),
        ]
        leaking = [
            ("plain", t("fig_repetition"), [day.repetition for day in leak.days]),
            ("waits", t("fig_clusters"), [day.clusters for day in leak.days]),
            ("bad", t("fig_tripped"), [day.tripped for day in leak.days]),
        ]
        return page(
            "figures.html",
            f=found,
            cut=cut,
            most=MOST,
            bars=stacked([day_in_short(day.date) for day in found.days], series),
            coming=stacked([day_in_short(day.date) for day in found.days],
                           [("plain", t("fig_handed_in"), [day.handed_in for day in found.days])]),
            series=series,
            leak=leak,
            leaks=stacked([day_in_short(day.date) for day in leak.days], leaking),
            leaking=leaking,
            since=since.date(),
            until=(until - timedelta(days=1)).date(),
            ranges=RANGES,
            length=(until - since).days,
            today=parts.clock().astimezone(UTC).date(),
            rules=found.rules[:SHOWN_RULES],
            minutes=minutes,
        )  # fmt: skip

    @pages.get("/figures/<table>.csv")
    def figures_csv(table: str) -> BaseResponse:
        require_page("figures")
        if table not in TABLES:
            raise PageError("error_404", 404)
        since, until = days_chosen(parts.clock())
        found, leak, _ = _figures(parts, since, until)
        return csv_file(f"{table}-{since:%Y-%m-%d}-{until - timedelta(days=1):%Y-%m-%d}", _rows(table, found, leak))


def minutes(value: float | None) -> str:
    """A duration in minutes, as people say it."""
    if value is None:
        return "–"
    if value < 1:
        return f"{value * 60:.0f} s"
    if value < 90:
        return f"{value:.0f} min"
    return f"{value / 60:.1f} h" if value < 48 * 60 else f"{value / 1440:.1f} d"


def _figures(parts: Parts, since: datetime, until: datetime) -> tuple[Figures, Recurring, bool]:
    submissions = parts.store.handed_in(since, until, MOST)
    last = (until - timedelta(days=1)).date()
    digests = parts.gate.digests.last(last, (until - since).days)
    after = max([since, *(one.until for one in digests)])
    lately = parts.store.replies_by_action(after, until) if after < until else {}
    events = [
        chained.event
        for kind in KINDS
        for chained in parts.store.trail(Trail(kind=kind, since=since, until=until), limit=MOST)
    ]
    found = reckon(submissions, replies_of(digests, lately), since, until)
    by_bot = parts.store.replies_by_bot(after, until) if after < until else {}
    return found, recurring(submissions, events, digests, by_bot, since, until), len(submissions) == MOST


def days_chosen(now: datetime) -> tuple[datetime, datetime]:
    """[since, until) from the address, whole days in UTC; the last 30 days without one. Raises PageError."""
    today = now.astimezone(UTC).date()
    try:
        last = date.fromisoformat(request.args.get("until") or today.isoformat())
        days = int(request.args.get("days") or 30)
        first = date.fromisoformat(request.args.get("since") or (last - timedelta(days=days - 1)).isoformat())
        length = (last - first).days + 1
        start, end = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
    except (ValueError, OverflowError):
        raise PageError("fig_bad_range", 422) from None
    if not 1 <= length <= LONGEST:
        raise PageError("fig_bad_range", 422)
    return start, end


def _rows(table: str, found: Figures, leak: Recurring) -> Iterable[Sequence[object]]:
    if table == "days":
        yield ("date", "handed_in", "approved", "changes_requested", "rejected", "replies_allowed")
        for day in found.days:
            yield (day.date, day.handed_in, day.approved, day.changes, day.rejected, day.allowed)
    elif table == "recurring":
        yield ("date", "repetition", "clusters", "bots_stopped_themselves")
        for one_day in leak.days:
            yield (one_day.date, one_day.repetition, one_day.clusters, one_day.tripped)
    elif table == "bots":
        yield ("bot", "sent", "held", "held_share", "stopped_itself", "stopped_by_people")
        for bot in leak.bots:
            held = "" if bot.share_held is None else round(bot.share_held, 4)
            yield (bot.bot, bot.sent, bot.held, held, bot.tripped, bot.paused)
    elif table == "reviewers":
        yield ("reviewer", "decisions", "approved", "median_minutes")
        for load in found.reviewers:
            yield (load.name, load.decisions, load.approved, round(load.median, 2))
    else:
        yield ("name", "seen", "approved", "stopped", "waiting", "overruled_share")
        for one in found.categories if table == "categories" else found.rules:
            share = "" if one.overruled is None else round(one.overruled, 4)
            yield (one.name, one.seen, one.approved, one.stopped, one.waiting, share)


def csv_file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """An answer that the browser keeps as review-gate-NAME.csv."""
    answer = Response(as_csv(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="review-gate-{name}.csv"'
    return answer


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([inert(cell) for cell in row])
    return out.getvalue()
