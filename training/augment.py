"""Change the spelling of a training text and keep its label: what people do to slip past a filter, and what they do
without thinking (no accents, all capitals, typing errors). Harmless texts get the same treatment, so that odd spelling
by itself is no sign of anything."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

_LEET = {"a": "4@", "e": "3€", "i": "1!", "o": "0", "s": "5$", "t": "7", "l": "1", "b": "8", "g": "9"}
_WORD = re.compile(r"[^\W\d_]{3,}")
_STAR = "*.#-_"

Change = Callable[[str, random.Random], str]


def _on_words(text: str, rng: random.Random, change: Change, share: float) -> str:
    found = list(_WORD.finditer(text))
    if not found:
        return text
    longest = sorted(found, key=lambda m: len(m.group()) * rng.random(), reverse=True)
    chosen = {m.start() for m in longest[: max(1, round(share * len(found)))]}
    return _WORD.sub(lambda m: change(m.group(), rng) if m.start() in chosen else m.group(), text)


def leet(word: str, rng: random.Random) -> str:
    """Letters replaced by digits and signs."""
    return "".join(rng.choice(_LEET[c.lower()]) if c.lower() in _LEET and rng.random() < 0.6 else c for c in word)


def spaced(word: str, rng: random.Random) -> str:
    """Letters apart: i d i o t, i.d.i.o.t."""
    return rng.choice([" ", " ", ".", "-", "_", "*"]).join(word)


def starred(word: str, rng: random.Random) -> str:
    """One or two inner letters hidden: f*ck."""
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + rng.choice(_STAR) * rng.choice([1, 1, 2]) + word[at + 1 :]


def stretched(word: str, rng: random.Random) -> str:
    """One letter repeated."""
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randrange(2, 5) + word[at + 1 :]


def typo(word: str, rng: random.Random) -> str:
    """Two neighbouring letters swapped, or one missing or doubled."""
    at = rng.randrange(len(word) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if kind == 1 else word[: at + 1] + word[at:]


def split_word(word: str, rng: random.Random) -> str:
    """One word written as two."""
    at = rng.randrange(1, len(word))
    return word[:at] + " " + word[at:]


def no_accents(text: str) -> str:
    """Accents left out, as on a foreign keyboard."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def disguise(text: str, rng: random.Random) -> str:
    """One way of slipping past a filter, on the longest words."""
    change, share = rng.choice(
        [
            (leet, 0.5),
            (leet, 0.3),
            (spaced, 0.25),
            (starred, 0.4),
            (stretched, 0.3),
            (split_word, 0.2),
            (split_word, 0.5),
            (typo, 0.25),
        ]
    )
    return _on_words(text, rng, change, share)


def everyday(text: str, rng: random.Random) -> str:
    """One habit of careless typing."""
    kind = rng.randrange(6)
    if kind == 0:
        return text.upper()
    if kind == 1:
        return text.lower()
    if kind == 2:
        return no_accents(text)
    if kind == 3:
        return _on_words(text, rng, typo, 0.15)
    if kind == 4:
        return re.sub(r"[.,;:!?…]+", "", text)
    return re.sub(r"(?<=\w)['’](?=\w)", "", no_accents(text.lower()))


def glue(text: str, other: str, rng: random.Random) -> str:
    """A text beside an unrelated harmless one: the label of the first must survive."""
    return rng.choice([f"{text} {other}", f"{other} {text}", f"{other}\n{text}"])


def address(text: str, rng: random.Random) -> str:
    """A text as an answer on a social network: it begins with those it is for, or ends with a link."""
    return rng.choice([f"@user {text}", f"@user {text}", f"@user @user {text}", f"{text} http", f"{text} @user"])


def unaddressed(text: str) -> str:
    """Without the marks that stand for people and links in corpora of tweets; the text itself if nothing is left."""
    return " ".join(re.sub(r"@user|<url>|\bhttps?\b", " ", text).split()) or text
