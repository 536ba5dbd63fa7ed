"""The queue: what waits for a person, in order of need, following by itself what happens elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.draft import Kind
from review_gate.domain.drill import revealed
from review_gate.domain.permits import LEADING
from review_gate.domain.reason_codes import REASON_CODES
from review_gate.domain.submission import Answer, Claim, Submission
from review_gate.domain.unread import unread
from review_gate.domain.verdict import Reason, Severity
from review_gate.gate import Seen
from review_gate.gate.bulk import Chosen, decide_each
from review_gate.page_ports import Facet, Waiting
from review_gate.web.pages.base import PageError, Parts, account, page, person, require_page, t
from review_gate.web.pages.marks import excerpt

SHOWN = 50
REASONS_SHOWN = 3
DUE = {"late": 0.0, "4h": 4.0, "24h": 24.0, "week": 168.0}
"""The choices of the due filter, in hours from now."""
ME, NOBODY = "me", "nobody"
"""Choices of the filter by whose desk it is on, beside people's ids."""
MAX_COMMENT = 2000
_NAME = re.compile(r"[^\x00-\x1f]{1,200}")


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/queue")
    def queue() -> BaseResponse:
        require_page("queue")
        return _page(parts)

    @pages.post("/queue")
    def decide_several() -> BaseResponse:
        """Leads decide about what they ticked: each a decision of its own, with its own result."""
        require_page("queue")
        form = request.form
        comment, code = form.get("comment", "").strip()[:MAX_COMMENT], form.get("reason_code", "")
        ticked = [one for value in form.getlist("pick")[:SHOWN] if (one := _picked(value)) is not None]
        try:
            answer = Answer(form.get("answer", ""))
        except ValueError:
            raise PageError("error_csrf", 400) from None
        why = (
            "bulk_none"
            if not ticked
            else "bulk_read_first"
            if answer is Answer.APPROVE and not form.get("read")
            else "comment_needed"
            if answer is not Answer.APPROVE and not comment
            else None
        )
        picked = {one.id for one in ticked}
        if why is not None:
            return _page(parts, 422, why=t(why), comment=comment, picked=picked)
        code = code if code in REASON_CODES and answer is Answer.REJECT else ""
        results = decide_each(parts.gate, ticked, answer, person(parts), comment, code)
        left = {one.id for one in results if one.refused is not None}
        return _page(parts, results=results, answer=answer, picked=left)

    def _page(parts: Parts, status: int = 200, **extra: Any) -> BaseResponse:
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
            "unread": unread(found.unread, held=True),
            "next": url_for("pages.queue", **chosen, after=found.next) if found.next else None,
            "all": sum(facet.count for facet in facets),
            "count": _matching(facets, where) if where.due_before is None and where.claimed_by is None else None,
            "leading": bool(account().roles & LEADING),
            "picked": frozenset(),
            "results": (),
            "revealed": revealed,
            "comment": "",
            **extra,
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
            status,
            claimants=_claimants(parts.store.claims(now)),
            reason_codes=REASON_CODES,
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
        for name in ("channel", "market", "severity", "due", "kind", "with")
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
    who = person(parts)
    claimed_by: tuple[str, ...] | None = None
    if "with" in chosen:
        known = {ME: (who.id, *sorted(who.aliases)), NOBODY: ()}
        claimed_by = known.get(chosen["with"], (chosen["with"],))
    where = Waiting(
        chosen.get("channel"), chosen.get("market"), severity, due, chosen.get("kind"), claimed_by, parts.clock()
    )  # fmt: skip
    return where, chosen


def _claimants(claims: Iterable[Claim]) -> list[tuple[str, str]]:
    """(id, name) of everybody who has something on their desk, by name."""
    names = {claim.by: claim.by_name for claim in claims}
    return sorted(names.items(), key=lambda one: one[1].casefold())


def _picked(value: str) -> Chosen | None:
    """What a box carries: revision, hash, id. None for anything garbled."""
    revision, _, rest = value.partition(":")
    sha, _, submission_id = rest.partition(":")
    if not (revision.isascii() and revision.isdigit() and len(revision) < 10 and submission_id):
        return None
    return Chosen(submission_id, Seen(int(revision), sha))


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
    after = None
    while True:
        found = parts.store.queue(Waiting(), after, 2)
        one = next((item for item in found.items if item.id != besides), None)
        after = found.next
        if one is not None or after is None:
            return one
