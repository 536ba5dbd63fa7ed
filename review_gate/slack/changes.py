"""What changed between two texts, word by word, as stretches of rich text. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from review_gate.domain.message import Message
from review_gate.slack.blockkit import Block, clip, run

CONTEXT_WORDS = 4
"""Unchanged words shown on each side of a change."""
MAX_WORDS = 1500
"""Longer texts are not compared word by word: the comparison takes quadratic time."""
MAX_RUNS = 40
LONGEST = 240

_WORD = re.compile(r"\s+|[^\s]+")


def changed_runs(before: str, after: str, language: str) -> list[Block]:
    """Removed words struck through, added ones bold, with a few words around; in words where that says nothing."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) > MAX_WORDS or len(new) > MAX_WORDS:
        told = Message("too long to compare here, see the page.", "trop long à comparer ici, voir la page.")
        return [run(told.in_(language))]
    if old == new:
        return [run(Message("only what goes with the text.", "seulement ce qui accompagne le texte.").in_(language))]
    result: list[Block] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            result.append(run(_shortened(old[i:j], first=i == 0, last=j == len(old))))
            continue
        if j > i:
            result.append(run(clip("".join(old[i:j]), LONGEST), strike=True))
        if j > i and m > k:
            result.append(run(" "))
        if m > k:
            result.append(run(clip("".join(new[k:m]), LONGEST), bold=True))
    return [*result[:MAX_RUNS], run(" …")] if len(result) > MAX_RUNS else result


def _shortened(words: list[str], *, first: bool, last: bool) -> str:
    """An unchanged stretch: its ends only, where it is long. Words and the blanks between them alternate."""
    near = CONTEXT_WORDS * 2
    if len(words) <= near * 2:
        return clip("".join(words), LONGEST)
    start = "" if first else "".join(words[:near])
    end = "" if last else "".join(words[-near:])
    return f"{clip(start, LONGEST // 2)} … {clip(end, LONGEST // 2)}"
