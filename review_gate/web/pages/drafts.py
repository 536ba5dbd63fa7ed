"""A draft of a rule pack: its mistakes and their places, what it would have changed, and putting it in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.adapters.rule_files import RuleFiles
from review_gate.domain.change import Change, Event
from review_gate.domain.errors import GateError
from review_gate.domain.permits import LEADING
from review_gate.domain.submission import Role
from review_gate.gate.incidents import Incidents
from review_gate.insight.replays import replay_pack
from review_gate.rulebook.edit import example_of, flow, with_examples
from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.rule import Pack
from review_gate.web.pages.base import PageError, Parts, account, page, person, require_page, t, told

EDITING = LEADING | {Role.RULE_OWNER}
"""Who may put rules in force."""
LOOK_BACK = timedelta(days=30)
MOST = 2000
"""So many drafts are looked at, the newest first."""
SHOWN = 50
SHOWN_ERRORS = 30


def add(pages: Blueprint, parts: Parts) -> None:
    files = RuleFiles(parts.packs)
    incidents = Incidents(parts.store, parts.clock, parts.new_id)

    @pages.get("/rules/draft")
    def draft() -> BaseResponse:
        """The pack that the address names as it stands, with an incident's example where it names one."""
        require_page("figures")
        name = request.args.get("pack", "")
        file = files.read(name) if name else None
        if name and file is None:
            raise PageError("error_404", 404)
        text, rule, incident = file.text if file else "", request.args.get("rule", ""), request.args.get("incident", "")
        if file and rule and incident:
            found = incidents.get(incident)
            submission = parts.store.submission(found.subject)
            hit = example_of(submission.draft) if submission else flow(found.text)
            harmless = request.args.get("harmless", "")
            try:
                text = with_examples(text, file.path.name, rule, hit, flow(harmless) if harmless else "")
            except PackErrors:
                raise PageError("error_404", 404) from None
        values = {"name": name, "text": text, "sha": file.sha256 if file else "", "incident": incident, "rule": rule}
        return _page(parts, 200, **values)

    @pages.post("/rules/draft")
    def try_draft() -> BaseResponse:
        require_page("figures")
        form = request.form
        text = form.get("text", "").replace("\r\n", "\n")
        values: dict[str, Any] = {"name": form.get("pack", ""), "text": text, "sha": form.get("sha", ""),
                                  "incident": form.get("incident", ""), "rule": form.get("rule", "")}  # fmt: skip
        if not text.strip():
            return _page(parts, 422, why=t("draft_empty"), **values)
        try:
            if form.get("action") == "save":
                return save(values)
            pack = files.check(text, _shown(values["name"]))
        except PackErrors as wrong:
            return _page(parts, 422, errors=wrong.errors, **values)
        found = replay_pack(parts.packs(), pack, parts.store, parts.clock() - LOOK_BACK, MOST)
        return _page(parts, 200, replay=found, pack=pack, **values)

    def save(values: dict[str, Any]) -> BaseResponse:
        """Raises PackErrors."""
        if not account().roles & EDITING:
            raise PageError("error_role", 403)
        before = files.read(values["name"])
        try:
            if before is not None and files.check(values["text"], before.path.name).version <= _version(parts, values):
                return _page(parts, 422, why=t("draft_same_version"), **values)
            pack = files.write(values["name"], values["text"], values["sha"])
        except GateError as refused:
            return _page(parts, 409, why=told(refused.message), **values)
        rule_written(parts, pack, values["incident"])
        if values["incident"] and values["rule"]:
            incidents.taught(values["incident"], values["rule"], pack.name, pack.version, person(parts))
            return redirect(url_for("pages.incident", incident_id=values["incident"], said="taught"), 303)
        return redirect(url_for("pages.rules", said="written"), 303)


def rule_written(parts: Parts, pack: Pack, incident: str = "") -> None:
    """Who put which version of a pack in force, and because of which incident, for the audit log."""
    who = person(parts)
    data = {"pack": pack.name, "pack_version": pack.version, "by_name": who.display_name}
    if incident:
        data["incident"] = incident
    event = Event(parts.new_id(), parts.clock(), "rules.written", who.id, None, data)
    parts.store.commit(Change(events=(event,)))


def _version(parts: Parts, values: dict[str, Any]) -> int:
    """The version of the pack that counts now; 0 for none: a changed pack needs a higher one, verdicts name it."""
    return parts.packs().versions.get(values["name"], 0)


def _shown(name: str) -> str:
    return f"{name or 'pack'}.yml"


def _page(parts: Parts, status: int, **values: Any) -> BaseResponse:
    return page(
        "draft.html",
        status,
        **{
            "may_save": bool(account().roles & EDITING) and bool(values["name"]),
            "names": sorted(parts.packs().versions),
            "days": LOOK_BACK.days,
            "most": MOST,
            "shown": SHOWN,
            "shown_errors": SHOWN_ERRORS,
            "errors": (),
            **values,
        },
    )
