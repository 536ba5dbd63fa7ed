"""Writing: a draft is screened while it is typed, handed in, and revised later."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.draft import MAX_TEXT, Draft
from review_gate.domain.errors import GateError, IdempotencyConflict, TimeOver
from review_gate.domain.permits import check_seen, require
from review_gate.domain.picture import named_url
from review_gate.domain.submission import Operation, Person, Submission
from review_gate.domain.telling import without_echoes
from review_gate.domain.verdict import Reason
from review_gate.gate import Once, Seen
from review_gate.rulebook.kinds.substitution import Substitution
from review_gate.rulebook.rule import Packs
from review_gate.web.answers import reason_json
from review_gate.web.bodies import parse_draft, parse_json
from review_gate.web.media import received, take
from review_gate.web.pages.base import PageError, Parts, account, language, page, person, require_page, t, told
from review_gate.web.pages.channels import CHANNELS, LANGUAGES, MARKETS, PREVIEWS
from review_gate.web.pages.labels import day_in_words, lang_name
from review_gate.web.problems import Problem

MOST_MEDIA = 4
PLAIN = ("text", "kind", "channel", "market", "lang", "in_reply_to")
"""Fields that go into the draft as they are; empty ones are left out."""
_SAY = re.compile(r"“(.+)”")


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/compose")
    def compose() -> BaseResponse:
        require_page("compose")
        copied = request.args.get("copy")
        fields = _fields(_own(parts, copied).draft) if copied else _prepared(parts, request.args.get("template", ""))
        return _page(fields, key=parts.new_id(), restore=not fields)

    @pages.post("/compose")
    def hand_in() -> BaseResponse:
        require_page("compose")
        key = request.form.get("key", "")[:100] or parts.new_id()
        try:
            made = _handed_in(parts, replace(_draft(), author=account().email), key)
        except Problem as problem:
            return _page(_typed(), 422, key=key, problems=_problems(problem))
        except TimeOver as late:
            return _page(_typed(), 422, key=key, problems=_problems(Problem.of(late)))
        return redirect(url_for("pages.item", submission_id=made, said="submitted", draft=key), 303)

    @pages.post("/compose/check")
    def check() -> BaseResponse:
        """What the screening says about a text that is being written. Nothing is stored."""
        require_page("compose")
        draft = replace(parse_draft(parse_json(request.get_data())).draft(), author=account().email)
        verdict = parts.gate.preview(draft)
        packs = parts.packs()
        return jsonify(
            {
                "severity": verdict.severity.word,
                "action": verdict.action.value,
                "lang": lang_name(verdict.lang) if verdict.lang else None,
                "reasons": [_reason(reason, packs) for reason in without_echoes(verdict.reasons)],
            }
        )

    @pages.post("/compose/media")
    def upload() -> BaseResponse:
        """Takes a picture for a draft that is being written; the page's script tells what is answered."""
        require_page("compose")
        try:
            content, name = received(parts.uploads.most_bytes)
            taken = take(parts.uploads, content, account().email)
        except Problem as problem:
            answer = jsonify({"says": told(problem.message)})
            answer.status_code = problem.status
            return answer
        earlier = taken.earlier
        says = t("upload_known", day=day_in_words(earlier.at.date())) if earlier else t("upload_done")
        url = named_url(taken.picture.sha256, name)
        return jsonify({"url": url, "says": says, "known": earlier is not None})

    @pages.get("/items/<submission_id>/revise")
    def revise(submission_id: str) -> BaseResponse:
        found = _own(parts, submission_id)
        require(Operation.REVISE, found, person(parts), parts.clock())
        return _page(_fields(found.draft), key=f"rev-{found.id}-{found.revision}", revising=found)

    @pages.post("/items/<submission_id>/revise")
    def hand_in_revision(submission_id: str) -> BaseResponse:
        found, who = _own(parts, submission_id), person(parts)
        key = f"rev-{found.id}-{request.form.get('revision', '')}"
        try:
            draft = _draft()
            seen = Seen(int(request.form.get("revision", "")), request.form.get("sha", ""))
            check_seen(found, seen.revision, seen.text_sha256)
            draft = replace(draft, bot=found.draft.bot, conversation=found.draft.conversation)
            parts.gate.revise(submission_id, draft, who, seen)
        except Problem as problem:
            return _page(_typed(), 422, key=key, revising=found, problems=_problems(problem))
        except ValueError:
            raise PageError("error_csrf") from None
        except GateError as refused:
            why = Problem.of(refused)
            return _page(_typed(), why.status, key=key, revising=found, problems=_problems(why))
        return redirect(url_for("pages.item", submission_id=submission_id, said="revised", draft=key), 303)


