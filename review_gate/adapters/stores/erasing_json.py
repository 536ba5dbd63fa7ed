"""What an erasure leaves of the JSON texts that the tables hold. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Set
from datetime import datetime
from typing import Any

from review_gate.adapters.stores.database import stamp
from review_gate.domain.erasure import ERASED, NOBODY, scrub, without_words

OVER = "texts_ended_before"
"""Marks a digest that has lost its texts by age."""


def stripped_text(payload: str, names: Set[str]) -> str:
    try:
        return json.dumps(scrub(json.loads(payload), names))
    except ValueError:  # unreadable, and so perhaps personal
        return "{}"


def without_the_old(note: Any, before: datetime) -> Any:
    """A digest that ended before then, or those of the clusters seen before then, without any text."""
    if "items" in note:
        return note | {
            "items": [
                without_words(item, frozenset(), frozenset(), all_of_it=_is_before(item["at"], before))
                for item in note["items"]
            ]
        }
    if "until" not in note or "sample" not in note or not _is_before(note["until"], before):
        return note
    return without_words(note, frozenset(), frozenset(), all_of_it=True) | {OVER: stamp(before)}


def _is_before(at: str, before: datetime) -> bool:
    return datetime.fromisoformat(at) < before


def swept_text(text: str, ids: Iterable[str], names: Set[str]) -> str | None:
    """The JSON text without words and names when it speaks of one of the submissions or names; None when it does not,
    or has nothing left to take out. Names are looked for in what the text says, as the same letter is written in
    several ways (É, \\u00c9)."""
    about = any(id_ in text for id_ in ids)
    if not about and not names:
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    fresh = scrub(value, names) if about else _without(value, names)
    return None if fresh in (value, ERASED) else json.dumps(fresh, separators=(",", ":"))


def _without(value: object, names: Set[str]) -> object:
    """Only the names go: the rest belongs to somebody else."""
    if isinstance(value, dict):
        return {key: _without(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_without(part, names) for part in value]
    return NOBODY if isinstance(value, str) and value.casefold() in names else value
