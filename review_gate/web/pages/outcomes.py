"""Outcomes: what happened after publishing, what it goes with, and a sheet to import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.message import Message
from review_gate.domain.outcome import About
from review_gate.domain.permits import LEADING
from review_gate.insight.outcomes import OutcomeFigures, Tally, outcome_figures
from review_gate.web.bodies import parse_as
from review_gate.web.outcome_sheet import Taken, read_outcomes, take
from review_gate.web.outcomes import OutcomeBody
from review_gate.web.pages.base import PageError, Parts, account, page, person, require_page, t
from review_gate.web.pages.charts import stacked
from review_gate.web.pages.figures import MOST, RANGES, csv_file, days_chosen
from review_gate.web.pages.labels import category_name
from review_gate.web.problems import Problem
from review_gate.web.sheets import BadTable

SHOWN_MISSED = 50
SHOWN_ROWS = 12
SHOWN_LINES = 20
TABLES = ("hours", "categories", "rules", "bots", "templates", "ways", "missed")
NUMBERS = ("complaints", "csat", "effort", "nps")


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/outcomes")
    def outcomes() -> BaseResponse:
        require_page("outcomes")
        return _page(parts)

    @pages.post("/outcomes")
    def import_outcomes() -> BaseResponse:
        """A sheet: all of its rows are read before the first is taken."""
        _require_lead()
        file = request.files.get("file")
        content = file.read() if file else b""
        if not content:
            return _page(parts, 422, why=t("out_no_file"))
        try:
            rows = read_outcomes(content)
        except BadTable as error:
            return _page(parts, 422, why=t("out_bad_sheet"), lines=error.messages[:SHOWN_LINES])
        return _page(parts, taken=_summed(take(parts.gate.outcomes, rows, person(parts))))

    @pages.get("/outcomes/<table>.csv")
    def outcomes_csv(table: str) -> BaseResponse:
        require_page("outcomes")
        if table not in TABLES:
            raise PageError("error_404", 404)
        since, until = days_chosen(parts.clock())
        found = outcome_figures(parts.store.outcomes(since, until, MOST))
        name = f"outcomes-{table}-{since:%Y-%m-%d}-{until - timedelta(days=1):%Y-%m-%d}"
        return csv_file(name, _missed(found) if table == "missed" else _tallies(getattr(found, table)))


def report(parts: Parts, submission_id: str) -> BaseResponse:
    """The form on a submission's page. Raises PageError for one that says nothing, or a number out of range."""
    given: dict[str, Any] = {}
    for name in NUMBERS:
        if value := request.form.get(name, "").strip().replace(",", "."):
            try:
                given[name] = float(value)
            except ValueError:
                raise PageError("out_item_wrong", 422) from None
    if request.form.get("deleted"):
        given["deleted"] = True
    if note := request.form.get("note", "").strip():
        given["note"] = note
    try:
        body = parse_as(OutcomeBody, given)
    except Problem:
        raise PageError("out_item_wrong", 422) from None
    parts.gate.outcomes.of_submission(submission_id, body.readings(), person(parts))
    return redirect(url_for("pages.item", submission_id=submission_id, said="outcome"), 303)


def _page(parts: Parts, status: int = 200, **extra: Any) -> BaseResponse:
    since, until = days_chosen(parts.clock())
    known = parts.store.outcomes(since, until, MOST)
    found = outcome_figures(known)
    labels = [tally.name for tally in found.hours]
    series = [
        ("good", t("out_fine"), [tally.reported - tally.bad for tally in found.hours]),
        ("bad", t("out_bad"), [tally.bad for tally in found.hours]),
    ]
    values: dict[str, Any] = {
        "f": found,
        "cut": len(known) == MOST,
        "most": MOST,
        "series": series,
        "bars": stacked(labels, series),
        "since": since.date(),
        "until": (until - timedelta(days=1)).date(),
        "length": (until - since).days,
        "ranges": RANGES,
        "today": parts.clock().astimezone(UTC).date(),
        "tables": _tables(found),
        "missed": found.missed[:SHOWN_MISSED],
        "may_import": bool(account().roles & LEADING),
        "submission": About.SUBMISSION,
        "incidents": {one.subject: one.id for one in parts.store.incidents(500)},
        **extra,
    }
    return page("outcomes.html", status, **values)


def _tables(found: OutcomeFigures) -> list[tuple[str, str, list[tuple[str, Tally]]]]:
    """(id, title, rows with the name that people read)."""
    named: list[tuple[str, str, Sequence[Tally]]] = [
        ("categories", t("out_categories"), found.categories),
        ("rules", t("out_rules"), found.rules),
        ("bots", t("out_bots"), found.bots),
        ("templates", t("out_templates"), found.templates),
        ("ways", t("out_ways"), found.ways),
    ]
    told: dict[str, Callable[[str], str]] = {"categories": category_name, "ways": lambda name: t(f"way_{name}")}
    return [
        (id_, title, [(told.get(id_, str)(tally.name), tally) for tally in some[:SHOWN_ROWS]])
        for id_, title, some in named
    ]


def _summed(taken: Iterable[Taken]) -> dict[str, Any]:
    found = list(taken)
    refused: list[tuple[int, Message]] = [(one.row.line, one.refused) for one in found if one.refused is not None]
    new = sum(one.new for one in found)
    return {"new": new, "known": len(found) - len(refused) - new, "refused": refused, "shown": SHOWN_LINES}


def _tallies(some: Sequence[Tally]) -> Iterable[Sequence[object]]:
    yield ("name", "reported", "bad", "bad_share", "complaints", "deleted")
    for one in some:
        yield (one.name, one.reported, one.bad, round(one.share, 4), one.complaints, one.deleted)


def _missed(found: OutcomeFigures) -> Iterable[Sequence[object]]:
    yield ("id", "about", "way", "went_out_at", "bot", "channel", "market", "complaints", "deleted", "csat", "effort",
           "nps", "note", "text")  # fmt: skip
    for one in found.missed:
        how, read = one.outcome.circumstances, one.outcome.readings
        cells = (one.outcome.id, one.outcome.about.value, one.way.value, how.went_out_at.isoformat(), how.bot,
                 how.channel, how.market, read.complaints, read.deleted, read.csat, read.effort, read.nps, read.note,
                 how.text)  # fmt: skip
        yield ["" if cell is None else cell for cell in cells]


def _require_lead() -> None:
    if not account().roles & LEADING:
        raise PageError("error_role", 403)
