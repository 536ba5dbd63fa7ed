"""Makes the word lists that hashtags are cut up by, from the word counts in the package pyspellchecker (MIT).

    pip download --no-deps pyspellchecker==0.9.1 && unzip pyspellchecker-*.whl -d /tmp/counts
    python -m training.hashtag_words /tmp/counts/spellchecker/resources

The counts come from film subtitles. Only their order is kept: the most frequent words first, folded, one a line.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from review_gate.signals.normalise import fold

KEEP = 50_000
LETTERS = {"en": {"a", "i"}, "fr": {"a", "y", "l", "d", "j", "s", "n", "c", "m", "t"}}
TARGET = Path("review_gate/rulebook/words")


def most_frequent(counts: dict[str, int], letters: set[str]) -> list[str]:
    """The words that count, the most frequent first; spellings that fold to one word are added up."""
    folded: dict[str, int] = {}
    for word, count in counts.items():
        plain = fold(word)
        if plain.isalpha() and plain.isascii() and (len(plain) > 1 or plain in letters):
            folded[plain] = folded.get(plain, 0) + count
    return sorted(folded, key=lambda word: (-folded[word], word))[:KEEP]


def main(folder: Path) -> None:
    for language, letters in LETTERS.items():
        counts = json.loads(gzip.decompress((folder / f"{language}.json.gz").read_bytes()))
        words = most_frequent(counts, letters)
        (TARGET / f"{language}.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
        print(f"{language}: {len(words)} of {len(counts)} words")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
