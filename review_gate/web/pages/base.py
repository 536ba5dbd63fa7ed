"""What all pages share: the parts they work with, who asks, the words, the security headers."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, render_template, request

from review_gate.adapters.accounts import SESSION, Accounts
from review_gate.adapters.oidc import Company
from review_gate.domain.errors import GateError
from review_gate.domain.message import LANGUAGES, Message
from review_gate.domain.permits import LEADING, REVIEWING
from review_gate.domain.submission import Person, Role
from review_gate.gate import Gate
from review_gate.gate.looking import Uploads
from review_gate.page_ports import Account, PageStore
from review_gate.ports import Clock, NewId
from review_gate.rulebook.rule import Packs
from review_gate.slack.directory import BY_EMAIL
from review_gate.web.pages.words import WORDS, say

SESSION_COOKIE = "rg_session"
GUEST_COOKIE = "rg_guest"
LANGUAGE_COOKIE = "rg_language"

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No inline script or style, nothing from other hosts: pictures in drafts are described, not fetched."""

PAGES = {
    "queue": REVIEWING,
    "compose": frozenset(Role),
    "mine": frozenset(Role),
    "calendar": frozenset(Role),
    "figures": REVIEWING | {Role.RULE_OWNER},
    "outcomes": REVIEWING | {Role.RULE_OWNER},
    "incidents": REVIEWING | {Role.RULE_OWNER},
    "bots": REVIEWING,
    "rules": frozenset(Role),
    "audit": LEADING,
}
"""Which roles open which page, in the order of the navigation."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the pages work with. `secure`: people come by HTTPS, so cookies travel by nothing else."""

    gate: Gate
    store: PageStore
    accounts: Accounts
    packs: Callable[[], Packs]
    clock: Clock
    new_id: NewId
    uploads: Uploads
    secure: bool = False
    company: Company | None = None
    """The company's sign-in, where there is one."""


class PageError(GateError):
    """An error answer as a page. `key` names its words."""

    code = "refused"

    def __init__(self, key: str, status: int = 400) -> None:
        super().__init__(WORDS[key])
        self.status = status


def language() -> str:
    """The language of this page: the account's, the cookie's, the browser's, the operator's."""
    account: Account | None = g.get("account")
    chosen = (account.language if account else None) or request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    default: str = current_app.config.get("LANGUAGE", "en")
    return request.accept_languages.best_match(LANGUAGES, default=default) or default


def t(key: str, **fills: object) -> str:
    """The words behind `key` in the page's language."""
    return say(key, language(), **fills)


def told(message: Message) -> str:
    return message.in_(language())


def signed_in(parts: Parts) -> Callable[[], bool]:
    """Whether a request outside of the pages comes from somebody who is signed in at them."""

    def asks() -> bool:
        token = request.cookies.get(SESSION_COOKIE)
        who = parts.accounts.of_session(token) if token else None
        return who is not None and not who.must_change

    return asks


def account() -> Account:
    """Who is signed in: only for pages that ask for it."""
    found: Account = g.account
    return found


def person(parts: Parts) -> Person:
    """Who acts, with their Slack id where it is known: nobody decides about their own draft under another name; and
    with the groups that the policy puts them in."""
    who = account()
    noted = parts.store.note(BY_EMAIL, who.email)
    aliases = frozenset({str(noted["user"])}) if noted else frozenset()
    return parts.gate.known(Person(who.email, who.name, who.roles, aliases=aliases))


def may_open(page: str) -> bool:
    who: Account | None = g.get("account")
    return who is not None and bool(who.roles & PAGES[page])


def require_page(page: str) -> None:
    """Raises PageError 403 unless the roles open this page."""
    if not may_open(page):
        raise PageError("error_role", 403)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A whole page."""
    return Response(render_template(f"pages/{template}", **values), status, mimetype="text/html")


def local_path(wish: str | None, otherwise: str) -> str:
    """`wish` when it is a path of this site, so that nobody is led to another one."""
    if not wish or not wish.startswith("/") or wish.startswith("//") or "\\" in wish or any(c < " " for c in wish):
        return otherwise
    parts = urlsplit(wish)
    return otherwise if parts.scheme or parts.netloc else wish


# --- forms only from our own pages


def csrf_token() -> str:
    """Bound to the session (or, signed out, to a cookie of its own): another site knows neither."""
    return hmac.new(_secret().encode(), b"csrf", hashlib.sha256).hexdigest()


def check_csrf() -> None:
    """Raises PageError unless the request carries the token."""
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or not hmac.compare_digest(
        given.encode(), csrf_token().encode()
    ):
        raise PageError("error_csrf", 400)


def refuse_nul() -> None:
    """Raises PageError for a field with a NUL: nobody types one, and PostgreSQL does not take it."""
    fields = (*request.args.items(multi=True), *request.form.items(multi=True))
    if any("\0" in name or "\0" in value for name, value in fields):
        raise PageError("error_nul", 400)


def _secret() -> str:
    token = request.cookies.get(SESSION_COOKIE) if g.get("account") else None
    if token:
        return token
    if "guest" not in g:
        g.guest = request.cookies.get(GUEST_COOKIE) or secrets.token_urlsafe(24)
    return str(g.guest)


def set_cookie(response: Response, parts: Parts, name: str, value: str, seconds: float | None = None) -> None:
    """A cookie that scripts cannot read and other sites do not send."""
    age = int(seconds) if seconds is not None else None
    secure = parts.secure or request.is_secure
    response.set_cookie(name, value, max_age=age, httponly=True, samesite="Lax", secure=secure, path="/")


def set_session(response: Response, parts: Parts, token: str) -> None:
    set_cookie(response, parts, SESSION_COOKIE, token, SESSION.total_seconds())


def finish(response: Response, parts: Parts) -> Response:
    """The headers of every page."""
    if "guest" in g and request.cookies.get(GUEST_COOKIE) != g.guest:
        set_cookie(response, parts, GUEST_COOKIE, g.guest)
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = language()
    response.headers["Content-Security-Policy"] = CSP
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    # Same-origin, so that "back to where I was" works after a language switch; other sites learn nothing.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
