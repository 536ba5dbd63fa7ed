"""What every detector does alike: take away what has no language, and say when too little is left."""

from __future__ import annotations

import re

from review_gate.domain.verdict import Signal, SignalState

MINIMUM_WORDS = 3
MINIMUM_LETTERS = 10

# Every repetition that may have to be given back has an end: hostile texts must not cost more than their length.
_NOISE = re.compile(
    r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@.]{1,64}\.[^\s@]{1,64}|[@#]\w+|<\w{1,40}>|\{\{.{0,80}?\}\}|\d+"
)
_WORD = re.compile(r"[^\W\d_]+")


def plain(text: str) -> str:
    """`text` without links, addresses, handles, hashtags, placeholders and numbers."""
    return _NOISE.sub(" ", text)


def too_short(text: str) -> bool:
    """Whether `plain` text tells nothing: under three words or ten letters, "ok", "#promo", an emoji. Scripts that
    write no spaces (Chinese, Japanese, Thai…) count by letters."""
    words = _WORD.findall(text)
    letters = sum(map(len, words))
    return (
        letters < MINIMUM_LETTERS
        if max(text, default="") > "\u2e7f"
        else (len(words) < MINIMUM_WORDS or letters < MINIMUM_LETTERS)
    )


def inapplicable() -> Signal:
    return Signal("language", "language", state=SignalState.INAPPLICABLE, detail="too short")
