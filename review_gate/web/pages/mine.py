"""One's own drafts and what became of them."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_gate.domain.submission import State
from review_gate.domain.unread import unread
from review_gate.ports import Filter
from review_gate.web.pages.base import PageError, Parts, account, page, require_page
from review_gate.web.pages.marks import excerpt
from review_gate.web.pages.queue import top_reasons

SHOWN = 30


def add(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/mine")
    def mine() -> BaseResponse:
        require_page("mine")
        wish = request.args.get("state", "")
        state = State(wish) if wish in set(State) else None
        try:
            found = parts.store.submissions(
                Filter(state=state, author=account().email), request.args.get("after") or None, SHOWN
            )
        except ValueError:
            raise PageError("error_404", 404) from None
        now = parts.clock()
        more = url_for("pages.mine", state=wish or None, after=found.next) if found.next else None
        return page(
            "mine.html",
            items=found.items,
            unread=unread(found.unread),
            next=more,
            state=state,
            states=list(State),
            now=now,
            soon=now + timedelta(hours=4),
            excerpt=excerpt,
            top_reasons=top_reasons,
        )
