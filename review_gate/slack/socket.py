"""Slack's way in without a public address: Socket Mode, a connection that the service opens itself."""

from __future__ import annotations

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler


def socket_mode(app: App, app_token: str) -> SocketModeHandler:
    """A handler for `xapp-…`: `connect()` starts it in the background, `close()` ends it. It reconnects by itself."""
    return SocketModeHandler(app, app_token)
