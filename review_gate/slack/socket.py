"""Slack's way in without a public address: Socket Mode, a connection that the service opens itself."""

from __future__ import annotations

import logging
import threading
import time

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from review_gate.ports import Undeliverable
from review_gate.slack.client import CONFIGURATION, call, error_code
from review_gate.slack.shape import dispatch

log = logging.getLogger(__name__)

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds between tries to connect for the first time; the last one repeats."""
PING_SECONDS = 10


class SocketMode:
    """Listens to Slack with the app's own token (`xapp-…`), and answers with what `app` makes of it."""

    def __init__(self, app: App, app_token: str) -> None:
        self._app = app
        self._client = _Client(app_token, app.logger, app.client, ping_interval=PING_SECONDS)
        self._client.socket_mode_request_listeners.append(self._answer)

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Slack may be away, at the start too: it is tried again, and nothing is raised."""
        try:
            tries = 0
            while not stop.is_set() and (pause := self._connect(PAUSES[min(tries, len(PAUSES) - 1)])):
                stop.wait(pause)
                tries += 1
            stop.wait()  # what is connected once connects anew by itself
        finally:
            self._client.close()

    def _connect(self, pause: float) -> float:
        """Seconds until it is to be tried again: 0 when it is connected, `pause` at least when it is not."""
        try:
            self._client.connect()
        except Undeliverable as error:
            why, pause = str(error), max(pause, error.retry_after or 0.0)
        except SlackApiError as error:
            why = f"Slack answers {error_code(error)}: check SLACK_APP_TOKEN, and that the app has Socket Mode on"
        except Exception as error:
            log.exception("Socket Mode failed")
            why = type(error).__name__
        else:
            return 0.0
        log.warning("Clicks in Slack do not arrive by Socket Mode; trying again in %.0f seconds: %s", pause, why)
        return pause

    def _answer(self, client: BaseSocketModeClient, asked: SocketModeRequest) -> None:
        start = time.time()
        send_response(client, asked, answer(self._app, asked), start)


def answer(app: App, asked: SocketModeRequest) -> BoltResponse:
    """As over HTTP; Slack is sent an answer of 200 only, and takes silence for a refusal."""
    return dispatch(app, lambda: BoltRequest(mode="socket_mode", body=asked.payload, headers=build_headers(asked)))


class _Client(SocketModeClient):
    """Where Slack asks to slow down, slack-sdk's own client sleeps as long as it is told, and cannot be stopped. This
    one says so, and asks nothing before that time; whoever wants to connect comes back."""

    _quiet_until = 0.0

    def issue_new_wss_url(self) -> str:
        left = self._quiet_until - time.monotonic()
        if left > 0:
            raise Undeliverable("Slack asks to slow down", retry_after=left)
        try:
            answer = call(
                lambda: self.web_client.apps_connections_open(app_token=self.app_token), frozenset(CONFIGURATION)
            )
            return str(answer["url"])
        except Undeliverable as error:
            self._quiet_until = time.monotonic() + (error.retry_after or 0.0)
            raise
