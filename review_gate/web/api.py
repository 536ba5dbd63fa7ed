"""The HTTP API, version 1. Thin: parse, call the gate, render."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from review_gate.domain.draft import Draft, Kind, from_a_caller
from review_gate.domain.errors import IdempotencyConflict
from review_gate.domain.message import Message
from review_gate.domain.submission import State, Submission
from review_gate.gate import Checked, Gate, Once, Seen
from review_gate.ports import Filter, Store
from review_gate.web.answers import submission_json, verdict_json
from review_gate.web.auth import authenticate
from review_gate.web.bodies import DraftBody, parse_draft, parse_json
from review_gate.web.language import language
from review_gate.web.problems import FieldError, Problem

LONGEST_WAIT = 30
POLL_SECONDS = 0.2
MAX_LIMIT = 200
IDEMPOTENCY_KEY = "[!-~]{1,255}"
MOST_WAITING = 8
"""So many requests of one process may wait for a decision: each takes a thread, and checks need threads too. One
more is answered at once with what is known, as if it had waited."""


def api_blueprint(gate: Gate, store: Store, stopping: threading.Event) -> Blueprint:
    """The routes under /v1. Once `stopping` is set nobody waits any longer."""
    api = Blueprint("api", __name__, url_prefix="/v1")
    places = threading.BoundedSemaphore(MOST_WAITING)

    @api.post("/check")
    def check() -> Response:
        person = authenticate(store, "check")
        draft = from_a_caller(parse_draft(_body()).draft(default_kind=Kind.REPLY))
        spoken = language()
        once = _once(person.id, "check", 200, lambda answer: _checked(answer, spoken))
        earlier = _earlier(gate, once)
        if earlier is not None:
            return earlier
        try:
            checked = gate.check(draft, person, once)
        except IdempotencyConflict:
            return _after_race(gate, once)
        return _json(_checked(checked, spoken))

    @api.post("/submissions")
    def submit() -> Response:
        person = authenticate(store, "submit")
        draft = parse_draft(_body()).draft()
        spoken = language()
        once = _once(person.id, "submit", 202, lambda answer: submission_json(_there(answer.submission), spoken))
        earlier = _earlier(gate, once)
        if earlier is not None:
            return earlier
        try:
            submission = gate.submit(draft, person, once)
        except IdempotencyConflict:
            return _after_race(gate, once)
        return _json(submission_json(submission, spoken), 202)

    @api.get("/submissions")
    def submissions() -> Response:
        authenticate(store, "read")
        where, after, limit = _listing()
        try:
            page = store.submissions(where, after, limit)
        except ValueError as error:
            raise _bad_parameter(
                "cursor", "This is no cursor: use the 'next' of an earlier page.",
                "Ce n'est pas un curseur : utilisez le « next » d'une page précédente.",
            ) from error  # fmt: skip
        items = [submission_json(item, language()) for item in page.items]
        return _json({"items": items, "next": page.next, "unread": list(page.unread)})

    @api.get("/submissions/<submission_id>")
    def submission(submission_id: str) -> Response:
        authenticate(store, "read", "submit", "check")
        wait = _wait()
        found = gate.get(submission_id)
        if wait and found.state is State.HELD and places.acquire(blocking=False):
            try:
                found = _when_changed(gate, found, wait, stopping)
            finally:
                places.release()
        answer = _json(submission_json(found, language()))
        if wait and stopping.is_set():  # sooner than asked: without it a caller would come back at once
            answer.headers["Retry-After"] = "1"
        return answer

    @api.post("/submissions/<submission_id>/revisions")
    def revise(submission_id: str) -> Response:
        person = authenticate(store, "submit")
        body = parse_draft(_body())
        found = gate.get(submission_id)
        seen = Seen(found.revision, found.text_sha256)  # what the body leaves out is taken from there
        revised = gate.revise(submission_id, _revised(found.draft, body), person, seen)
        return _json(submission_json(revised, language()), 202)

    @api.post("/submissions/<submission_id>/withdraw")
    def withdraw(submission_id: str) -> Response:
        person = authenticate(store, "submit")
        return _json(submission_json(gate.withdraw(submission_id, person), language()))

    return api


def _body() -> Any:
    if request.mimetype not in ("application/json", ""):
        raise Problem(
            415,
            "unsupported-media-type",
            Message(
                f"Send JSON with 'Content-Type: application/json', not {request.mimetype}.",
                f"Envoyez du JSON avec « Content-Type: application/json », pas {request.mimetype}.",
            ),
        )
    return parse_json(request.get_data(cache=True))


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    answer = jsonify(value)
    answer.status_code = status
    answer.headers["Content-Language"] = language()
    return answer


def _checked(checked: Checked, spoken: str) -> dict[str, Any]:
    """The verdict, and where a person's answer will be found when there has to be one."""
    told = verdict_json(checked.verdict, spoken)
    if checked.submission is not None:
        told["submission"] = {"id": checked.submission.id, "state": checked.submission.state.value}
    if checked.reply is not None:
        told["reply"] = {"id": checked.reply}
    return told


