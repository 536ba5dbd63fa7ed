"""Sign in, sign out, password, language."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.adapters.accounts import Refused
from review_gate.domain.message import LANGUAGES
from review_gate.web.pages.base import (
    LANGUAGE_COOKIE,
    SESSION_COOKIE,
    Parts,
    account,
    local_path,
    page,
    set_cookie,
    set_session,
    told,
)

YEAR = 365 * 24 * 3600
MOST = 300
"""Characters of a form's field that are read."""


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/sign-in")
    def sign_in() -> BaseResponse:
        if g.account is not None:
            return redirect(url_for("pages.home"))
        return page(
            "sign_in.html", next=local_path(request.args.get("next"), ""), email="", said=request.args.get("said")
        )

    @pages.post("/sign-in")
    def signing_in() -> BaseResponse:
        email, password = _field("email"), request.form.get("password", "")
        goal = local_path(request.form.get("next"), "")
        try:
            opened = parts.accounts.sign_in(email, password, _caller())
        except Refused as refused:
            return page("sign_in.html", 403, next=goal, email=email, why=told(refused.message))
        answer = redirect(goal or url_for("pages.home"), 303)
        assert isinstance(answer, Response)
        set_session(answer, parts, opened.token)
        return answer

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
