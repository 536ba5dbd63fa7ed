"""The daily look: what happened, a sample to mark, what the marks tell, and another limit to try."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.policy import Policy
from review_gate.domain.unread import unread
from review_gate.domain.verdict import Severity
from review_gate.web.pages.base import PageError, Parts, page, person, require_page

SHOWN = 60
"""So many days can be gone back to from the page."""


LINKED = 7


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/digest")
    def digest() -> BaseResponse:
        """The newest digest; before there is any, the day so far."""
        require_page("bots")
        kept = parts.gate.digests.days(SHOWN)
        if not kept:
            return redirect(url_for("pages.digest_now"))
        return redirect(url_for("pages.digest_day", day=kept[0].isoformat()))

    @pages.get("/digest/now")
    def digest_now() -> BaseResponse:
        require_page("bots")
        return _page(parts, None)

    @pages.get("/digest/try")
    def try_limit() -> BaseResponse:
        require_page("bots")
        try:
            limit = float(request.args.get("limit", "").replace(",", "."))
        except ValueError:
            limit = -1.0
        if not 0.0 < limit <= 1.0:
            raise PageError("limit_bad", 422)
        found = parts.gate.digests.try_limit(limit)
        days = found.by_day.values()
        return page(
            "limit.html", found=found, most=max(days, default=0), lines=lines_for(parts.gate.policy, found.limit)
        )

    @pages.get("/digest/<day>")
    def digest_day(day: str) -> BaseResponse:
        require_page("bots")
        return _page(parts, _day(day))

    @pages.post("/digest/<day>/marks")
    def mark_reply(day: str) -> BaseResponse:
        require_page("bots")
        reply, word = request.form.get("reply", ""), request.form.get("mark", "")
        if word not in ("fine", "held"):
            raise PageError("error_method", 422)
        parts.gate.digests.mark(_day(day), reply, word == "held", person(parts))
        return redirect(url_for("pages.digest_day", day=day, _anchor=f"r-{reply}"), 303)


def lines_for(policy: Policy, limit: float) -> str:
    """The lines of the policy file that hold from `limit` on, whichever toxicity label it is; severities that would
    come later than that are left out, a limit that is stricter already stays."""
    lines = ["thresholds:", "  toxicity:"]
    for label, levels in policy.thresholds.get("toxicity", {}).items():
        wanted = {severity: score for severity, score in levels if severity >= Severity.HOLD or score < limit}
        wanted[Severity.HOLD] = min(limit, wanted.get(Severity.HOLD, 1.0))
        shown = ", ".join(f"{severity.word}: {score:g}" for severity, score in sorted(wanted.items()))
        lines.append(f"    {label}: {{{shown}}}")
    return "\n".join(lines)


def _page(parts: Parts, day: date | None) -> BaseResponse:
    digests = parts.gate.digests
    found = digests.so_far() if day is None else digests.of(day)
    month = digests.lately(found.day)
    return page(
        "digest.html",
        found=found,
        damaged=unread(found.unread),
        live=day is None,
        month=month,
        sent=sum(found.sent.values()),
        held=sum(found.held.values()),
        bots=_by_bot(found.sent, found.held),
        days=digests.days(LINKED),
    )


def _by_bot(sent: Mapping[str, int], held: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """(bot, went out, held), the busiest first."""
    rows = [(bot, sent.get(bot, 0), held.get(bot, 0)) for bot in {*sent, *held}]
    return sorted(rows, key=lambda row: (-row[1] - row[2], row[0]))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PageError("error_404", 404) from None
