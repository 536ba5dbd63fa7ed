"""The rules: packs, who owns them, until when they count, what they must hit and pass; and a text to try on them."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.days import SOON
from review_gate.domain.draft import MAX_TEXT, Draft, Kind
from review_gate.insight.figures import Stopped, figures
from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.rule import Packs
from review_gate.web.pages.base import PageError, Parts, may_open, page, require_page, t
from review_gate.web.pages.channels import CHANNELS, MARKETS
from review_gate.web.pages.marks import pieces

RECORD = timedelta(days=30)


def add(pages: Blueprint, parts: Parts) -> None:
    def packs() -> Packs | None:
        try:
            return parts.packs()
        except PackErrors:
            return None

    @pages.get("/rules")
    def rules() -> BaseResponse:
        require_page("rules")
        loaded = packs()
        today = parts.clock().date()
        verdict = None
        text = request.args.get("text", "").replace("\r\n", "\n")[:MAX_TEXT].strip()
        draft = Draft(
            text,
            kind=Kind.REPLY if request.args.get("kind") == "reply" else Kind.POST,
            channel=_known(request.args.get("channel"), tuple(CHANNELS)),
            market=_known(request.args.get("market"), MARKETS),
        )
        if text:
            verdict = parts.gate.preview(draft)
        return page(
            "rules.html",
            packs=loaded.packs if loaded else (),
            broken=loaded is None,
            live=sum(rule.status == "live" and not rule.expired(today) for rule in loaded.rules) if loaded else 0,
            expired=loaded.expired(today) if loaded else (),
            today=today,
            soon=today + SOON,
            draft=draft,
            verdict=verdict,
            pieces=pieces(text, verdict.reasons) if verdict else (),
            channels=CHANNELS,
            markets=MARKETS,
            may_draft=may_open("figures"),
            said=t("said_written") if request.args.get("said") == "written" else "",
        )

    @pages.get("/rules/<rule_id>")
    def rule(rule_id: str) -> BaseResponse:
        require_page("rules")
        loaded = packs()
        found = loaded.rule(rule_id) if loaded else None
        if found is None:
            raise PageError("error_404", 404)
        pack = next(one for one in loaded.packs if one.name == found.pack) if loaded else None
        today = parts.clock().date()
        state = _state(found.status, found.expired(today))
        return page("rule.html", rule=found, pack=pack, state=state, record=_record(parts, rule_id), days=RECORD.days)


def _record(parts: Parts, rule_id: str) -> Stopped:
    """How often the rule spoke lately about a draft, and what people then decided."""
    now = parts.clock()
    items = [item for item in parts.store.handed_in(now - RECORD, now) if rule_id in item.rules]
    rules = {one.name: one for one in figures(items, {}, now - RECORD, now).rules}
    return rules.get(rule_id) or Stopped(rule_id, 0, 0, 0, 0)


def _state(status: str, expired: bool) -> str:
    return t("rule_expired") if expired else t(f"rule_{status}")


def _known(value: str | None, values: tuple[str, ...]) -> str | None:
    return value if value in values else None
