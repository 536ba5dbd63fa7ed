"""Release tokens: signed proof that exactly this text was approved for this channel.

A token is a compact JWS (RFC 7515) signed with Ed25519 (RFC 8037, 9864). It says no more than the decision's webhook
does, and signing the same decision twice with the same key gives the same token, so that a webhook sent again says the
same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from review_gate.adapters.stores.chain import canonical
from review_gate.domain import release
from review_gate.ports import Notes

TOPIC = "signing_key"
ALGORITHM = "Ed25519"


class ReleaseSigner:
    """Signs with the key kept in the store, made on first use: every process of one gate signs with the same.

    The store is asked each time, so that a new key counts at once everywhere.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._current()

    def sign(self, payload: Mapping[str, Any]) -> str:
        """The token for the payload of an approval's webhook."""
        key = self._current()
        header = {"alg": ALGORITHM, "kid": key.kid}
        return jwt.encode(header, release.claims(payload["data"]), key, algorithms=[ALGORITHM])

    def claims(self, token: str) -> Mapping[str, Any] | None:
        """What `token` says, whatever the hour; None for one that none of our keys has signed."""
        said = self._said(token)
        return said if said is not None and "sub" in said else None

    def sign_head(self, position: int, digest: str, at: datetime) -> str:
        """A checkpoint: signed proof that the audit log stood at `position` with this hash."""
        key = self._current()
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": "audit-head+jwt"}
        told = {"iss": "review-gate", "iat": int(at.timestamp()), "audit_head": f"{position}:{digest}"}
        return jwt.encode(header, told, key, algorithms=[ALGORITHM])

    def head(self, checkpoint: str, keys: Mapping[str, Any] | None = None) -> tuple[str, datetime] | None:
        """The head (POSITION:HASH) in a checkpoint and when it was signed; None for one that none of our keys has
        signed. `keys`: a JWK set that was kept elsewhere, to trust instead of those in the store. Raises ValueError for
        a set that is none."""
        trusted = None if keys is None else KeySet([OKPKey.import_key(dict(key)) for key in keys["keys"]])
        said = self._said(checkpoint, trusted)
        if said is None or "audit_head" not in said:
            return None
        return str(said["audit_head"]), datetime.fromtimestamp(int(said["iat"]), UTC)

    def sign_proof(self, document: Mapping[str, Any]) -> str:
        """A signature of `document` (a JSON value): a JWS over the SHA-256 of its canonical JSON."""
        key = self._current()
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": "proof+jwt"}
        digest = hashlib.sha256(canonical(dict(document)).encode()).hexdigest()
        return jwt.encode(header, {"iss": "review-gate", "proof_sha256": digest}, key, algorithms=[ALGORITHM])

    def proves(self, document: Mapping[str, Any]) -> bool:
        """Whether `document` carries a signature of ours over the rest of it."""
        said = self._said(str(document.get("signature")))
        rest = {name: value for name, value in document.items() if name != "signature"}
        digest = hashlib.sha256(canonical(rest).encode()).hexdigest()
        return said is not None and said.get("proof_sha256") == digest

    def _said(self, token: str, keys: KeySet | None = None) -> Mapping[str, Any] | None:
        try:
            said: Mapping[str, Any] = jwt.decode(token, keys or self._keys(), algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError):
            return None
        return said

    def jwks(self) -> dict[str, Any]:
        """The public key set that publishers verify with: the present key, then the retired ones."""
        return dict(self._keys().as_dict(private=False))

    def rotate(self, *, drop: bool = False) -> str:
        """Makes a new key and answers its id. Tokens of earlier keys stay good, unless `drop`: then all of them are
        refused from now on (a key became known)."""
        before = self._current().as_dict(private=False)
        kept = [] if drop else [before, *self._retired()]
        self._notes.put_note(TOPIC, "retired", {"keys": kept})
        fresh = _new_key()
        self._notes.put_note(TOPIC, "current", fresh.as_dict(private=True))
        return str(fresh.kid)

    def _current(self) -> OKPKey:
        kept = self._notes.note(TOPIC, "current")
        if kept is None:
            kept = self._notes.put_note_once(TOPIC, "current", _new_key().as_dict(private=True))
        return OKPKey.import_key(dict(kept))

    def _retired(self) -> list[dict[str, Any]]:
        return [dict(key) for key in (self._notes.note(TOPIC, "retired") or {"keys": []})["keys"]]

    def _keys(self) -> KeySet:
        current = self._current()
        older = [OKPKey.import_key(key) for key in self._retired() if key.get("kid") != current.kid]
        return KeySet([current, *older])


def _new_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", auto_kid=True)
