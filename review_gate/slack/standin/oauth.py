"""The part of Slack that gives out tokens: codes become tokens, tokens are exchanged, and each names its workspace."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from review_gate.slack.standin import people


@dataclass(frozen=True, slots=True)
class Place:
    """Where the app is installed: a workspace, or (`org_wide`) a whole Enterprise Grid organisation."""

    team: str | None
    enterprise: str | None = None
    org_wide: bool = False


@dataclass
class Grants:
    """`codes` are what Slack's consent page hands out; `tokens` those that are good now; `calls` which token made which
    call. With `expires_in` (seconds) tokens end and can be exchanged."""

    client: tuple[str, str] = ("1234.5678", "a client secret")
    codes: dict[str, Place] = field(default_factory=dict)
    tokens: dict[str, Place] = field(default_factory=dict)
    refresh: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    expires_in: int | None = None

    def code(self, place: Place) -> str:
        """As if an administrator had agreed."""
        made = secrets.token_hex(8)
        self.codes[made] = place
        return made

    def access(self, args: dict[str, Any], client: tuple[str, str]) -> dict[str, Any] | str:
        """`oauth.v2.access`: what it answers, or its word for why not. Codes and refresh tokens are good once."""
        if client != self.client:
            return "bad_client_secret"
        if args.get("grant_type") == "refresh_token":
            old = self.refresh.pop(str(args.get("refresh_token") or ""), None)
            if old is None:
                return "invalid_refresh_token"
            return self._give(self.tokens.pop(old))
        place = self.codes.pop(str(args.get("code") or ""), None)
        return "invalid_code" if place is None else self._give(place)

    def _give(self, place: Place) -> dict[str, Any]:
        token, refresh = f"xoxb-{secrets.token_hex(8)}", f"xoxe-{secrets.token_hex(8)}"
        self.tokens[token] = place
        given: dict[str, Any] = {
            "app_id": people.APP_ID,
            "access_token": token,
            "token_type": "bot",
            "scope": "chat:write",
            "bot_user_id": people.BOT_USER,
            "authed_user": {"id": "U0INESLEAD"},
            "team": None if place.org_wide else {"id": place.team, "name": place.team},
            "enterprise": {"id": place.enterprise, "name": place.enterprise} if place.enterprise else None,
            "is_enterprise_install": place.org_wide,
        }
        if self.expires_in is not None:
            self.refresh[refresh] = token
            given |= {"refresh_token": refresh, "expires_in": self.expires_in}
        return given
