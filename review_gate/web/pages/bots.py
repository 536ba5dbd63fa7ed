"""The bots: their switches, what is frozen, and the clusters of the last days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.breaker import BreakerState
from review_gate.domain.errors import GateError
from review_gate.domain.freeze import BRAND
from review_gate.domain.permits import LEADING
from review_gate.gate.alerts import clusters_since
from review_gate.gate.freezes import scope_of
from review_gate.web.pages.base import PageError, Parts, account, page, person, require_page, t, told
from review_gate.web.pages.channels import MARKETS
from review_gate.web.problems import STATUS

MAX_WHY = 200
CLUSTERS = timedelta(days=7)
TONES = {BreakerState.CLOSED: "good", BreakerState.OPEN: "bad", BreakerState.HALF_OPEN: "waits"}
SAID = frozenset({"paused", "resumed", "frozen", "lifted"})


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/bots")
    def bots() -> BaseResponse:
        require_page("bots")
        said = request.args.get("said", "")
        return _page(parts, said=t(f"said_{said}") if said in SAID else "")

    @pages.post("/bots/pause")
    def pause_bot() -> BaseResponse:
        require_page("bots")
        return _switched(parts, "paused", lambda bot, why: parts.gate.bots.pause(bot, why, person(parts)))

    @pages.post("/bots/resume")
    def resume_bot() -> BaseResponse:
        require_page("bots")
        if not leads():
            raise PageError("bots_leads_only", 403)
        return _switched(parts, "resumed", lambda bot, why: parts.gate.bots.resume(bot, why, person(parts)))

    @pages.post("/freezes")
    def freeze() -> BaseResponse:
        require_page("bots")
        return _switched(
            parts, "frozen", lambda scope, why: parts.gate.freezes.freeze(_scope(scope), why, person(parts))
        )

    @pages.post("/freezes/lift")
    def lift_freeze() -> BaseResponse:
        require_page("bots")
        return _switched(parts, "lifted", lambda scope, why: parts.gate.freezes.lift(_scope(scope), why, person(parts)))


def leads() -> bool:
    """Whether a lead is signed in."""
    return bool(account().roles & LEADING)


def _switched(parts: Parts, said: str, switch: Callable[[str, str], object]) -> BaseResponse:
    """Throws a switch named in the form, for the reason written there; a refusal is told on the page."""
    name, why = request.form.get("name", "").strip()[:200], request.form.get("why", "").strip()[:MAX_WHY]
    if not name or not why:
        return _page(parts, 422, why=t("bots_why_needed"))
    try:
        switch(name, why)
    except PageError:
        raise
    except GateError as refused:
        return _page(parts, STATUS.get(type(refused), 409), why=told(refused.message))
    return redirect(url_for("pages.bots", said=said), 303)


def _scope(word: str) -> str:
    try:
        return scope_of(word)
    except ValueError:
        raise PageError("freeze_bad_scope", 422) from None


def _page(parts: Parts, status: int = 200, **extra: object) -> BaseResponse:
    frozen = parts.gate.freezes.all()
    return page(
        "bots.html",
        status,
        bots=parts.gate.bots.all(),
        tones=TONES,
        freezes=frozen,
        scopes=[scope for scope in (BRAND, *MARKETS) if scope not in {one.scope for one in frozen}],
        clusters=clusters_since(parts.store, parts.clock() - CLUSTERS)[::-1],
        leads=leads(),
        **extra,
    )
