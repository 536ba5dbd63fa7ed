"""The pages: sign in, queue, item, write, figures, rules, audit. One module a page, one blueprint."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.exceptions import MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.errors import GateError
from review_gate.ports import StoreError
from review_gate.web.app import of_http
from review_gate.web.language import language as api_language
from review_gate.web.pages import (
    audit,
    bots,
    calendar,
    compose,
    digest,
    drafts,
    figures,
    incidents,
    item,
    labels,
    mine,
    outcomes,
    queue,
    rules,
    session,
    templates,
)
from review_gate.web.pages.base import (
    PAGES,
    SESSION_COOKIE,
    PageError,
    Parts,
    check_csrf,
    csrf_token,
    finish,
    language,
    may_open,
    page,
    refuse_nul,
    t,
    told,
)
from review_gate.web.problems import STATUS, Problem
from review_gate.web.tracking import told_of_store

__all__ = ["Parts", "pages_blueprint"]

PUBLIC = frozenset(
    f"pages.{name}" for name in ("sign_in", "signing_in", "company", "company_back", "speak", "static", "home")
)
"""What is there for people who are not signed in."""
FIRST = frozenset({"pages.password", "pages.new_password", "pages.sign_out", "pages.speak", "pages.static"})
"""What is there before a one-time password has been changed."""


def pages_blueprint(parts: Parts) -> Blueprint:
    """Every page, its static files and its errors."""
    pages = Blueprint(
        "pages",
        __name__,
        template_folder="../templates",
        static_folder="../static",
        static_url_path="/static",
    )

    @pages.before_request
    def who_asks() -> BaseResponse | None:
        token = request.cookies.get(SESSION_COOKIE)
        g.account = parts.accounts.of_session(token) if token and request.endpoint != "pages.static" else None
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            if g.account is None and request.endpoint not in PUBLIC:
                raise PageError("error_signed_out", 401)
            check_csrf()
        refuse_nul()
        if g.account is None and request.endpoint not in PUBLIC:
            if request.headers.get("X-Requested-With"):  # a script asked: it needs the fact, not the sign-in page
                raise PageError("error_signed_out", 401)
            return redirect(url_for("pages.sign_in", next=request.full_path.rstrip("?")))
        if g.account is not None and g.account.must_change and request.endpoint not in FIRST:
            return redirect(url_for("pages.password"))
        return None

    @pages.after_request
    def headers(response: Response) -> Response:
        return finish(response, parts)

    @pages.context_processor
    def everywhere() -> dict[str, object]:
        return {
            "t": t,
            "told": told,
            "lang": language(),
            "csrf": csrf_token(),
            "me": g.get("account"),
            "most_mebibytes": f"{parts.uploads.most_bytes / 2**20:g}",
            "nav": [name for name in PAGES if may_open(name)],
            **labels.LABELS,
        }

    @pages.errorhandler(GateError)
    def refused(error: GateError) -> Response:
        status = error.status if isinstance(error, PageError) else STATUS.get(type(error), 400)
        return page("error.html", status, why=told(error.message))

    @pages.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return page("error.html", error.status, why=told(error.message))

    @pages.errorhandler(StoreError)
    def store_trouble(error: StoreError) -> Response:
        return problem(told_of_store(error))

    @pages.app_errorhandler(404)
    def nothing_here(error: NotFound) -> BaseResponse:
        """A page for people who look for one; programs get their problem document as before."""
        if request.path.startswith("/v1") or "text/html" not in request.headers.get("Accept", ""):
            return of_http(error).response(api_language())
        token = request.cookies.get(SESSION_COOKIE)
        status, why = 404, t("error_404")
        g.account = None
        try:
            g.account = parts.accounts.of_session(token) if token else None
        except StoreError as away:
            trouble = told_of_store(away)
            status, why = trouble.status, told(trouble.message)
        return finish(page("error.html", status, why=why, **everywhere()), parts)

    @pages.errorhandler(MethodNotAllowed)
    def not_that_way(error: MethodNotAllowed) -> Response:
        return page("error.html", 405, why=t("error_method"))

    @pages.errorhandler(RequestEntityTooLarge)
    def too_large(error: RequestEntityTooLarge) -> Response:
        return page("error.html", 413, why=t("error_too_large"))

    @pages.get("/")
    def home() -> BaseResponse:
        if g.account is None:
            return redirect(url_for("pages.sign_in"))
        return redirect(url_for("pages.queue" if may_open("queue") else "pages.mine"))

    for module in (
        session,
        queue,
        item,
        compose,
        mine,
        calendar,
        figures,
        outcomes,
        incidents,
        bots,
        digest,
        templates,
        drafts,
        rules,
        audit,
    ):
        module.add(pages, parts)
    return pages
