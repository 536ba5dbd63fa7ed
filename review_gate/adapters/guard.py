"""Keeps requests for addresses that others have named out of private networks (SSRF)."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

MAPPED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that a network translates to IPv4 ones (RFC 6052)."""
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
"""Where all public IPv6 addresses lie. What is outside is some network's own: site-local ones, a translation to
private IPv4 addresses (`64:ff9b:1::/48`), IPv4 ones written in older ways."""
NEVER = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20")))
"""Inside although Python, or an older one, calls them global: what providers answer virtual machines at (192.0.0.192,
168.63.129.16), relays to 6to4, addresses for documents."""


class PrivateAddress(Exception):
    """The host leads to this machine or into a private network."""


def addresses(host: str) -> list[str]:
    """The addresses of `host`, which may be one itself. Raises OSError when there are none."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def is_public(address: str) -> bool:
    """Whether `address` (IPv4 or IPv6) is one that anybody on the internet could reach."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in MAPPED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in GLOBAL_V6:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NEVER)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to addresses that `may_ask` agrees to, by default the public ones. The name is looked up here, and the
    very address that was looked at is the one that is connected to: no second answer of a name server slips in between.

    `seconds` is how long everything together may take from now on, names and handshakes included.
    """

    def __init__(self, seconds: float, may_ask: Callable[[str], bool] = is_public) -> None:
        self._until = time.monotonic() + seconds
        self._may_ask = may_ask
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        found = addresses(host)
        if not all(map(self._may_ask, found)):  # one private one among them is a trick
            raise PrivateAddress(host)
        trouble: Exception = OSError("no address")
        for address in found[:4]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, timeout=self._left(timeout), local_address=local_address,
                    socket_options=socket_options,
                )  # fmt: skip
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
            else:
                return _Timed(stream, self)
        raise trouble

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise PrivateAddress("a socket of this machine")

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("too slow")
        return left if timeout is None else min(timeout, left)


class _Timed(httpcore.NetworkStream):
    """A stream that ends with its backend's time: one that drips a byte a second does not hold the courier."""

    def __init__(self, inner: httpcore.NetworkStream, backend: GuardedBackend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._backend._left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._backend._left(timeout))
        return _Timed(inner, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
