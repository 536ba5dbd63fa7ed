"""Approved templates: which there are, who answers for them, until when they count, how often they were used."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.errors import GateError
from review_gate.domain.template import CRISIS, Template
from review_gate.web.pages.base import PageError, Parts, account, page, person, require_page, t, told
from review_gate.web.pages.bots import leads
from review_gate.web.pages.channels import CHANNELS, LANGUAGES, MARKETS
from review_gate.web.problems import STATUS

MAX_TEXT = 4000
SOON = timedelta(days=30)
SAID = frozenset({"approved_template", "retired_template"})
FIELDS = ("name", "text", "owner", "expires", "channel", "market", "lang", "occasion")
_NAME = re.compile(r"[\w][\w .-]{0,79}")


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/templates")
    def templates() -> BaseResponse:
        require_page("bots")
        said = request.args.get("said", "")
        return _page(parts, {}, said=t(f"said_{said}") if said in SAID else "")

    @pages.post("/templates")
    def approve_template() -> BaseResponse:
        require_page("bots")
        form = {key: request.form.get(key, "").replace("\r\n", "\n").strip() for key in FIELDS}
        try:
            parts.gate.templates.approve(_read(form), person(parts))
        except GateError as refused:
            return _page(parts, form, STATUS.get(type(refused), _status(refused)), why=told(refused.message))
        return redirect(url_for("pages.templates", said="approved_template"), 303)

    @pages.post("/templates/retire")
    def retire_template() -> BaseResponse:
        require_page("bots")
        try:
            parts.gate.templates.retire(request.form.get("name", ""), person(parts))
        except GateError as refused:
            return _page(parts, {}, STATUS.get(type(refused), 409), why=told(refused.message))
        return redirect(url_for("pages.templates", said="retired_template"), 303)


def _status(refused: GateError) -> int:
    return refused.status if isinstance(refused, PageError) else 409


def _read(form: dict[str, str]) -> Template:
    """The template as it was written. Raises PageError for what is missing or unknown; the gate looks at the rest."""
    if not _NAME.fullmatch(form["name"]) or not form["text"] or len(form["text"]) > MAX_TEXT or not form["owner"]:
        raise PageError("templates_missing", 422)
    try:
        expires = datetime.combine(date.fromisoformat(form["expires"]), time(), UTC)
    except ValueError:
        raise PageError("templates_bad_date", 422) from None
    channel, market, lang = (
        form[key] if form[key] in known else None
        for key, known in (("channel", CHANNELS), ("market", MARKETS), ("lang", LANGUAGES))
    )
    occasion = CRISIS if form["occasion"] == CRISIS else None
    return Template(form["name"], form["text"], form["owner"][:200], "", expires, expires,
                    channel, market, lang, occasion=occasion)  # fmt: skip


def _page(parts: Parts, form: dict[str, str], status: int = 200, **extra: object) -> BaseResponse:
    found = parts.gate.templates.all()
    now = parts.clock()
    crisis = sorted(
        (one for one in found if one.occasion), key=lambda one: (one.channel or "", one.lang or "", one.name)
    )
    return page(
        "templates.html",
        status,
        groups=(("templates_replies", [one for one in found if not one.occasion]), ("templates_crisis", crisis)),
        any=bool(found),
        now=now,
        soon=now + SOON,
        leads=leads(),
        form={"owner": account().email, "expires": (now + timedelta(days=365)).date().isoformat(), **form},
        channels=CHANNELS,
        markets=MARKETS,
        languages=LANGUAGES,
        **extra,
    )
