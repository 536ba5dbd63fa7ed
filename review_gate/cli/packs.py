"""Reading rule packs for a command: what is wrong with them is printed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review_gate.cli.rules_words import unusable

if TYPE_CHECKING:
    from review_gate.rulebook.errors import PackErrors
    from review_gate.rulebook.rule import Packs


def load(folder: Path, language: str) -> Packs | None:
    """The packs; None, with every mistake printed, when they cannot be used."""
    from review_gate.rulebook.errors import PackErrors
    from review_gate.rulebook.load import load_packs

    try:
        return load_packs(folder, _Encoder())
    except PackErrors as errors:
        _print_errors(errors, language)
        return None


def with_pack(packs: Packs, path: Path, language: str) -> Packs | None:
    """The packs with the one in `path` in place of that of its name."""
    from review_gate.rulebook.errors import PackErrors
    from review_gate.rulebook.load import replaced

    try:
        return replaced(packs, path)
    except PackErrors as errors:
        _print_errors(errors, language)
        return None


def usable(folder: Path, language: str) -> bool:
    """Whether the workers will have rules; every mistake is printed. Without them each line would only be held."""
    from review_gate.rulebook.errors import PackErrors
    from review_gate.rulebook.load import load_packs

    try:
        load_packs(folder, examples=False)  # a service begins without looking at the examples, too
    except PackErrors as errors:
        _print_errors(errors, language)
        return False
    return True


def _print_errors(errors: PackErrors, language: str) -> None:
    print(errors.in_(language), file=sys.stderr)
    print(unusable(len(errors.errors)).in_(language), file=sys.stderr)


class _Encoder:
    """The sentence encoder, loaded when a rule first asks for it."""

    def encode(self, texts: Sequence[str]) -> Any:
        from review_gate.adapters.scorers.encoder import SentenceEncoder

        return SentenceEncoder().encode(texts)

    def features(self, texts: Sequence[str]) -> Any:
        from review_gate.adapters.scorers.encoder import SentenceEncoder

        return SentenceEncoder().features(texts)
