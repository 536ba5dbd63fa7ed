"""slack-bolt's App: which listener answers which payload. No listener calls Slack before the request is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from review_gate.slack import homes, submitting
from review_gate.slack.authors import Authors
from review_gate.slack.bulk import APPROVE, CALLBACK, CHOICE, REJECT, Bulk
from review_gate.slack.client import SLACK_API_URL, web_client
from review_gate.slack.menu import ACTION
from review_gate.slack.more import ASK_CALLBACK, More
from review_gate.slack.reviews import Reviews
from review_gate.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

WINDOW_SECONDS = 3
"""A trigger works for three seconds: opening a window later is pointless."""


def slack_app(
    reviews: Reviews,
    more: More,
    bulk: Bulk,
    authors: Authors,
    token: str,
    api_url: str = SLACK_API_URL,
    workspaces: Workspaces | None = None,
) -> App:
    """The App. Requests must be verified before they come here (see `endpoints.py`; Socket Mode needs no signature).
    With `workspaces` the token is that of where the request comes from, else `token` everywhere."""
    app = App(
        client=web_client(token, api_url, timeout=WINDOW_SECONDS),
        logger=_quiet_logger(),
        authorize=_authorize(token) if workspaces is None else _authorize_by(workspaces),
        request_verification_enabled=False,
        token_verification_enabled=False,
        process_before_response=True,
    )

    _review(app, reviews)
    _more(app, more)
    _bulk(app, bulk)
    _author(app, authors)
    if workspaces is not None:
        _installed(app, workspaces)
    return app


def _installed(app: App, workspaces: Workspaces) -> None:
    def notices(context: BoltContext, next: Callable[[], None]) -> None:
        workspaces.seen(context.user_id, context.enterprise_id, context.team_id)
        next()

    def gone(body: dict[str, Any]) -> None:
        workspaces.gone(body)

    app.use(notices)
    app.event("app_uninstalled")(gone)
    app.event("tokens_revoked")(gone)


def _review(app: App, reviews: Reviews) -> None:
    def acts(body: dict[str, Any], action: dict[str, Any], ack: Ack) -> None:
        reviews.click(body, action)
        ack()

    def opens(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        view = reviews.window(body, action)
        if view is not None:
            open_window(client, body, view)

    def answers(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
        ack(**reviews.answer(body, view))

    def edits(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
        ack(**reviews.edit(body, view))

    for action_id in ("gate_approve", "gate_claim", "gate_hand_back", "gate_escalate", "gate_allow_repeat"):
        app.action(action_id)(acts)
    for action_id in ("gate_request_changes", "gate_reject", "gate_edit"):
        app.action(action_id)(ack=_confirm, lazy=[opens])
    app.action("gate_open")(_confirm)
    for callback_id in ("gate_request_changes", "gate_reject"):
        app.view(callback_id)(answers)
    app.view("gate_edit")(edits)


def _more(app: App, more: More) -> None:
    def chooses(body: dict[str, Any], action: dict[str, Any], ack: Ack) -> None:
        more.choose(body, action)
        ack()

    def opens(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        view = more.window(body, action)
        if view is not None:
            open_window(client, body, view)

    def asks(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
        ack(**more.ask(body, view))

    app.action(ACTION)(ack=chooses, lazy=[opens])
    app.view(ASK_CALLBACK)(asks)


def _bulk(app: App, bulk: Bulk) -> None:
    def approves(body: dict[str, Any], ack: Ack) -> None:
        bulk.approve(body)
        ack()

    def opens(body: dict[str, Any], client: WebClient) -> None:
        view = bulk.window(body)
        if view is not None:
            open_window(client, body, view)

    def rejects(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
        ack(**bulk.reject(body, view))

    app.action(CHOICE)(_confirm)
    app.action(APPROVE)(approves)
    app.action(REJECT)(ack=_confirm, lazy=[opens])
    app.view(CALLBACK)(rejects)


def _author(app: App, authors: Authors) -> None:
    def answers(body: dict[str, Any], ack: Ack) -> None:
        answer = authors.command(body)
        if answer.window is None:
            ack(text=answer.text, blocks=list(answer.blocks) or None, response_type="ephemeral")
        else:
            ack()

    def opens(body: dict[str, Any], client: WebClient) -> None:
        view = authors.window(body)
        if view is not None:
            open_window(client, body, view)

    def shortcut(body: dict[str, Any], client: WebClient) -> None:
        open_window(client, body, authors.shortcut(body))

    def from_home(body: dict[str, Any], client: WebClient) -> None:
        open_window(client, body, authors.home_window(body))

    def submits(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
        ack(**authors.submit(body, view))

    def said(event: dict[str, Any]) -> None:
        authors.comment(event)

    def home(event: dict[str, Any]) -> None:
        authors.opened_home(event)

    app.command("/gate")(ack=answers, lazy=[opens])
    app.shortcut("gate_shortcut")(ack=_confirm, lazy=[shortcut])
    app.action(homes.HAND_IN)(ack=_confirm, lazy=[from_home])
    app.view(submitting.CALLBACK)(submits)
    app.event("message")(said)
    app.event("app_home_opened")(home)


def _confirm(ack: Ack) -> None:
    ack()


def open_window(client: WebClient, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
    """Opens a window for the person who clicked. When Slack refuses (a trigger too old), they click again."""
    try:
        client.views_open(trigger_id=str(body.get("trigger_id") or ""), view=dict(view))
    except (SlackApiError, SlackClientError, OSError) as error:
        log.warning("A window could not be opened: %s", type(error).__name__)


def _authorize(token: str) -> Any:
    """One workspace, one token: nothing to look up, so no call to Slack while a click waits."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    return authorize


def _authorize_by(workspaces: Workspaces) -> Any:
    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return workspaces.authorize(enterprise_id, team_id)

    return authorize


def _quiet_logger() -> logging.Logger:
    """bolt logs bodies of requests it does not like at INFO and WARNING: texts of drafts do not belong into a log."""
    quiet = logging.getLogger("review_gate.slack.bolt")
    quiet.setLevel(logging.ERROR)
    return quiet
