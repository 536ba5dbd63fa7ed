"""Reads what chores look through, around what cannot be read: one damaged row must not end a look at all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

from review_gate.domain.submission import State, Submission
from review_gate.gate.apart import apart
from review_gate.page_ports import Desk, PageStore, Waiting
from review_gate.paging import pages
from review_gate.ports import ChainedEvent, Filter, Page, StoreDamaged, Submissions

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


def came_in(store: Submissions, since: datetime, until: datetime) -> Page:
    """All that came in in [since, until) as one page, newest first, drills left out. Those that cannot be read are
    named in it, and in the program's log."""
    items: list[Submission] = []
    unread: list[str] = []
    try:
        for page in pages(lambda cursor: store.submissions(Filter(), cursor, PAGE)):
            items += [one for one in page.items if since <= one.created_at < until]
            unread += page.unread
            if page.items and page.items[-1].created_at < since:
                break
    except (StoreDamaged, ValueError):
        each = {id_: _readable(store, id_) for id_ in store.created(since, until)}
        read = tuple(one for one in each.values() if one is not None and one.drill is None)
        return Page(read, None, tuple(id_ for id_, one in each.items() if one is None))
    then = frozenset(store.created(since, until)) if unread else frozenset()
    return Page(tuple(items), None, tuple(id_ for id_ in unread if id_ in then))


def approved_after(store: Submissions, at: datetime) -> list[Submission]:
    """What is approved and planned for later than that. One that cannot be read is passed over, with a word in the
    program's log."""
    planned = Filter(state=State.APPROVED, planned_after=at)
    try:
        return [one for page in pages(lambda cursor: store.submissions(planned, cursor, PAGE)) for one in page.items]
    except (StoreDamaged, ValueError):
        each = (_readable(store, id_) for id_ in store.approved_after(at))
        return [one for one in each if one is not None and one.drill is None]


def all_held(store: Queue) -> Iterator[Submission]:
    """Everything that is held, drills too. One that cannot be read is passed over, with a word in the program's log."""
    every = pages(lambda cursor: store.queue(Waiting(), cursor, PAGE))
    while True:
        try:
            page = next(every, None)
        except (StoreDamaged, ValueError):
            each = (_readable(store, id_) for id_ in store.held_before(LATEST))
            yield from (one for one in each if one is not None)
            return
        if page is None:
            return
        yield from page.items


def held_unread(store: Queue) -> list[str]:
    """The ids of what is held and cannot be read, in the order of the queue."""
    return [id_ for page in pages(lambda cursor: store.queue(Waiting(), cursor, PAGE)) for id_ in page.unread]


def _readable(store: Submissions, submission_id: str) -> Submission | None:
    with apart(f"Reading submission {submission_id}"):
        return store.submission(submission_id)
    return None
