"""Addresses that show one small copy for some days to whoever has them: for Slack, which cannot sign in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from functools import cached_property

from review_gate.ports import Clock, Notes

TOPIC = "picture_links"


class PictureLinks:
    """Signs with a key kept in the store, so that every process of one gate knows the others' links."""

    def __init__(self, notes: Notes, base: str, clock: Clock) -> None:
        self._notes = notes
        self._base = base
        self._clock = clock

    @cached_property
    def _key(self) -> bytes:
        kept = self._notes.put_note_once(TOPIC, "key", {"key": secrets.token_hex(32)})
        return bytes.fromhex(str(kept["key"]))

    def thumbnail(self, sha256: str, until: datetime) -> str:
        """The address, good until then."""
        moment = int(until.timestamp())
        return f"{self._base}/v1/media/{sha256}/thumb?until={moment}&sig={self._sign(sha256, moment)}"

    def good(self, sha256: str, until: str, signature: str) -> bool:
        """Whether such an address was given out and is still good."""
        if not (until.isascii() and until.isdigit() and len(until) < 12):
            return False
        known = self._sign(sha256, int(until))
        return hmac.compare_digest(known.encode(), signature.encode()) and int(until) > self._clock().timestamp()

    def _sign(self, sha256: str, until: int) -> str:
        return hmac.new(self._key, f"thumb {sha256} {until}".encode(), hashlib.sha256).hexdigest()
