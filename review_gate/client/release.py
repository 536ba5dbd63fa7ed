"""Release tokens, verified without asking the gate each time: only its public keys are fetched, and kept."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from review_gate.client.errors import GateUnavailable
from review_gate.client.models import Release

Media = Sequence[Mapping[str, str | None]]
ALGORITHM = "Ed25519"
AGAIN_AFTER = 30.0
"""Seconds before the keys are fetched again for a token that none of them signed."""


class ReleaseVerifier:
    """Checks a token against exactly what is about to be published.

    It cannot see that a submission was withdrawn or a token used up meanwhile: `Client.verify` can. `keys` fetches the
    gate's key set; by default from `url`/.well-known/jwks.json.
    """

    def __init__(
        self,
        url: str,
        *,
        keys: Callable[[], Mapping[str, Any]] | None = None,
        clock: Callable[[], float] = time.time,
        timeout: float = 5.0,
    ) -> None:
        self._fetch = keys or (lambda: _fetch(url.rstrip("/") + "/.well-known/jwks.json", timeout))
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._fetched_at = 0.0

    def verify(
        self, token: str, text: str, *, channel: str | None = None, account: str | None = None, media: Media = ()
    ) -> Release:
        """Whether exactly this may go out now; never raises for a bad token. A picture that names the `sha256` of its
        bytes is compared by them, too. Raises GateUnavailable when the keys
        cannot be fetched."""
        said = self._claims(token)
        if said is None:
            return Release(False, "signature", "No key of the gate has signed this token.")
        now = self._clock()
        wrong = next(
            (
                reason
                for reason, differs in (
                    ("media", _other_bytes(said, media)),
                    ("text", said.get("text_sha256") != text_sha256(text, media)),
                    ("channel", said.get("channel") != channel),
                    ("account", said.get("account") != account),
                    ("early", not now >= _number(said.get("nbf"), float("inf"))),
                    ("expired", not now < _number(said.get("exp"), 0.0)),
                )
                if differs
            ),
            None,
        )
        if wrong is not None:
            return Release(False, wrong, f"The token does not let this out: {wrong}.", str(said.get("sub")))
        return Release(True, submission=str(said.get("sub")))

    def _claims(self, token: str) -> Mapping[str, Any] | None:
        try:
            kid = jws.extract_compact(token.encode("utf-8", "replace")).headers().get("kid")
        except (JoseError, ValueError):
            return None
        try:
            claims: Mapping[str, Any] = jwt.decode(token, self._keys_for(kid), algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError):
            return None
        return claims

    def _keys_for(self, kid: str | None) -> KeySet:
        with self._lock:
            known = self._keys is not None and any(key.kid == kid for key in self._keys)
            if self._keys is None or (not known and self._clock() - self._fetched_at > AGAIN_AFTER):
                self._keys = KeySet.import_key_set(dict(self._fetch()))  # type: ignore[arg-type]
                self._fetched_at = self._clock()
            return self._keys


def text_sha256(text: str, media: Media = ()) -> str:
    """The hash that an approval is bound to: of the text alone, or with each picture's address and alt text."""
    parts = [text] + [part or "" for item in media for part in (item["url"], item.get("alt"))]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _other_bytes(said: Mapping[str, Any], media: Media) -> bool:
    """Whether a picture that is about to go out has other bytes than the one that was approved."""
    approved = said.get("media_content_sha256")
    approved = approved if isinstance(approved, list) else []
    here = [item.get("sha256") for item in media]
    return any(one and other and one != other for one, other in zip(here, approved, strict=False))


def _number(value: Any, otherwise: float) -> float:
    return float(value) if isinstance(value, (int, float)) else otherwise


def _fetch(url: str, timeout: float) -> Mapping[str, Any]:
    try:
        response = httpx.get(url, timeout=timeout).raise_for_status()
        keys: Mapping[str, Any] = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise GateUnavailable(f"The gate's keys could not be fetched ({type(error).__name__}).") from error
    return keys
