"""Fingerprints of short texts: the same for replies that differ only in names, numbers, links, emoji and signatures.

A fingerprint is 512 bits: every word and every pair of neighbouring words of the masked text sets one bit. Bands over
it (MinHash) let an index find what shares many bits; `similarity` of the masked texts decides.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from rapidfuzz.fuzz import ratio, token_sort_ratio
from rapidfuzz.process import extractOne

BITS = 512
BANDS = 8
ROWS = 3
"""Two fingerprints with Jaccard index j share at least one band with probability 1 - (1 - j**ROWS)**BANDS: 0.93 for
replies at the usual limit of similarity, 0.02 for two replies of customer service that have nothing to do with each
other (bench/repetition.py)."""

# Fixed for ever: what is stored was made with these.
_ORDERS = np.stack([np.random.RandomState(seed).permutation(BITS) for seed in range(BANDS * ROWS)]).astype(np.int64)

# Every repetition that may have to be given back has an end: hostile texts must not cost more than their length.
_LINK = re.compile(r"(?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@.]{1,64}\.[^\s@]{1,64}|[@#]\w+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_GREETING = re.compile(
    r"^\W*(?P<greeting>(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks|thank you|sorry"
    r"|bonjour|bonsoir|salut|cher|chère|coucou|merci|désolée?|hola|buenos días|ciao|buongiorno|gentile|hallo|guten tag"
    r"|liebe[r]?|olá|bom dia|beste)\b(?:\s+(?:mr|mrs|ms|mme|m|mlle|monsieur|madame|herr|frau|sr|sra)\b\.?)?)"
    r"(?:[ ,]+[^\W\d_][\w'’.-]*){0,3}?\s*[,!:.–—\n-]",
    re.IGNORECASE,
)
_VOCATIVE = re.compile(r"(?:^|(?<=[.!?…\n])\s*)[^\W\d_a-zà-öø-ÿ][\w'’-]*(?:\s+[^\W\d_a-zà-öø-ÿ][\w'’-]*)?\s*,")
"""A name at the head of a sentence: `Julie, your parcel…`."""
_SIGNATURE = re.compile(
    r"(?:[-–—^/~]\s{0,3}|\n\s{0,3})[^\W\d_][\w'’.-]{0,20}(?:\s{1,3}[^\W\d_][\w'’.-]{0,20})?\W{0,20}$"
)


@lru_cache(maxsize=256)  # one check asks three times: for the memory, for the scorer, for what is remembered
def masked_words(text: str) -> tuple[str, ...]:
    """The words that carry the message: lower case, without accents; names after a greeting, signatures, links,
    handles, numbers, punctuation and emoji left out; inside the text, words written with a capital are left out too
    (names), unless all are."""
    text = _LINK.sub(" ", text.strip())
    text = _SIGNATURE.sub(" ", text)
    text = _GREETING.sub(lambda match: match["greeting"] + " . ", text)
    text = _VOCATIVE.sub(" ", text)
    words: list[str] = []
    for sentence in re.split(r"[.!?:\n…]+", text):
        found = _WORD.findall(sentence)
        shouting = sum(word.isupper() for word in found) > len(found) / 2
        for place, word in enumerate(found):
            if place > 0 and word[0].isupper() and not shouting and len(word) > 1:
                continue
            words.append(_fold(word))
    return tuple(words)


def _fold(word: str) -> str:
    if word.isascii():
        return word.casefold()
    plain = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in plain if not unicodedata.combining(char)).replace("’", "'")


def fingerprint(words: Sequence[str]) -> bytes:
    """64 bytes for these words. No words: all zero."""
    bits = 0
    for feature in [*words, *(f"{a} {b}" for a, b in pairwise(words))]:
        bits |= 1 << (zlib.crc32(feature.encode()) % BITS)
    return bits.to_bytes(BITS // 8, "big")


def bands(mark: bytes, bot: str) -> tuple[int, ...]:
    """BANDS numbers (63 bits): equal numbers in the same place mean fingerprints of `bot` that share many bits. None
    for an empty fingerprint, which is like nothing."""
    there = np.flatnonzero(np.unpackbits(np.frombuffer(mark, dtype=np.uint8)))
    if not len(there):
        return ()
    lowest = _ORDERS[:, there].min(axis=1).reshape(BANDS, ROWS)
    return tuple(_number(bot.encode(), bytes([place]), row.tobytes()) for place, row in enumerate(lowest))


def saying_key(words: Sequence[str], bot: str) -> int:
    """The number (63 bits) of these words of `bot`, whatever their order."""
    return _number(bot.encode(), " ".join(sorted(words)).encode())


def _number(*parts: bytes) -> int:
    return int.from_bytes(blake2b(b"\0".join(parts), digest_size=8).digest(), "big") >> 1


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """How alike two masked texts are whatever the order of their words, 0..1 (rapidfuzz token_sort_ratio)."""
    return token_sort_ratio(" ".join(one), " ".join(other)) / 100.0


def most_alike(words: str, others: Iterable[str], at_least: float) -> tuple[int, float] | None:
    """(which, how alike 0..1) of `others` is nearest to `words`, None when none reaches `at_least` (0..1).

    All are masked words in alphabetical order, apart by blanks, so that this is the `similarity` above.
    """
    found = extractOne(words, list(others), scorer=ratio, score_cutoff=at_least * 100.0)
    return None if found is None else (found[2], found[1] / 100.0)
