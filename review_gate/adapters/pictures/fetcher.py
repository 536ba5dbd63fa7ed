"""Fetches a picture that a draft names, from public addresses only, within bounds of size and time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from review_gate.adapters.guard import GuardedBackend, PrivateAddress, is_public
from review_gate.adapters.pictures.eyes import too_many_bytes
from review_gate.domain.message import Message
from review_gate.media_ports import NotAPicture, Unfetchable

log = logging.getLogger(__name__)

SECONDS = 6.0
"""For everything together, redirects included."""
REDIRECTS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
HEADERS: dict[bytes | str, bytes | str] = {
    "user-agent": "review-gate",
    "accept": "image/jpeg, image/png, image/gif, image/webp",
    "accept-encoding": "identity",
}

NO_ADDRESS = Message(
    "Its address is none that a picture can be fetched from.", "Son adresse ne permet pas de la télécharger."
)
PRIVATE = Message("It lies at a private address.", "Elle se trouve à une adresse privée.")
UNREACHABLE = Message("Its address could not be reached.", "Son adresse est injoignable.")
ROUND = Message("Its address leads on and on.", "Son adresse renvoie sans cesse ailleurs.")


class GuardedFetcher:
    """`most_bytes` bounds what is read, `may_ask` says of an address whether it may be asked. Sends neither cookies nor
    a referrer, and asks by GET alone."""

    def __init__(
        self, most_bytes: int, may_ask: Callable[[str], bool] = is_public, *, seconds: float = SECONDS
    ) -> None:
        self._most = most_bytes
        self._may_ask = may_ask
        self._seconds = seconds

    def fetch(self, url: str) -> bytes:
        backend = GuardedBackend(self._seconds, self._may_ask)
        with httpcore.ConnectionPool(network_backend=backend, max_keepalive_connections=0, retries=0) as pool:
            try:
                return self._follow(pool, url)
            except PrivateAddress:
                raise Unfetchable(PRIVATE) from None
            except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError, UnicodeError, ValueError) as error:
                raise Unfetchable(NO_ADDRESS) from error
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
                log.debug("A picture could not be fetched: %s", type(error).__name__)
                raise Unfetchable(UNREACHABLE, passing=True) from error

    def _follow(self, pool: httpcore.ConnectionPool, url: str) -> bytes:
        for _ in range(REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
                raise Unfetchable(NO_ADDRESS)
            with pool.stream("GET", _travelling(url), headers=HEADERS) as answer:
                where = next((value for name, value in answer.headers if name.lower() == b"location"), None)
                if answer.status in MOVED and where is not None:
                    url = urljoin(url, where.decode("latin-1"))
                    continue
                if answer.status != 200:
                    raise Unfetchable(_status(answer.status), passing=answer.status == 429 or answer.status >= 500)
                return self._read(answer)
        raise Unfetchable(ROUND)

    def _read(self, answer: httpcore.Response) -> bytes:
        pieces, size = [], 0
        for piece in answer.iter_stream():
            size += len(piece)
            if size > self._most:
                raise NotAPicture(too_many_bytes(self._most), too_large=True)
            pieces.append(piece)
        return b"".join(pieces)


def _travelling(url: str) -> str:
    """The address as it travels: host in IDNA, the rest percent-encoded, nothing behind `#`. Raises ValueError."""
    try:
        return str(httpx.URL(url).copy_with(fragment=None))
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from error


def _status(status: int) -> Message:
    return Message(f"Its address answered {status}.", f"Son adresse a répondu {status}.")
