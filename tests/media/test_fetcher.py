"""A picture is fetched from public addresses only, whole or not at all, and never for long."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler

import pytest

from review_gate.adapters.guard import is_public
from review_gate.adapters.pictures.fetcher import GuardedFetcher
from review_gate.media_ports import NotAPicture, Unfetchable
from tests.media.house import anywhere, serving


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds keep their secrets
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::808:808", True),
        ("64:ff9b:1::a00:1", False),
        ("2002:a00:1::", False),
        ("fec0::1", False),
        ("::10.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("192.0.0.192", False),
        ("168.63.129.16", False),
        ("192.0.1.1", True),
        ("not an address", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"],
)
def test_a_private_address_is_never_asked(host: str) -> None:
    asked = threading.Event()
    with serving(lambda request: asked.set()) as url:
        port = url.rsplit(":", 1)[1]
        with pytest.raises(Unfetchable) as refused:
            GuardedFetcher(1000).fetch(f"http://{host}:{port}/a.png")
    assert (not asked.is_set() and not refused.value.passing) or "reached" in str(refused.value)


def test_a_redirect_to_a_private_address_is_not_followed() -> None:
    asked = threading.Event()
    with serving(lambda request: asked.set(), "127.0.0.2") as inside:

        def lead_inside(request: BaseHTTPRequestHandler) -> None:
            request.send_response(302)
            request.send_header("Location", inside + "/secret")
            request.end_headers()

        with serving(lead_inside) as outside, pytest.raises(Unfetchable, match="private address"):
            GuardedFetcher(1000, lambda address: address == "127.0.0.1").fetch(outside + "/a.png")
    assert not asked.is_set()


def test_redirects_are_followed_a_few_times() -> None:
    def count_down(request: BaseHTTPRequestHandler) -> None:
        left = int(request.path.strip("/"))
        request.send_response(301 if left else 200)
        if left:
            request.send_header("Location", f"/{left - 1}")
        request.end_headers()
        request.wfile.write(b"" if left else b"there")

    with serving(count_down) as url:
        assert anywhere().fetch(url + "/3") == b"there"
        with pytest.raises(Unfetchable, match="leads on and on"):
            anywhere().fetch(url + "/4")


def test_what_is_too_large_is_left_unread() -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(bytes(65536))
        except OSError:
            pass  # the other side hung up, as it should

    with serving(endless) as url, pytest.raises(NotAPicture) as refused:
        anywhere(100_000).fetch(url)
    assert refused.value.too_large


def test_one_that_drips_is_left_alone_after_a_while() -> None:
    gone = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not gone.wait(0.05):
            try:
                request.wfile.write(b"x")
            except OSError:
                return

    with serving(drip) as url, pytest.raises(Unfetchable) as refused:
        anywhere(seconds=0.4).fetch(url)
    gone.set()
    assert refused.value.passing


@pytest.mark.parametrize(("status", "passing"), [(404, False), (403, False), (500, True), (503, True), (429, True)])
def test_errors_say_what_was_answered(status: int, passing: bool) -> None:
    def fail(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.end_headers()

    with serving(fail) as url, pytest.raises(Unfetchable, match=f"answered {status}") as refused:
        anywhere().fetch(url)
    assert refused.value.passing is passing


@pytest.mark.parametrize(
    "url", ["photo.jpg", "ftp://example.org/a.png", "file:///etc/passwd", "http://", "http://[::1",
            "javascript:alert(1)", "data:image/png;base64,AAAA", "https://user:pass@example.org/a.png", "//x/y"]
)  # fmt: skip
def test_other_addresses_are_none(url: str) -> None:
    with pytest.raises(Unfetchable, match="none that a picture") as refused:
        anywhere().fetch(url)
    assert not refused.value.passing


def test_nothing_travels_along() -> None:
    seen: list[dict[str, str]] = []

    def note(request: BaseHTTPRequestHandler) -> None:
        seen.append({name.lower(): value for name, value in request.headers.items()})
        request.send_response(200)
        request.end_headers()

    with serving(note) as url:
        anywhere().fetch(url + "/été.png#name.png")
    assert set(seen[0]) <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
