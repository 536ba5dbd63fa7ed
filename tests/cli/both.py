"""What a command says in English and in French, side by side: what is the same in both was not translated."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from review_gate.cli.main import main

TYPED = re.compile(r"`[^`]*`|\b[A-Z]+(_[A-Z]+)+\b")
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
    """The words that a command says in both languages."""
    return in_both(*said(called, capsys).values())


def in_both(english: str, french: str) -> set[str]:
    """The words of both texts. What is typed as it is in either does not count: settings, and what stands between
    backquotes."""
    one, other = (set(WORD.findall(TYPED.sub("", text))) for text in (english, french))
    assert one and other
    return one & other
