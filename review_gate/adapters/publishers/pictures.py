"""The pictures of an approved post, as bytes to hand over: those that were approved, and no others."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from review_gate.adapters.pictures.bare import bare
from review_gate.domain.draft import Media
from review_gate.domain.picture import own_sha256
from review_gate.media_ports import Eyes, Fetcher, MediaStore, NotAPicture, Unfetchable
from review_gate.ports import Undeliverable


@dataclass(frozen=True, slots=True)
class Picture:
    data: bytes
    mime: str
    alt: str

    @property
    def name(self) -> str:
        return "picture." + self.mime.removeprefix("image/").replace("jpeg", "jpg")


class Pictures:
    """What the gate has kept of a picture goes out, whatever lies at its address by now. What it has not kept is
    fetched, where that is allowed (`fetcher`), and must be what was looked at. Where and
    with what it was taken does not go out with it (bare.py). `base` is this service's address."""

    def __init__(self, store: MediaStore, eyes: Eyes, fetcher: Fetcher | None, base: str) -> None:
        self._store = store
        self._eyes = eyes
        self._fetcher = fetcher
        self._base = base

    def all(self, media: Sequence[Media], most: int, max_bytes: int) -> list[Picture]:
        """All of them, in order. Raises Undeliverable; final for what is no picture, another one than was approved,
        one that is too big, or one too many."""
        if len(media) > most:
            raise Undeliverable(f"A post takes at most {most} pictures, this one has {len(media)}", final=True)
        return [self._one(item, max_bytes) for item in media]

    def _one(self, item: Media, max_bytes: int) -> Picture:
        where = item.url[:100]
        own = own_sha256(item.url, self._base)
        seen = item.look.sha256 if item.look is not None and not item.look.stale else None
        expected = own or seen
        content = self._store.picture_content(expected) if expected is not None else None
        if content is None and own is not None:
            raise Undeliverable(f"The picture {where} is not kept here any more", final=True)
        if content is None:
            content = self._fetched(item.url, where)
        if expected is not None and hashlib.sha256(content).hexdigest() != expected:
            raise Undeliverable(f"The picture at {where} is not the one that was approved", final=True)
        try:
            mime = self._eyes.look(content).picture.type
            content = bare(content, mime)
        except (NotAPicture, ValueError) as error:
            raise Undeliverable(f"{where}: {error}", final=True) from error
        if len(content) > max_bytes:
            raise Undeliverable(f"The picture {where} has over {max_bytes:,} bytes", final=True)
        return Picture(content, mime, item.alt or "")

    def _fetched(self, url: str, where: str) -> bytes:
        if self._fetcher is None:
            raise Undeliverable(f"The picture {where} is not kept here, and none are fetched (media_fetch)", final=True)
        try:
            return self._fetcher.fetch(url)
        except Unfetchable as error:
            raise Undeliverable(f"The picture {where}: {error}", final=not error.passing) from error
        except NotAPicture as error:
            raise Undeliverable(f"The picture {where}: {error}", final=True) from error
