"""What a hashtag says, and what else it can be read as: `susanalbumparty` is an album party, until it is not.

Words come from two lists by frequency (French, English; made by training/hashtag_words.py) and one of names and words
of the trade; a reading is the cheapest way to cut a tag into them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import log

from review_gate.signals.normalise import fold

LANGUAGES = ("en", "fr")
LONGEST = 60
"""Letters of a tag that are looked at."""

_UNKNOWN = 14.0
"""What a letter that belongs to no word costs; a rare word costs about 12 as a whole."""
_NAME = 11.0
_CAMEL = re.compile(r"[A-ZÀ-Þ]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+|\d+")


@dataclass(frozen=True, slots=True)
class Reading:
    """A tag cut into words. `cost` falls with how usual the words are."""

    words: tuple[str, ...]
    cost: float

    def __str__(self) -> str:
        return " ".join(self.words)

    @property
    def boundaries(self) -> frozenset[int]:
        """Where a new word begins inside the tag."""
        at, found = 0, set()
        for word in self.words[:-1]:
            at += len(word)
            found.add(at)
        return frozenset(found)


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset((resources.files("review_gate.rulebook") / "words" / "known.txt").read_text("utf-8").split())


@lru_cache(maxsize=1)
def _costs() -> dict[str, float]:
    costs: dict[str, float] = {}
    for language in LANGUAGES:
        words = (resources.files("review_gate.rulebook") / "words" / f"{language}.txt").read_text("utf-8").split()
        scale = log(len(words))
        for rank, word in enumerate(words):
            cost = log((rank + 1) * scale)
            costs[word] = min(cost, costs.get(word, cost))
    for word in _names():
        costs[word] = min(_NAME, costs.get(word, _NAME))
    return costs


@lru_cache(maxsize=4096)
def best_reading(text: str) -> Reading:
    """The likeliest way to read folded letters and digits without blanks; unknown stretches stay together."""
    text = text[:LONGEST]
    costs = _costs()
    best: list[tuple[float, int, bool]] = [(0.0, 0, True)]
    for end in range(1, len(text) + 1):
        choice = (best[end - 1][0] + (3.0 if text[end - 1].isdigit() else _UNKNOWN), end - 1, False)
        for start in range(max(0, end - 24), end):
            cost = costs.get(text[start:end])
            if cost is not None and best[start][0] + cost < choice[0]:
                choice = (best[start][0] + cost, start, True)
        best.append(choice)
    words: list[str] = []
    at, unknown = len(text), False
    while at > 0:
        _, start, known = best[at]
        if not known and unknown:
            words[-1] = text[start:at] + words[-1]
        else:
            words.append(text[start:at])
        at, unknown = start, not known
    return Reading(tuple(reversed(words)), best[len(text)][0])


def written_reading(tag: str) -> Reading | None:
    """The words as the author marked them, by capitals or underscores; None when nothing marks them."""
    words = tuple(fold(part) for piece in tag.split("_") for part in _CAMEL.findall(piece))
    return Reading(words, 0.0) if len(words) > 1 and "".join(words) == fold(tag.replace("_", "")) else None


def hidden(tag: str, word: str) -> Reading | None:
    """The reading of a tag (without its sign) in which the folded `word` stands alone, if people may see it.

    They do when it runs across the words that were meant (penisland), or when it is one of them. Capitals that mark
    the words make all other readings unlikely; a word inside a single word (analysis) is nobody's concern, unless cut
    up it reads as well as whole and is no name (Essex).
    """
    plain = fold(tag.replace("_", ""))[:LONGEST]
    at = plain.find(word)
    marked = written_reading(tag)
    meant = marked or best_reading(plain)
    names = [(start, name) for start, name in _placed(meant) if name in _names()]
    while at >= 0:
        end = at + len(word)
        if word in meant.words:
            return meant
        before, after = best_reading(plain[:at]), best_reading(plain[end:])
        cost = before.cost + _costs().get(word, 11.0) + after.cost
        reading = Reading((*before.words, word, *after.words), cost)
        if any(start <= at and end <= start + len(name) for start, name in names):
            at = plain.find(word, at + 1)
            continue
        across = any(at < place < end for place in meant.boundaries)
        if marked is None and len(meant.words) > 1 and cost <= meant.cost * (1.9 if across else 1.15):
            return reading
        at = plain.find(word, at + 1)
    return None


def _placed(reading: Reading) -> list[tuple[int, str]]:
    """Each word with the place where it begins."""
    return [(sum(map(len, reading.words[:number])), word) for number, word in enumerate(reading.words)]


def spelled_out(reading: Reading) -> str:
    """The tag with a capital for each word: how to write it so that it can be read in one way only."""
    return "".join(word[:1].upper() + word[1:] for word in reading.words)
