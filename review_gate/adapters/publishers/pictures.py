"""Fetches the pictures of an approved post, to hand them over to a service that wants their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from review_gate.adapters.publishers.answers import client
from review_gate.adapters.webhook import refuse_private
from review_gate.domain.draft import Media
from review_gate.ports import Undeliverable

MOST = 4
"""Mastodon and Bluesky take so many pictures with a post."""
TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True)
class Picture:
    data: bytes
    mime: str
    alt: str


class Pictures:
    """Fetches over HTTP; private and local addresses are refused unless the operator allows them."""

    def __init__(self, *, allow_private: bool = False) -> None:
        self._allow_private = allow_private

    def fetch(self, media: Sequence[Media], max_bytes: int) -> list[Picture]:
        """All of them, in order. Raises Undeliverable; final for what is no picture, too big, or one too many."""
        if len(media) > MOST:
            raise Undeliverable(f"A post takes at most {MOST} pictures, this one has {len(media)}", final=True)
        return [self._one(item, max_bytes) for item in media]

    def _one(self, item: Media, max_bytes: int) -> Picture:
        if urlsplit(item.url).scheme not in {"http", "https"}:
            raise Undeliverable(f"The picture's address '{item.url[:100]}' is none to fetch from", final=True)
        if not self._allow_private:
            refuse_private(item.url)
        data = bytearray()
        try:
            with client() as session, session.stream("GET", item.url) as response:
                if response.status_code != 200:
                    raise Undeliverable(f"The picture {item.url[:100]} answers {response.status_code}")
                mime = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                if mime not in TYPES:
                    raise Undeliverable(f"{item.url[:100]} is no picture but '{mime}'", final=True)
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > max_bytes:
                        raise Undeliverable(f"The picture {item.url[:100]} has over {max_bytes} bytes", final=True)
        except httpx.HTTPError as error:
            raise Undeliverable(f"The picture {item.url[:100]} cannot be fetched ({type(error).__name__})") from error
        return Picture(bytes(data), mime, item.alt or "")
