"""An HTTP client for services that may be slow, talkative or elsewhere than they say: nobody holds a courier for ever.

httpx's own time-outs are for each read: who sends a byte every nine seconds is never too slow for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from review_gate.adapters.guard import GuardedBackend, PrivateAddress, addresses

SECONDS = 10.0
"""For a request and its whole answer."""
STEP_SECONDS = 10.0
"""For a single read or write."""
MOST_BYTES = 64 * 1024
"""Of an answer's body."""


def anywhere(address: str) -> bool:
    """Lets every address be asked, private ones too."""
    return True


def bounded_client(
    may_ask: Callable[[str], bool] = anywhere, *, seconds: float = SECONDS, most_bytes: int = MOST_BYTES, **headers: str
) -> httpx.Client:
    """A client that follows no redirect, for requests that are over after `seconds`, come what may. A longer body than
    `most_bytes` raises httpx.ReadError when it is read; who reads none pays nothing for it.

    Raises PrivateAddress for a host that leads where `may_ask` does not agree to. The address that was looked at is the
    one that is asked, unless the environment names a proxy, which looks the name up by itself.
    """
    return httpx.Client(
        transport=_Bounded(may_ask, seconds, most_bytes),
        timeout=min(seconds, STEP_SECONDS),
        follow_redirects=False,
        headers={"user-agent": "review-gate", **headers},
    )


class _Bounded(httpx.BaseTransport):
    """Opens a connection for each request, whose time counts from then."""

    def __init__(self, may_ask: Callable[[str], bool], seconds: float, most_bytes: int) -> None:
        self._may_ask = may_ask
        self._seconds = seconds
        self._most = most_bytes
        self._tls = httpx.create_ssl_context()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _told(request):
            pool = self._pool(url)
            try:
                answer = pool.handle_request(asked)
            except BaseException:
                pool.close()
                raise
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer, pool, request, self._most))

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        proxy = _proxy(url)
        guarded = self._may_ask is not anywhere  # behind a proxy, names may mean nothing on this machine
        if proxy is not None and guarded and not all(map(self._may_ask, addresses(url.host))):
            raise PrivateAddress(url.host)
        return httpcore.ConnectionPool(
            ssl_context=self._tls,
            proxy=proxy,
            network_backend=GuardedBackend(self._seconds, self._may_ask if proxy is None else anywhere),
            max_keepalive_connections=0,
        )


class _Body(httpx.SyncByteStream):
    def __init__(
        self, answer: httpcore.Response, pool: httpcore.ConnectionPool, request: httpx.Request, most_bytes: int
    ) -> None:
        self._answer = answer
        self._pool = pool
        self._request = request
        self._most = most_bytes

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        with _told(self._request):
            for piece in self._answer.iter_stream():
                size += len(piece)
                if size > self._most:
                    raise httpcore.ReadError(f"more than {self._most} bytes")
                yield piece

    def close(self) -> None:
        self._answer.close()
        self._pool.close()


def _proxy(url: httpx.URL) -> httpcore.Proxy | None:
    """The way out that the environment names (HTTPS_PROXY and the like), None for the direct one."""
    named = getproxies()
    way = named.get(url.scheme, named.get("all"))
    if way is None or proxy_bypass(url.host):
        return None
    found = httpx.Proxy(way if "://" in way else f"http://{way}")
    return httpcore.Proxy(str(found.url), auth=found.raw_auth, headers=found.headers.raw)


@contextmanager
def _told(request: httpx.Request) -> Iterator[None]:
    """What goes wrong below, as httpx tells it: its errors have the same names."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError,
            httpcore.UnsupportedProtocol) as error:  # fmt: skip
        told: type[httpx.TransportError] = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise told(str(error), request=request) from error
    except OSError as error:
        raise httpx.ConnectError(str(error), request=request) from error
