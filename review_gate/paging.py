"""From page to page through a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from review_gate.ports import Page


def pages(read: Callable[[str | None], Page]) -> Iterator[Page]:
    """Every page of a list, from the first: `read` answers the one at a cursor, None for the first. A page is read
    when it is asked for."""
    cursor: str | None = None
    while True:
        page = read(cursor)
        yield page
        cursor = page.next
        if cursor is None:
            return
