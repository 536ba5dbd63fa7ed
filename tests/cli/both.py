"""What a command says in English and in French, side by side: what is the same in both was not translated."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from review_gate.cli.main import main

WORD = re.compile(r"[^\W\d_]{2,}")


def said(called: Sequence[str], capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """All that a command prints, to either stream, by language."""
    found = {}
    for language in ("en", "fr"):
        main([*called, "--language", language])
        found[language] = "".join(capsys.readouterr())
    return found


def alike(called: Sequence[str], capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The lines that a command prints the same in both languages, blank ones left out."""
    english, french = ({line for line in text.splitlines() if line.strip()} for text in said(called, capsys).values())
    return english & french


def words_alike(called: Sequence[str], capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The words that a command says in both languages. What stands between backquotes is typed as it is in either."""
    english, french = (set(WORD.findall(re.sub(r"`[^`]*`", "", text))) for text in said(called, capsys).values())
    assert english and french, called
    return english & french