def _there(submission: Submission | None) -> Submission:
    assert submission is not None
    return submission


def _once(who: str, what: str, status: int, render: Any) -> Once | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not re.fullmatch(IDEMPOTENCY_KEY, key):
        raise _bad_parameter(
            "Idempotency-Key",
            "This must have 1 to 255 characters of ASCII, without blanks: a UUID will do.",
            "Cette clé doit avoir de 1 à 255 caractères ASCII, sans espace : un UUID convient.",
        )
    body = hashlib.sha256(request.get_data(cache=True)).hexdigest()
    return Once(f"{what}:{who}", key, body, status, render)


def _earlier(gate: Gate, once: Once | None) -> Response | None:
    """The answer to the same request, when there was one: said again, word by word."""
    earlier = None if once is None else gate.answered(once)
    if earlier is None:
        return None
    answer = _json(json.loads(json.dumps(earlier.answer)), earlier.status)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _after_race(gate: Gate, once: Once | None) -> Response:
    """Another request with the same key was faster: its answer stands."""
    answer = _earlier(gate, once)
    assert answer is not None
    return answer


def _revised(old: Draft, body: DraftBody) -> Draft:
    """What the body leaves out stays as it was."""
    new = body.draft(default_kind=old.kind)
    given = body.model_fields_set & {field for field in DraftBody.model_fields if field != "author"}
    return replace(old, **{name: getattr(new, name) for name in given})


def _when_changed(gate: Gate, submission: Submission, seconds: float, stopping: threading.Event) -> Submission:
    """The submission once somebody has done something with it; as it is after `seconds`, or when `stopping` is set."""
    until = time.monotonic() + seconds
    found = submission
    while found.version == submission.version and time.monotonic() < until and not stopping.wait(POLL_SECONDS):
        found = gate.get(submission.id)
    return found


def _wait() -> float:
    value = request.args.get("wait", "0")
    if not _is_number(value) or int(value) > LONGEST_WAIT:
        raise _bad_parameter(
            "wait", f"This must be a whole number of seconds, 0 to {LONGEST_WAIT}.",
            f"Ce doit être un nombre entier de secondes, de 0 à {LONGEST_WAIT}.",
        )  # fmt: skip
    return float(value)


def _listing() -> tuple[Filter, str | None, int]:
    known = {"state", "channel", "market", "author", "bot", "kind", "cursor", "limit"}
    for name, value in request.args.items():
        if name not in known:
            raise _bad_parameter(
                name, f"There is no such parameter. Known: {', '.join(sorted(known))}.",
                f"Ce paramètre n'existe pas. Connus : {', '.join(sorted(known))}.",
            )  # fmt: skip
        if not value.strip() or "\0" in value:
            raise _bad_parameter(
                name, "This must not be blank: leave the parameter out instead.",
                "Ce paramètre ne doit pas être vide : omettez-le plutôt.",
            )  # fmt: skip
    state = request.args.get("state")
    if state is not None and state not in set(State):
        words = ", ".join(State)
        raise _bad_parameter("state", f"This must be one of: {words}.", f"Valeurs possibles : {words}.")
    kind = request.args.get("kind")
    if kind is not None and kind not in set(Kind):
        raise _bad_parameter("kind", "This must be post or reply.", "Valeurs possibles : post, reply.")
    limit = request.args.get("limit", "50")
    if not _is_number(limit) or not 1 <= int(limit) <= MAX_LIMIT:
        raise _bad_parameter(
            "limit", f"This must be a whole number, 1 to {MAX_LIMIT}.",
            f"Ce doit être un nombre entier, de 1 à {MAX_LIMIT}.",
        )  # fmt: skip
    where = Filter(
        state=State(state) if state else None,
        channel=request.args.get("channel"),
        market=request.args.get("market"),
        author=request.args.get("author"),
        bot=request.args.get("bot"),
        kind=kind,
    )
    return where, request.args.get("cursor"), int(limit)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10


def _bad_parameter(name: str, en: str, fr: str) -> Problem:
    return Problem.invalid([FieldError(name, Message(en, fr))])
