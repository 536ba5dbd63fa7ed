"""What pictures need from the world: a place to keep them, eyes, something that reads, something that fetches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from review_gate.domain.message import Message
from review_gate.domain.picture import Picture, Rejected


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture as it came: what is known of it, its bytes, and a small copy of it (JPEG, nothing but pixels)."""

    picture: Picture
    content: bytes
    thumbnail: bytes


class MediaStore(Protocol):
    """Pictures by the SHA-256 (hex) of their bytes."""

    def keep_picture(self, upload: Upload, by: str, now: datetime) -> None:
        """Of one that is there already only the time is new. It stays when a submission is committed whose draft shows
        it, looked at, or when it was rejected with one, and goes when that is erased."""

    def unused_since(self, before: datetime, limit: int = 100) -> Sequence[str]:
        """Those that were kept before then and that no submission has shown, the oldest first."""

    def picture(self, sha256: str) -> Picture | None: ...

    def picture_content(self, sha256: str) -> bytes | None: ...

    def thumbnail(self, sha256: str) -> bytes | None: ...

    def picture_words(self, sha256: str, reader: str) -> str | None:
        """What `reader` read in it; None when it has not looked yet."""

    def put_picture_words(self, sha256: str, reader: str, words: str) -> None:
        """Nothing is written for a picture that is not, or no longer, kept."""

    def remember_rejected(self, rejected: Rejected) -> None:
        """Once for the same picture and submission."""

    def rejected_pictures(self, limit: int = 20_000) -> Sequence[Rejected]:
        """The latest `limit`, newest first."""

    def erase_pictures(self, sha256s: Iterable[str]) -> int:
        """Drops the bytes, the small copies and the texts read in them; answers how many pictures there were. That one
        was rejected stays known by its hashes, which nobody can make a picture of."""


class NotAPicture(Exception):
    """These bytes are no picture that is taken here; `message` says why. `too_large`: it would be one if it were
    smaller."""

    def __init__(self, message: Message, *, too_large: bool = False) -> None:
        super().__init__(message.en)
        self.message = message
        self.too_large = too_large


class Eyes(Protocol):
    def look(self, content: bytes) -> Upload:
        """Decodes a picture. Raises NotAPicture."""


class TextReader(Protocol):
    """`name` says what reads, with its version, so that another one reads again."""

    name: str

    def read(self, content: bytes) -> str:
        """The text in a picture, line by line; "" for none. May raise anything."""


class Unfetchable(Exception):
    """A picture could not be fetched; `message` says why in a few words. `passing`: it may work later."""

    def __init__(self, message: Message, *, passing: bool = False) -> None:
        super().__init__(message.en)
        self.message = message
        self.passing = passing


class Fetcher(Protocol):
    def fetch(self, url: str) -> bytes:
        """The bytes at `url`. Raises Unfetchable. Never asks a private address."""
