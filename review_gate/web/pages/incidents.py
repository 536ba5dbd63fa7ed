"""Incidents: what went out and should not have, its timeline, causes, actions, and the example that a rule learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.adapters.rule_files import RuleFiles
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.errors import GateError
from review_gate.domain.incident import Incident
from review_gate.domain.outcome import About, Outcome
from review_gate.domain.permits import REVIEWING
from review_gate.domain.submission import Submission
from review_gate.domain.verdict import Reason
from review_gate.gate.incidents import Incidents
from review_gate.gate.outcomes import last_approval, went_out_at
from review_gate.rulebook.edit import example_of, flow, with_examples
from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.rule import Packs, Rule
from review_gate.web.pages.base import PageError, Parts, account, may_open, page, person, require_page, t, told
from review_gate.web.pages.drafts import EDITING, rule_written
from review_gate.web.pages.item import Line, history
from review_gate.web.problems import STATUS

SAID = {"opened", "described", "task", "done", "closed", "reopened", "taught"}
MAX_HARMLESS = 5000


@dataclass(frozen=True, slots=True)
class Seen:
    """What went out, as far as it is known: `submission` for what a person approved, `outcome` where there is one."""

    draft: Draft
    submission: Submission | None
    outcome: Outcome | None


def add(pages: Blueprint, parts: Parts) -> None:
    incidents = Incidents(parts.store, parts.clock, parts.new_id)
    files = RuleFiles(parts.packs)

    @pages.get("/incidents", endpoint="incidents")
    def listing() -> BaseResponse:
        require_page("incidents")
        return page("incidents.html", incidents=parts.store.incidents(), today=_today(parts))

    @pages.post("/incidents")
    def open_incident() -> BaseResponse:
        require_page("incidents")
        try:
            about = About(request.form.get("about", ""))
        except ValueError:
            raise PageError("error_csrf", 400) from None
        made = incidents.open(about, request.form.get("subject", ""), request.form.get("title", ""), person(parts))
        return _to(made.id, "opened")

    @pages.get("/incidents/<incident_id>")
    def incident(incident_id: str) -> BaseResponse:
        require_page("incidents")
        said = request.args.get("said", "")
        return _page(parts, incidents.get(incident_id), said=t(f"inc_said_{said}") if said in SAID else "")

    @pages.post("/incidents/<incident_id>/example")
    def teach(incident_id: str) -> BaseResponse:
        """Makes the text an example that a rule must hit: written only when the whole pack then still holds."""
        require_page("incidents")
        if not account().roles & EDITING:
            raise PageError("error_role", 403)
        found = incidents.get(incident_id)
        rule_id, harmless = request.form.get("rule", ""), request.form.get("harmless", "").strip()[:MAX_HARMLESS]
        given = {"rule_id": rule_id, "harmless": harmless}
        rule = _packs(parts).rule(rule_id)
        file = files.read(rule.pack) if rule is not None else None
        if rule is None or file is None:
            return _page(parts, found, 422, why=t("inc_no_rule"), **given)
        try:
            hit = example_of(_seen(parts, found).draft)
            text = with_examples(file.text, file.path.name, rule_id, hit, flow(harmless) if harmless else "")
            pack = files.write(rule.pack, text, file.sha256)
        except PackErrors as wrong:
            return _page(parts, found, 422, errors=wrong.errors, **given)
        except GateError as refused:
            return _page(parts, found, 409, why=told(refused.message), by_hand=hit, by_hand_pass=harmless, **given)
        rule_written(parts, pack, found.id)
        incidents.taught(found.id, rule_id, pack.name, pack.version, person(parts))
        return _to(found.id, "taught")

    @pages.post("/incidents/<incident_id>/<step>")
    def step(incident_id: str, step: str) -> BaseResponse:
        require_page("incidents")
        found, who, form = incidents.get(incident_id), person(parts), request.form
        try:
            version = int(form.get("version", ""))
            due = date.fromisoformat(form["due"]) if form.get("due") else None
        except ValueError:
            raise PageError("error_csrf", 400) from None
        try:
            match step:
                case "describe":
                    incidents.describe(found.id, version, form.get("title", ""), form.get("causes", ""), who)
                    return _to(found.id, "described")
                case "task":
                    incidents.add_task(found.id, version, form.get("what", ""), form.get("owner", ""), due, who)
                    return _to(found.id, "task")
                case "finish":
                    incidents.finish_task(found.id, version, form.get("task", ""), bool(form.get("done")), who)
                    return _to(found.id, "done")
                case "close":
                    incidents.close(found.id, version, who)
                    return _to(found.id, "closed")
                case "reopen":
                    incidents.reopen(found.id, version, who)
                    return _to(found.id, "reopened")
        except GateError as refused:
            fresh = incidents.get(found.id)
            typed = {name: form.get(name, "") for name in ("title", "causes", "what", "owner", "due") if name in form}
            status = STATUS.get(type(refused), 409)
            return _page(parts, fresh, status, why=told(refused.message), typed=typed)
        raise PageError("error_404", 404)


def _to(incident_id: str, said: str) -> BaseResponse:
    return redirect(url_for("pages.incident", incident_id=incident_id, said=said), 303)


def _page(parts: Parts, found: Incident, status: int = 200, **extra: Any) -> BaseResponse:
    seen = _seen(parts, found)
    today_says = parts.gate.preview(seen.draft) if seen.draft.text else None
    rules_now = [reason.rule for reason in today_says.reasons if reason.pack] if today_says else []
    return page(
        "incident.html",
        status,
        incident=found,
        seen=seen,
        timeline=_timeline(parts, found, seen),
        then=_then(seen),
        now=today_says.reasons if today_says else (),
        rule_pack=lambda rule_id: getattr(_packs(parts).rule(rule_id), "pack", ""),
        rules=_choices(_packs(parts), rules_now),
        may_teach=bool(account().roles & EDITING),
        may_read=bool(account().roles & REVIEWING) and may_open("queue"),
        today=_today(parts),
        **{"typed": {}, "rule_id": rules_now[0] if rules_now else "", "harmless": "", "errors": (), **extra},
    )


def _seen(parts: Parts, found: Incident) -> Seen:
    outcome = parts.store.outcome(found.subject)
    if found.about is About.SUBMISSION:
        submission = parts.store.submission(found.subject)
        if submission is not None:
            return Seen(submission.draft, submission, outcome)
    return Seen(Draft(found.text, kind=Kind.REPLY), None, outcome)


def _then(seen: Seen) -> Sequence[Reason]:
    """What the screening said before it went out, trial rules too; of a bot's reply it was not kept."""
    return () if seen.submission is None else (*seen.submission.verdict.reasons, *seen.submission.verdict.shadow)