def _handed_in(parts: Parts, draft: Draft, key: str) -> str:
    """The id of the submission that the form with this key makes, once. Raises TimeOver."""
    who = person(parts)
    body = hashlib.sha256(repr(draft).encode()).hexdigest()
    once = Once(f"page:{who.id}", key, body, 303, lambda made: {"id": made.submission.id if made.submission else ""})
    try:
        earlier = parts.gate.answered(once)
        return str(earlier.answer["id"]) if earlier else parts.gate.submit(draft, who, once).id
    except IdempotencyConflict:
        # The same form was sent before with other words: handed in as a draft of its own, or it would be lost.
        return parts.gate.submit(draft, who).id


def _prepared(parts: Parts, name: str) -> dict[str, str]:
    """An approved template to start from, its slots to be filled in; nothing for a name that there is not."""
    found = next((one for one in parts.gate.templates.all() if name and one.name == name), None)
    return {} if found is None else _fields(found.draft)


def _own(parts: Parts, submission_id: str) -> Submission:
    """One's own submission. Raises PageError 404 for others'."""
    found = parts.gate.get(submission_id)
    who: Person = person(parts)
    if not found.is_own(who):
        raise PageError("error_404", 404)
    return found


def _typed() -> dict[str, Any]:
    """The form's fields as they were typed, to show them again."""
    form = request.form
    fields: dict[str, Any] = {name: form.get(name, "") for name in (*PLAIN, "planned_at", "zone")}
    fields["text"] = fields["text"].replace("\r\n", "\n")
    fields["in_reply_to"] = fields["in_reply_to"].replace("\r\n", "\n")
    pairs = zip(form.getlist("media_url"), form.getlist("media_alt"), strict=False)
    fields["media"] = [{"url": url.strip(), "alt": alt.strip()} for url, alt in pairs if url.strip()][:MOST_MEDIA]
    return fields


def _draft() -> Draft:
    """The draft in the form. Raises Problem with one entry a field."""
    typed = _typed()
    body: dict[str, Any] = {name: typed[name] for name in PLAIN if typed[name]}
    body.setdefault("text", "")
    if body.get("kind") != "reply":
        body.pop("in_reply_to", None)  # the field is hidden then
    if typed["planned_at"]:
        body["planned_at"] = _planned(typed["planned_at"], typed["zone"])
    if typed["media"]:
        body["media"] = [{"url": one["url"], "alt": one["alt"] or None} for one in typed["media"]]
    return parse_draft(body).draft()


def _planned(local: str, zone: str) -> str:
    """The local time of the form in its zone (UTC where the browser named none), as text for the draft's check."""
    try:
        return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone or "UTC")).isoformat()
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return local


def _fields(draft: Draft) -> dict[str, Any]:
    """A draft as fields of the form. Times are told in UTC; the page's script turns them into the writer's zone."""
    fields: dict[str, Any] = {name: getattr(draft, name) or "" for name in PLAIN}
    fields["kind"] = draft.kind.value
    fields["planned_iso"] = draft.planned_at.isoformat() if draft.planned_at else ""
    fields["media"] = [{"url": one.url, "alt": one.alt or ""} for one in draft.media]
    return fields


def _reason(reason: Reason, packs: Packs) -> dict[str, Any]:
    """The reason as the API tells it, and the better word where a rule of the kind `substitution` names one."""
    answer = reason_json(reason, language())
    rule = packs.rule(reason.rule) if reason.rule else None
    if rule is not None and isinstance(rule.check, Substitution) and reason.span and reason.suggestion:
        better = _SAY.search(reason.suggestion.en)
        answer["replacement"] = better.group(1) if better else None
    return answer


def _problems(problem: Problem) -> list[str]:
    if not problem.fields:
        return [told(problem.message)]
    return [t("pair", what=_field_name(field.pointer), value=told(field.message)) for field in problem.fields]


def _field_name(pointer: str) -> str:
    name = pointer.strip("/").split("/")[0]
    return t(f"compose_{name}") if name in (*PLAIN, "planned_at", "media") else name


def _page(fields: dict[str, Any], status: int = 200, *, key: str, revising: Submission | None = None,
          restore: bool = False, problems: list[str] | None = None) -> BaseResponse:  # fmt: skip
    names = ("longest", "counting", "folded", "preview")
    return page(
        "compose.html",
        status,
        fields=fields,
        key=key,
        revising=revising,
        restore=restore,
        problems=problems or [],
        channels=CHANNELS,
        previews=PREVIEWS,
        markets=MARKETS,
        languages=LANGUAGES,
        longest=MAX_TEXT,
        most_media=MOST_MEDIA,
        channel_facts=json.dumps({id_: {n: getattr(c, n) for n in names} for id_, c in CHANNELS.items()}),
    )
