"""Which texts hold a word from some list of rude words: tells what is *not* known of unlabelled tweets."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

_WORDS = re.compile(r"\w+(?:['’]\w+)?")


@cache
def rude_words(folder: Path, lang: str) -> frozenset[str]:
    """Single words and phrases of all lists for a language, in lower case."""
    found: set[str] = set()
    shield = folder / "contentshield" / lang / "profanity.json"
    if shield.exists():
        found.update(
            entry["word"]
            for entry in json.loads(shield.read_text(encoding="utf-8")).get("words", [])
            if isinstance(entry, dict) and "word" in entry
        )
    for name in (f"cuss/{lang}.json", "cuss/pt-pt.json" if lang == "pt" else ""):
        path = folder / name
        if name and path.exists():
            ratings = json.loads(path.read_text(encoding="utf-8"))
            found.update(word for word, rating in ratings.items() if rating >= 1)
    plain = folder / "ldnoobw" / f"{lang}.txt"
    if plain.exists():
        found.update(plain.read_text(encoding="utf-8").splitlines())
    return frozenset(word.strip().casefold() for word in found if word.strip())


def is_rude(text: str, lang: str, folder: Path) -> bool:
    """Whether a listed word, or a listed phrase of up to four words, occurs as whole words."""
    rude = rude_words(folder, lang)
    tokens = _WORDS.findall(text.casefold())
    return any(" ".join(tokens[i : i + n]) in rude for n in range(1, 5) for i in range(len(tokens) - n + 1))
