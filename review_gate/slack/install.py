"""The way to install the app into a workspace: GET /slack/install, and Slack's way back to /slack/oauth_redirect."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request
from slack_bolt import BoltRequest
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth.installation_store import Installation

from review_gate.ports import Clock, Notes
from review_gate.slack.client import SLACK_API_URL, web_client
from review_gate.slack.installations import NoteStates
from review_gate.slack.manifest import SCOPES
from review_gate.slack.workspaces import Workspaces

log = logging.getLogger(__name__)


class _Flow(OAuthFlow):
    """slack-bolt's flow, for the workspaces that the operator named."""

    def __init__(self, settings: OAuthSettings, workspaces: Workspaces, api_url: str) -> None:
        super().__init__(client=web_client("", api_url), logger=log, settings=settings)
        self._workspaces = workspaces

    def store_installation(self, request: BoltRequest, installation: Installation) -> None:
        if not self._workspaces.may_install(installation):
            where = installation.team_id or installation.enterprise_id
            log.warning("An installation into %s was refused: it is not in REVIEW_GATE_SLACK_TEAMS", where)
            raise BoltError("This workspace is not one of those that may use this gate.")
        super().store_installation(request, installation)


def install_blueprint(workspaces: Workspaces, notes: Notes, clock: Clock, api_url: str = SLACK_API_URL) -> Blueprint:
    """The two addresses. `workspaces.oauth.url` is how Slack reaches this service."""
    oauth = workspaces.oauth
    settings = OAuthSettings(
        client_id=oauth.client_id,
        client_secret=oauth.client_secret,
        scopes=list(SCOPES),
        redirect_uri=f"{oauth.url}/slack/oauth_redirect",
        installation_store=workspaces.installations,
        state_store=NoteStates(notes, clock, oauth.client_secret),
        install_page_rendering_enabled=False,
        logger=log,
    )
    flow = _Flow(settings, workspaces, api_url)
    blueprint = Blueprint("slack_install", __name__)

    @blueprint.get("/slack/install")
    def install() -> Response:
        return to_flask_response(flow.handle_installation(to_bolt_request(request)))

    @blueprint.get("/slack/oauth_redirect")
    def redirected() -> Response:
        return to_flask_response(flow.handle_callback(to_bolt_request(request)))

    return blueprint
