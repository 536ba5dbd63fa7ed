"""Choose which pieces of the pretrained vocabulary the model keeps: those that our seven languages use.

250,000 pieces for 100 languages shrink to some 60,000. A word whose piece is gone falls apart into smaller pieces, so
nothing becomes unreadable. Texts of the test split do not take part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import wordfreq
from tokenizers import Tokenizer

from training.corpora import LANGUAGES, Example
from training.e5 import SPECIALS, Pretrained, build_tokenizer

WORDS_PER_LANGUAGE = 40_000


def choose_rows(source: Pretrained, examples: Iterable[Example], lexicons: Path) -> list[int]:
    """Row numbers to keep, ascending; the special pieces come first."""
    tokenizer = build_tokenizer(source.pieces, [float(score) for score in source.scores], source.replacements)
    kept = set(range(len(SPECIALS)))
    for text in _texts(examples, lexicons):
        kept.update(tokenizer.encode(text).ids)
    for number, piece in enumerate(source.pieces):
        if len(piece.lstrip("▁")) <= 1 and _readable(piece):
            kept.add(number)
    return sorted(kept)


def _texts(examples: Iterable[Example], lexicons: Path) -> Iterator[str]:
    for lang in LANGUAGES:
        for word in wordfreq.top_n_list(lang, WORDS_PER_LANGUAGE):
            yield word
            yield word.capitalize()
        yield from (word.upper() for word in wordfreq.top_n_list(lang, 3000))
    for example in examples:
        if example.split != "test":
            yield example.text
    for path in sorted(lexicons.rglob("*")):
        if path.is_file():
            yield from path.read_text(encoding="utf-8").splitlines()


def _readable(piece: str) -> bool:
    """Latin letters, digits, punctuation, symbols and emoji: single characters kept whatever the texts hold."""
    return all(ord(c) < 0x250 or 0x2000 <= ord(c) < 0x2C00 or ord(c) >= 0x1F000 for c in piece)


def pruned_tokenizer(source: Pretrained, rows: list[int]) -> Tokenizer:
    """The tokenizer over the kept pieces; ids are positions in `rows`."""
    return build_tokenizer(
        [source.pieces[r] for r in rows], [float(source.scores[r]) for r in rows], source.replacements
    )


def save_rows(rows: list[int], path: Path) -> None:
    path.write_text(json.dumps(rows), encoding="utf-8")


def load_rows(path: Path) -> list[int]:
    rows: list[int] = json.loads(path.read_text(encoding="utf-8"))
    return rows
