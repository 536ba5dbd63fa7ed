"""Reads what chores look through, around what cannot be read: one damaged row must not end a look at all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

from review_gate.domain.submission import State, Submission
from review_gate.gate.apart import apart
from review_gate.page_ports import Desk, PageStore, Waiting
from review_gate.ports import ChainedEvent, Filter, StoreDamaged, Submissions

PAGE = 200
LATEST = datetime.max.replace(tzinfo=UTC)
"""Whatever is held was planned before then, or has no time."""


class Queue(Submissions, Desk, Protocol):
    """Submissions, and the queue in order of need."""


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


def came_in(store: Submissions, since: datetime, until: datetime) -> list[Submission]:
    """What came in in [since, until), newest first, drills left out. One that cannot be read is passed over, with a
    word in the program's log."""
    try:
        return list(_pages(store, since, until))
    except (StoreDamaged, ValueError):
        each = (_readable(store, id_) for id_ in store.created(since, until))
        return [one for one in each if one is not None and one.drill is None]


def approved_after(store: Submissions, at: datetime) -> list[Submission]:
    """What is approved and planned for later than that. One that cannot be read is passed over, with a word in the
    program's log."""
    found: list[Submission] = []
    cursor = None
    try:
        while True:
            page = store.submissions(Filter(state=State.APPROVED, planned_after=at), cursor, PAGE)
            found += page.items
            cursor = page.next
            if cursor is None:
                return found
    except (StoreDamaged, ValueError):
        each = (_readable(store, id_) for id_ in store.approved_after(at))
        return [one for one in each if one is not None and one.drill is None]


def all_held(store: Queue) -> Iterator[Submission]:
    """Everything that is held, drills too. One that cannot be read is passed over, with a word in the program's log."""
    cursor = None
    while True:
        try:
            page = store.queue(Waiting(), cursor, PAGE)
        except (StoreDamaged, ValueError):
            each = (_readable(store, id_) for id_ in store.held_before(LATEST))
            yield from (one for one in each if one is not None)
            return
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def held_unread(store: Queue) -> list[str]:
    """The ids of what is held and cannot be read, in the order of the queue."""
    found: list[str] = []
    cursor = None
    while True:
        page = store.queue(Waiting(), cursor, PAGE)
        found += page.unread
        cursor = page.next
        if cursor is None:
            return found


def _pages(store: Submissions, since: datetime, until: datetime) -> Iterator[Submission]:
    cursor = None
    while True:
        page = store.submissions(Filter(), cursor, PAGE)
        yield from (one for one in page.items if since <= one.created_at < until)
        cursor = page.next
        if cursor is None or (page.items and page.items[-1].created_at < since):
            return


def _readable(store: Submissions, submission_id: str) -> Submission | None:
    with apart(f"Reading submission {submission_id}"):
        return store.submission(submission_id)
    return None
