"""Finding emoji in a text, as people see them: skin tone, gender and joined figures make one sign."""

from __future__ import annotations

import re
from functools import lru_cache

_BASE = (
    "[\U0001f300-\U0001faff\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201-\U0001f251"
    "\u2600-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u231a\u231b\u2328\u23cf\u23e9-\u23fa\u2049\u203c\u2122\u2139"
    "\u2194-\u21aa\u2934\u2935\u3030\u303d\u3297\u3299]"
)
_TONE = "[\U0001f3fb-\U0001f3ff]"
_TAGS = "[\U000e0020-\U000e007f]"
EMOJI = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_BASE}\ufe0f?{_TONE}?{_TAGS}*"
    rf"(?:\u200d{_BASE}\ufe0f?{_TONE}?)*"
)
_DRESS = re.compile(rf"[\ufe0e\ufe0f]|{_TONE}|\u200d[\u2640\u2642]")


def bare(emoji: str) -> str:
    """The sign without skin tone, gender and variation: what a rule names."""
    return _DRESS.sub("", emoji) or emoji


@lru_cache(maxsize=64)  # several rules and the scorer ask about the same few texts
def emoji_in(text: str) -> tuple[re.Match[str], ...]:
    """The emoji of a text, in order."""
    return () if text.isascii() else tuple(EMOJI.finditer(text))