def _timeline(parts: Parts, found: Incident, seen: Seen) -> list[Line]:
    """Everything that is on record, in order: handed in, seen, decided, gone out, reported, looked into."""
    lines: list[Line] = []
    if seen.submission is not None:
        lines = history(parts, seen.submission, notes=True)
        approval = last_approval(seen.submission)
        if approval is not None:
            known = seen.outcome.circumstances.went_out_at if seen.outcome else None
            at = known or went_out_at(parts.store, seen.submission, approval, found.opened_at)
            lines.append(Line(at, "", t("inc_went_out"), "bad", ""))
    else:
        if seen.outcome is not None:
            lines.append(Line(seen.outcome.circumstances.went_out_at, "", t("inc_went_out_alone"), "bad", found.text))
            said = seen.outcome.readings.note or ""
            lines.append(Line(seen.outcome.reported_at, seen.outcome.reported_by, t("ev_outcome"), "waits", said))
        lines.append(Line(found.opened_at, found.opened_by, t("ev_incident"), "bad", found.title))
        lines += [Line(one.at, one.by, t("ev_taught"), "good", one.rule) for one in found.taught]
        lines += [Line(one.done_at, one.done_by, t("ev_task_done"), "good", one.what) for one in found.tasks
                  if one.done_at]  # fmt: skip
        if found.closed_at:
            lines.append(Line(found.closed_at, "", t("ev_incident_closed"), "good", ""))
    return sorted(lines, key=lambda line: line.at)


def _choices(packs: Packs, first: Sequence[str | None]) -> list[tuple[str, list[Rule]]]:
    """(heading, rules): those that see the text today, then all by pack."""
    usable = [rule for rule in packs.rules if rule.status != "retired"]
    seeing = [rule for rule in usable if rule.id in first]
    groups = [(t("inc_rules_now"), seeing)] if seeing else []
    groups += [(pack.name, [rule for rule in pack.rules if rule in usable and rule not in seeing])
               for pack in packs.packs]  # fmt: skip
    return [(name, rules) for name, rules in groups if rules]


def _packs(parts: Parts) -> Packs:
    try:
        return parts.packs()
    except PackErrors:
        raise PageError("rules_broken", 503) from None


def _today(parts: Parts) -> date:
    now: datetime = parts.clock()
    return now.astimezone(UTC).date()
