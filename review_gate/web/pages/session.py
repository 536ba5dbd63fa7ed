"""Sign in, sign out, password, language."""

from __future__ import annotations

import ipaddress
import json
import secrets
from base64 import b64decode, b64encode
from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.adapters.accounts import Refused
from review_gate.adapters.oidc import CompanyRefused, Started
from review_gate.domain.message import LANGUAGES
from review_gate.web.pages.base import (
    LANGUAGE_COOKIE,
    SESSION_COOKIE,
    PageError,
    Parts,
    account,
    local_path,
    page,
    set_cookie,
    set_session,
    told,
)

COMPANY_COOKIE = "rg_company"
COMPANY_SECONDS = 600
"""So long one may take at the company's sign-in."""
YEAR = 365 * 24 * 3600
MOST = 300
"""Characters of a form's field that are read."""


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/sign-in")
    def sign_in() -> BaseResponse:
        if g.account is not None:
            return redirect(url_for("pages.home"))
        return _door(next=local_path(request.args.get("next"), ""), said=request.args.get("said"))

    @pages.post("/sign-in")
    def signing_in() -> BaseResponse:
        email, password = _field("email"), request.form.get("password", "")
        goal = local_path(request.form.get("next"), "")
        try:
            opened = parts.accounts.sign_in(email, password, _caller())
        except Refused as refused:
            return _door(403, next=goal, email=email, why=told(refused.message))
        answer = redirect(goal or url_for("pages.home"), 303)
        assert isinstance(answer, Response)
        set_session(answer, parts, opened.token)
        return answer

    @pages.get("/sign-in/company")
    def company() -> BaseResponse:
        """Off to the company's sign-in. What it must bring back stays in this browser."""
        if parts.company is None:
            raise PageError("error_404", 404)
        goal = local_path(request.args.get("next"), "")
        try:
            started = parts.company.start()
        except CompanyRefused as refused:
            return _door(502, next=goal, why=told(refused.message))
        answer = redirect(started.address)
        assert isinstance(answer, Response)
        kept = json.dumps([started.state, started.nonce, started.verifier, goal])
        set_cookie(answer, parts, COMPANY_COOKIE, b64encode(kept.encode()).decode(), COMPANY_SECONDS)
        return answer

    @pages.get("/sign-in/company/back")
    def company_back() -> BaseResponse:
        """Back from it: a session, or why there is none."""
        if parts.company is None:
            raise PageError("error_404", 404)
        try:
            state, nonce, verifier, goal = json.loads(b64decode(request.cookies.get(COMPANY_COOKIE, "")))
            started = Started("", str(state), str(nonce), str(verifier))
        except (ValueError, TypeError):
            started, goal = Started("", secrets.token_hex(), "", ""), ""  # no state fits
        try:
            known = parts.company.finish(request.args, started)
            opened = parts.accounts.sign_in_known(known.issuer, known.subject, known.email, known.name, known.roles)
        except (CompanyRefused, Refused) as refused:
            answer = _door(403, why=told(refused.message))
        else:
            home = redirect(local_path(goal, "") or url_for("pages.home"), 303)
            assert isinstance(home, Response)
            answer = home
            set_session(answer, parts, opened.token)
        answer.delete_cookie(COMPANY_COOKIE, path="/")
        return answer

    def _door(status: int = 200, **values: Any) -> Response:
        return page("sign_in.html", status, company=parts.company is not None, **{"next": "", "email": "", **values})

    @pages.post("/sign-out")
    def sign_out() -> BaseResponse:
        parts.accounts.sign_out(request.cookies.get(SESSION_COOKIE, ""))
        answer = redirect(url_for("pages.sign_in", said="out"), 303)
        answer.delete_cookie(SESSION_COOKIE, path="/")
        return answer

    @pages.get("/password")
    def password() -> BaseResponse:
        return page("password.html", said=request.args.get("said"))

    @pages.post("/password")
    def new_password() -> BaseResponse:
        old, new = request.form.get("old", ""), request.form.get("new", "")
        try:
            opened = parts.accounts.change_password(account(), old, new)
        except Refused as refused:
            return page("password.html", 422, why=told(refused.message))
        first = account().must_change
        answer = redirect(url_for("pages.home") if first else url_for("pages.password", said="password"), 303)
        assert isinstance(answer, Response)
        set_session(answer, parts, opened.token)
        return answer

    @pages.post("/language")
    def speak() -> BaseResponse:
        wish = request.form.get("language", "")
        answer = redirect(local_path(request.form.get("back"), url_for("pages.home")), 303)
        assert isinstance(answer, Response)
        if wish in LANGUAGES:
            if g.account is not None:
                parts.accounts.speak(g.account, wish)
            set_cookie(answer, parts, LANGUAGE_COOKIE, wish, YEAR)
        return answer


def _caller() -> str:
    """Where the sign-in comes from. Behind a proxy of the same network that is what the proxy adds last; anybody else
    could write what they like there, so it is not believed."""
    address = request.remote_addr or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return forwarded[:60] if forwarded and ipaddress.ip_address(address).is_private else address
    except ValueError:
        return address


def _field(name: str) -> str:
    return request.form.get(name, "").strip()[:MOST]
