"""Release tokens: signed proof that exactly this text was approved for this channel.

A token is a compact JWS (RFC 7515) signed with Ed25519 (RFC 8037). It says no more than the decision's webhook does,
and signing the same decision twice gives the same token, so that a webhook sent again says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from review_gate.ports import Notes

TOPIC = "signing_key"
GRACE = timedelta(hours=24)
"""How long after the planned time (or the decision, where no time is planned) a token stays good."""


class ReleaseSigner:
    """Signs with the key kept in the store, made on first use: every process of one gate signs with the same."""

    def __init__(self, notes: Notes) -> None:
        fresh = OKPKey.generate_key("Ed25519", auto_kid=True)
        kept = notes.put_note_once(TOPIC, "current", fresh.as_dict(private=True))
        self._key = OKPKey.import_key(dict(kept))

    def sign(self, payload: Mapping[str, Any]) -> str:
        """The token for the `data` of an approval's webhook."""
        data = payload["data"]
        decided = datetime.fromisoformat(data["decision"]["at"])
        planned = datetime.fromisoformat(data["planned_at"]) if data["planned_at"] else None
        start = min(decided, planned) if planned else decided
        claims = {
            "iss": "review-gate",
            "sub": data["id"],
            "jti": data["decision"]["id"],
            "iat": int(decided.timestamp()),
            "nbf": int(start.timestamp()),
            "exp": int((max(decided, planned or decided) + GRACE).timestamp()),
            "text_sha256": data["text_sha256"],
            "channel": data["channel"],
            "revision": data["revision"],
        }
        header = {"alg": "Ed25519", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=["Ed25519"])

    def jwks(self) -> dict[str, Any]:
        """The public key set that publishers verify with."""
        return dict(KeySet([self._key]).as_dict(private=False))
