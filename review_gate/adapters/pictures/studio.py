"""Puts together what looks at pictures, from the settings."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property

from review_gate.adapters.guard import is_public
from review_gate.adapters.pictures.eyes import PillowEyes
from review_gate.adapters.pictures.fetcher import GuardedFetcher
from review_gate.adapters.pictures.links import PictureLinks
from review_gate.adapters.pictures.reader import MissingReader, open_reader
from review_gate.adapters.publishers.pictures import Pictures
from review_gate.gate.looking import Looking, Shelf, Tidying, Uploads
from review_gate.gate.screening import Screening
from review_gate.media_ports import TextReader
from review_gate.ports import Clock, Misconfigured, NewId
from review_gate.settings import Settings

log = logging.getLogger(__name__)


class Studio:
    """Each part is made when it is first asked for: only the courier needs a reader."""

    def __init__(self, store: Shelf, settings: Settings, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._eyes = PillowEyes(settings.media_bytes, int(settings.media_max_megapixels * 1_000_000))

    @cached_property
    def uploads(self) -> Uploads:
        return Uploads(self._store, self._eyes, self._clock, self._settings.media_bytes)

    @cached_property
    def tidying(self) -> Tidying:
        return Tidying(self._store, self._clock)

    @cached_property
    def links(self) -> PictureLinks:
        return PictureLinks(self._store, self._settings.url, self._clock)

    def looking(self, screening: Callable[[], Screening]) -> Looking:
        """What carries the deliveries of the kind `media`. A reader that is asked for and not installed is told in the
        log and, of each picture, in its submission: cards and webhooks must not stop because of it."""
        reader: TextReader | None
        try:
            reader = open_reader(self._settings.ocr)
        except Misconfigured as error:
            log.error("%s. Each picture says so until then", error)
            reader = MissingReader()
        return Looking(
            self._store, screening, self._eyes, self._fetcher, reader, self._clock, self._new_id, self._settings.url
        )  # fmt: skip

    @cached_property
    def approved(self) -> Pictures:
        """What publishers take the pictures of approved posts from."""
        return Pictures(self._store, self._eyes, self._fetcher, self._settings.url)

    @cached_property
    def _fetcher(self) -> GuardedFetcher | None:
        settings = self._settings
        may_ask = (lambda _: True) if settings.media_allow_private else is_public
        return GuardedFetcher(settings.media_bytes, may_ask) if settings.media_fetch else None
