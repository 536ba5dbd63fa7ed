"""The queue: what waits for a person, in order of need, following by itself what happens elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.draft import Kind
from review_gate.domain.submission import Submission
from review_gate.domain.verdict import Reason, Severity
from review_gate.page_ports import Facet, Waiting
from review_gate.web.pages.base import PageError, Parts, page, person, require_page
from review_gate.web.pages.marks import excerpt

SHOWN = 50
REASONS_SHOWN = 3
DUE = {"late": 0.0, "4h": 4.0, "24h": 24.0, "week": 168.0}
"""The choices of the due filter, in hours from now."""
_NAME = re.compile(r"[^\x00-\x1f]{1,200}")


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/queue")
    def queue() -> BaseResponse:
        require_page("queue")
        where, chosen = _wish(parts)
        facets = parts.store.facets()
        after = request.args.get("after") or None
        try:
            found = parts.store.queue(where, after, SHOWN)
        except ValueError:
            raise PageError("error_404", 404) from None
        now = parts.clock()
        values: dict[str, Any] = {
            "items": found.items,
            "next": url_for("pages.queue", **chosen, after=found.next) if found.next else None,
            "all": sum(facet.count for facet in facets),
            "count": _matching(facets, where) if where.due_before is None else None,
            "chosen": chosen,
            "position": parts.store.last_position(),
            "now": now,
            "soon": now + timedelta(hours=4),
            "excerpt": excerpt,
            "top_reasons": top_reasons,
            "who": person(parts),
        }
        if request.headers.get("X-Fragment"):
            return page("queue_list.html", **values)
        return page(
            "queue.html",
            channels=sorted({facet.channel for facet in facets if facet.channel}),
            markets=sorted({facet.market for facet in facets if facet.market}),
            severities=[Severity.NOTE, Severity.WARN, Severity.HOLD, Severity.BLOCK],
            due=list(DUE),
            **values,
        )

    @pages.get("/queue/pulse")
    def pulse() -> BaseResponse:
        """The position of the log: the page asks every few seconds and reads the list again when it moved."""
        require_page("queue")
        return jsonify({"position": parts.store.last_position()})


def _wish(parts: Parts) -> tuple[Waiting, dict[str, Any]]:
    """The filter that the address names, and its words as they go into links. What is none is left out."""
    chosen: dict[str, Any] = {
        name: value
        for name in ("channel", "market", "severity", "due", "kind")
        if (value := request.args.get(name, "")) and _NAME.fullmatch(value)
    }
    if chosen.get("due") not in DUE:
        chosen.pop("due", None)
    if chosen.get("kind") not in set(Kind):
        chosen.pop("kind", None)
    severity = None
    try:
        severity = int(Severity.of(chosen["severity"])) if "severity" in chosen else None
    except ValueError:
        chosen.pop("severity")
    due = parts.clock() + timedelta(hours=DUE[chosen["due"]]) if "due" in chosen else None
    return Waiting(chosen.get("channel"), chosen.get("market"), severity, due, chosen.get("kind")), chosen


def _matching(facets: Iterable[Facet], where: Waiting) -> int:
    return sum(
        facet.count
        for facet in facets
        if (where.channel is None or facet.channel == where.channel)
        and (where.market is None or facet.market == where.market)
        and (where.severity is None or facet.severity >= where.severity)
        and (where.kind is None or facet.kind == where.kind)
    )


def top_reasons(submission: Submission) -> list[Reason]:
    """The gravest reasons, one of each category."""
    seen: dict[str, Reason] = {}
    for reason in submission.verdict.reasons:
        seen.setdefault(reason.category or reason.name, reason)
    return list(seen.values())[:REASONS_SHOWN]


def next_in_queue(parts: Parts, besides: str) -> Submission | None:
    """The submission to look at after this one."""
    items = parts.store.queue(Waiting(), None, 2).items
    return next((item for item in items if item.id != besides), None)
