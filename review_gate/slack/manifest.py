"""The app manifest that an administrator pastes into Slack: what the app may do, and where Slack sends clicks."""

from __future__ import annotations

from typing import Any

from review_gate.domain.message import Message

SCOPES = {
    "chat:write": "posts cards and answers",
    "commands": "/gate and the message shortcut",
    "channels:history": "looks for a card before posting it again; comments in a card's thread",
    "channels:read": "who is in the review channel",
    "groups:history": "the same in a private channel",
    "groups:read": "the same in a private channel",
    "metadata.message:read": "reads which submission a card shows",
    "im:history": "an author's answer to a question",
    "im:write": "tells authors about decisions",
    "users:read": "names and languages",
    "users:read.email": "an author's e-mail address and Slack user are one person",
}
"""Each bot scope, and what needs it."""
INSTALL_EVENTS = ("app_uninstalled", "tokens_revoked")
BOT_EVENTS = ("app_home_opened", "message.channels", "message.groups", "message.im")


def manifest(url: str | None, language: str = "en", *, several: bool = False) -> dict[str, Any]:
    """The manifest as Slack reads it. `url` is the service's public address; without one Socket Mode is switched on.
    `several`: the app is installed by OAuth, into several workspaces or a whole Enterprise Grid organisation."""
    described = Message("Signs off what goes out under the brand's name.", "Valide ce qui part au nom de la marque.")
    shortcut = Message("Send through the gate", "Passer par le portail")
    hint = Message(
        "check TEXT | submit TEXT | who | pause BOT WHY | freeze FR WHY",
        "check TEXTE | submit TEXTE | who | pause BOT RAISON | freeze FR RAISON",
    )
    command: dict[str, Any] = {
        "command": "/gate",
        "description": described.in_(language),
        "usage_hint": hint.in_(language),
        "should_escape": False,
    }
    events: dict[str, Any] = {"bot_events": list(BOT_EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    oauth: dict[str, Any] = {"scopes": {"bot": list(SCOPES)}}
    if several:
        events["bot_events"] += INSTALL_EVENTS
    if url is not None:
        base = url.rstrip("/")
        command["url"] = f"{base}/slack/commands"
        events["request_url"] = f"{base}/slack/events"
        interactivity["request_url"] = f"{base}/slack/interactions"
        if several:
            oauth["redirect_urls"] = [f"{base}/slack/oauth_redirect"]
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {"name": "Review Gate", "description": described.in_(language)},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Review Gate", "always_online": True},
            "slash_commands": [command],
            "shortcuts": [
                {
                    "name": shortcut.in_(language),
                    "type": "message",
                    "callback_id": "gate_shortcut",
                    "description": described.in_(language),
                }
            ],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": several,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": several,
        },
    }
