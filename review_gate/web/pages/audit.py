"""The audit log: who did what when, filtered, exported as JSON Lines, its hash chain checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.adapters.stores import chain
from review_gate.adapters.stores.database import stamp
from review_gate.page_ports import PageStore, Trail
from review_gate.ports import ChainedEvent
from review_gate.slack.directory import Directory
from review_gate.web.pages.base import PageError, Parts, page, require_page
from review_gate.web.pages.events import event_words, worded

SHOWN = 100
BATCH = 1000
NAMES = ("kind", "actor", "submission", "since", "until")


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/audit")
    def audit() -> BaseResponse:
        require_page("audit")
        where, chosen = _wish()
        before = request.args.get("before", "")
        events = parts.store.trail(where, int(before) if before.isdecimal() and len(before) < 19 else None, SHOWN)
        more = url_for("pages.audit", **chosen, before=events[-1].position) if len(events) == SHOWN else None
        return page(
            "audit.html",
            events=events,
            names=Directory(parts.store).names(one.event.actor for one in events),
            next=more,
            chosen=chosen,
            kinds=parts.store.event_kinds(),
            event_words=event_words,
            worded=worded,
            checked=chain.verify(_log(parts.store)) if request.args.get("verify") else None,
            now=parts.clock(),
        )

    @pages.get("/audit/events.jsonl")
    def audit_export() -> BaseResponse:
        """Everything that fits the filter, newest first, one event a line, with all that its hash is made of
        (`docs/operations.md` says how)."""
        require_page("audit")
        where, _ = _wish()
        answer = Response(_lines(parts.store, where), mimetype="application/x-ndjson")
        answer.headers["Content-Disposition"] = 'attachment; filename="review-gate-audit.jsonl"'
        return answer


def _log(store: PageStore) -> Iterator[ChainedEvent]:
    position = 0
    while events := store.events(after=position, limit=BATCH):
        yield from events
        position = events[-1].position


def _lines(store: PageStore, where: Trail) -> Iterator[str]:
    before = None
    while events := store.trail(where, before, BATCH):
        for item in events:
            event = item.event
            line = {
                "position": item.position,
                "id": event.id,
                "at": stamp(event.at),
                "kind": event.kind,
                "actor": event.actor,
                "submission": event.submission_id,
                "data": dict(event.data),
                "content": item.content,
                "previous": item.previous,
                "hash": item.hash,
            }
            yield json.dumps(line, ensure_ascii=False) + "\n"
        before = events[-1].position


def _wish() -> tuple[Trail, dict[str, Any]]:
    """The filter in the address, and its words for links. Raises PageError for a date that is none."""
    chosen: dict[str, Any] = {
        name: value.strip()[:200] for name in NAMES if (value := request.args.get(name, "")).strip()
    }
    try:
        since, until = _day(chosen.get("since")), _day(chosen.get("until"))
        end = until + timedelta(days=1) if until else None
    except (ValueError, OverflowError):
        raise PageError("audit_bad_date", 422) from None
    return Trail(chosen.get("kind"), chosen.get("actor"), chosen.get("submission"), since, end), chosen


def _day(text: str | None) -> datetime | None:
    return datetime.combine(date.fromisoformat(text), time(), UTC) if text else None
