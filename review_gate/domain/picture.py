"""Pictures: what is known of one, whether two look the same, and what somebody has seen on looking at a draft's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from review_gate.domain.message import Message

OWN = re.compile(r"/v1/media/([0-9a-f]{64})")
"""The path of a picture that is kept here."""

SAME = 8
"""So many of 64 bits may differ between two pictures that look the same (docs/decisions/0011: on made-up pictures the
same one, resized, recompressed or cropped a little, differs by 6 at most, two different ones by 13 at least)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a picture that is kept here. `sha256` (hex) names its bytes, `type` is a MIME type, `width` and
    `height` are pixels as shown, `size` counts bytes. `looks` are perceptual hashes, 16 hex digits each: of the whole
    picture first, then of it without a little at its edges."""

    sha256: str
    type: str
    width: int
    height: int
    size: int
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A picture that went with a rejected submission; what is kept says nothing about who made or showed it."""

    sha256: str
    submission: str
    reason_code: str
    at: datetime
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """That a picture was rejected before: as part of which submission, why, when. `distance` counts the bits that
    differ, 0 to SAME; `exact` says that it is the same file."""

    submission: str
    reason_code: str
    at: datetime
    distance: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What was found on looking at one of a draft's pictures.

    `sha256` names its bytes, None where they could not be had; `problem` then says why, and `chosen` that nobody was
    meant to fetch it. `words` is the text that stands in it: "" for none, None where nothing reads it. `stale`: it was
    found for an earlier version of the draft, and what lies at the address may be another picture by now.
    """

    sha256: str | None = None
    words: str | None = None
    problem: Message | None = None
    chosen: bool = False
    earlier: Earlier | None = None
    stale: bool = False


def distance(one: str, other: str) -> int:
    """How many bits differ between two perceptual hashes."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def rejected_before(picture: Picture, rejected: Iterable[Rejected]) -> Earlier | None:
    """The rejected picture that `picture` looks most like, if there is one that it looks the same as. Of several that
    are equally near the latest."""
    found = []
    for one in rejected:
        exact = one.sha256 == picture.sha256
        # Either may be the one that was cropped: the whole of each is compared with all looks of the other.
        pairs = [(picture.looks[0], look) for look in one.looks] + [(look, one.looks[0]) for look in picture.looks]
        far = 0 if exact else min(distance(*pair) for pair in pairs)
        if far <= SAME:
            found.append(Earlier(one.submission, one.reason_code, one.at, far, exact))
    return min(found, key=lambda it: (not it.exact, it.distance, -it.at.timestamp()), default=None)


def own_sha256(url: str, base: str) -> str | None:
    """The hash in the address of a picture that is kept here, be it a path or below `base` (this service's address);
    None for every other address."""
    try:
        parts = urlsplit(url)
        here = urlsplit(base)
    except ValueError:
        return None
    if (parts.scheme or parts.netloc) and (parts.scheme, parts.netloc) != (here.scheme, here.netloc):
        return None
    found = OWN.fullmatch(parts.path)
    return found.group(1) if found else None


def named_url(sha256: str, name: str = "") -> str:
    """The address, as a path, of a picture that is kept here. The name of the file it came from stays behind the `#`:
    it is screened with the draft, and no request carries it."""
    name = re.sub(r"[^\w.\-]+", "-", name.replace("\\", "/").rsplit("/", 1)[-1]).strip("-")[-80:]
    return f"/v1/media/{sha256}" + (f"#{name}" if name else "")


def file_name(url: str) -> str:
    """The last part of a media file's address, or what a picture that is kept here was called; "" for none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if OWN.fullmatch(parts.path):
        return unquote(parts.fragment)
    return unquote(parts.path).rstrip("/").rsplit("/", 1)[-1]
