"""What a bot says again and again in other words, to whomever: looked for among its last replies only."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from review_gate.domain.change import Trace
from review_gate.domain.repetition import NOT_MEANT, Meant
from review_gate.ports import Replies
from review_gate.signals.meaning import KEPT, Register, pack, register, unpack

log = logging.getLogger(__name__)

LOOKED_AT = 128
"""So many of the bot's last replies are compared."""

PAST = 1000
"""So many of its replies from before the last hour tell its register, at most."""

REFRESH = timedelta(minutes=10)
BOTS = 256
"""The registers of so many bots are kept in memory (6 KB each)."""

SAYINGS = 8192
"""What so many sayings mean is kept in memory (300 bytes each)."""

TEXTS = 1024
"""And what so many texts mean, word for word."""

SHOWN = 3
TAG = 4
"""Bytes before a packed vector that tell which weights made it."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Encoder:
    """`encode` makes unit vectors of texts, `tag` (TAG bytes) says with which weights: vectors of others do not
    compare."""

    encode: Callable[[Sequence[str]], Any]
    tag: bytes


class Meanings:
    """One encoder run for a saying that is new, one short query for each reply; nothing where it cannot matter."""

    def __init__(self, store: Replies, encoder: Encoder) -> None:
        self._store = store
        self._encoder = encoder
        self._registers: OrderedDict[str, tuple[datetime, Register | None]] = OrderedDict()
        self._vectors: OrderedDict[int, bytes] = OrderedDict()
        self._packed = lru_cache(maxsize=TEXTS)(self._pack)

    def vector(self, text: str) -> bytes:
        """What `text` means, packed and tagged; empty when the encoder fails: the screening tells of that."""
        try:
            return self._packed(text)
        except Exception as error:
            log.warning("A reply could not be compared by meaning: %s", type(error).__name__)
            return b""

    def _pack(self, text: str) -> bytes:
        return self._encoder.tag + pack(self._encoder.encode([text])[0])

    def said(
        self, bot: str, vector: bytes, key: int, hour: Sequence[Trace], now: datetime, limit: int, alike: float
    ) -> Meant:
        """How often the replies in `hour` (newest last) mean the same as `vector`, which counts as the saying `key`;
        from the cosine `alike` on two mean the same. Says nothing below `limit` times."""
        last = hour[-LOOKED_AT:]
        keys = [trace.saying for trace in last if trace.saying is not None]
        if len(keys) < limit or not vector:
            return NOT_MEANT
        common = self._register(bot, now)
        if common is None:
            return NOT_MEANT
        known = self._known(tuple(dict.fromkeys(keys)))
        if not known:
            return NOT_MEANT
        cosines = common.apart(unpack(known.values())) @ common.apart(unpack([vector[TAG:]]))[0]
        near = {found for found, cosine in zip(known, cosines, strict=True) if cosine >= alike} | {key}
        times = sum(found in near for found in keys)
        if times < limit:
            return Meant(times, (times + 1) / (len(last) + 1))
        replies = [reply for found in near for reply in self._store.replies_saying(found, now - HOUR, LOOKED_AT)]
        replies.sort(key=lambda reply: reply.at)
        people = len({reply.conversation or reply.id for reply in replies})
        return Meant(times, (times + 1) / (len(last) + 1), people, tuple(replies[-SHOWN:]))

    def _known(self, keys: Sequence[int]) -> dict[int, bytes]:
        """What these mean. A saying keeps its meaning, so that the store is asked once for each."""
        found = {key: vector for key in keys if (vector := self._vectors.get(key)) is not None}
        for key, vector in self._store.vectors([key for key in keys if key not in found]).items():
            if self._ours(vector):
                found[key] = self._vectors[key] = vector[TAG:]
        while len(self._vectors) > SAYINGS:
            self._vectors.popitem(last=False)
        return found

    def _ours(self, vector: bytes) -> bool:
        return vector[:TAG] == self._encoder.tag and len(vector) == TAG + KEPT

    def _register(self, bot: str, now: datetime) -> Register | None:
        """What the bot's replies of before the last hour have in common, at most REFRESH old."""
        there = self._registers.get(bot)
        if there is None or now - there[0] >= REFRESH:
            past = [vector[TAG:] for vector in self._store.past_vectors(bot, now - HOUR, PAST) if self._ours(vector)]
            there = (now, register(unpack(past)))
            self._registers[bot] = there
            while len(self._registers) > BOTS:
                self._registers.popitem(last=False)
        return there[1]
