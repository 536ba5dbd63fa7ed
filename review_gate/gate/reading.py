"""Reads what chores look through, around what cannot be read: one damaged row must not end a look at all others."""

from __future__ import annotations

from collections.abc import Sequence

from review_gate.gate.apart import apart
from review_gate.page_ports import PageStore
from review_gate.ports import ChainedEvent, StoreDamaged


def events_after(store: PageStore, position: int, limit: int) -> tuple[Sequence[ChainedEvent], int]:
    """The events that follow `position`, and the position up to which they were read: `position` itself at the end of
    the log. An event that cannot be read is passed over, with a word in the program's log."""
    try:
        found = store.events(after=position, limit=limit)
    except (StoreDamaged, ValueError):
        until = min(position + limit, store.last_position())
        return [one for at in range(position, until) for one in _next(store, at)], until
    return found, found[-1].position if found else position


def _next(store: PageStore, position: int) -> Sequence[ChainedEvent]:
    with apart(f"Event {position + 1} of the audit log"):  # positions have no gaps
        return store.events(after=position, limit=1)
    return ()
