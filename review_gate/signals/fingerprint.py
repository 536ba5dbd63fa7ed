"""Fingerprints of short texts: the same for replies that differ only in names, numbers, links, emoji and signatures.

A fingerprint is 512 bits: every word and every pair of neighbouring words of the masked text sets one bit. How much two
fingerprints share (Jaccard over the bits) finds candidates; `similarity` of the masked texts decides.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from itertools import pairwise

from rapidfuzz.fuzz import token_sort_ratio

BITS = 512

_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|[@#]\w+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_GREETING = re.compile(
    r"^\W*(?P<greeting>(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks|thank you|sorry"
    r"|bonjour|bonsoir|salut|cher|chère|coucou|merci|désolée?|hola|buenos días|ciao|buongiorno|gentile|hallo|guten tag"
    r"|liebe[r]?|olá|bom dia|beste)\b(?:\s+(?:mr|mrs|ms|mme|m|mlle|monsieur|madame|herr|frau|sr|sra)\b\.?)?)"
    r"(?:[ ,]+[^\W\d_][\w'’.-]*){0,3}?\s*[,!:.–—\n-]",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"(?:[-–—^/~]\s*|\n\s*)[^\W\d_][\w'’.-]{0,20}(?:\s+[^\W\d_][\w'’.-]{0,20})?\W*$")


def masked_words(text: str) -> list[str]:
    """The words that carry the message: lower case, without accents; names after a greeting, signatures, links,
    handles, numbers, punctuation and emoji left out; inside the text, words written with a capital are left out too
    (names), unless all are."""
    text = _LINK.sub(" ", text.strip())
    text = _SIGNATURE.sub(" ", text)
    text = _GREETING.sub(lambda match: match["greeting"] + " . ", text)
    words: list[str] = []
    for sentence in re.split(r"[.!?:\n…]+", text):
        found = _WORD.findall(sentence)
        shouting = sum(word.isupper() for word in found) > len(found) / 2
        for place, word in enumerate(found):
            if place > 0 and word[0].isupper() and not shouting and len(word) > 1:
                continue
            words.append(_fold(word))
    return words


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in plain if not unicodedata.combining(char)).replace("’", "'")


def fingerprint(words: list[str]) -> bytes:
    """64 bytes for these words. No words: all zero."""
    bits = 0
    for feature in [*words, *(f"{a} {b}" for a, b in pairwise(words))]:
        bits |= 1 << (zlib.crc32(feature.encode()) % BITS)
    return bits.to_bytes(BITS // 8, "big")


def overlap(one: bytes, other: bytes) -> float:
    """Jaccard index of the set bits, 0..1; 0 when both are empty."""
    a, b = int.from_bytes(one, "big"), int.from_bytes(other, "big")
    union = (a | b).bit_count()
    return (a & b).bit_count() / union if union else 0.0


def similarity(one: list[str], other: list[str]) -> float:
    """How alike two masked texts are whatever the order of their words, 0..1 (rapidfuzz token_sort_ratio)."""
    return token_sort_ratio(" ".join(one), " ".join(other)) / 100.0
