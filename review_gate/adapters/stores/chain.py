"""The hash chain of the audit log. Pure.

    content = SHA-256(JSON {actor, data})
    hash    = SHA-256(previous hash, newline, JSON {at, content, id, kind, position, submission_id})

in hex; JSON with sorted keys, no blanks, ASCII only; `at` in UTC with microseconds. The first event's previous hash is
64 zeros. Who did it and what with goes in as a hash of its own: where personal data were erased that hash is kept
instead, and a later event (`submission.erased`) names the positions. One that nobody names was tampered with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review_gate.adapters.stores.database import stamp
from review_gate.domain.change import Event
from review_gate.domain.message import Message
from review_gate.ports import ChainedEvent

GENESIS = "0" * 64
ERASURE = "submission.erased"


def canonical(value: Any) -> str:
    """The one JSON text of `value`. Raises ValueError or TypeError for what JSON has no word for."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def content_hash(actor: str, data: Mapping[str, Any]) -> str:
    """The part of an event's hash that may be erased."""
    return _sha256(canonical({"actor": actor, "data": dict(data)}))


def event_hash(position: int, previous: str, event: Event, content: str | None = None) -> str:
    """`content` for an event whose actor or data were erased."""
    content = content or content_hash(event.actor, event.data)
    line = {
        "position": position,
        "id": event.id,
        "at": stamp(event.at),
        "kind": event.kind,
        "submission_id": event.submission_id,
        "content": content,
    }
    return _sha256(f"{previous}\n{canonical(line)}")


def append(position: int, previous: str, events: Sequence[Event]) -> list[ChainedEvent]:
    """`events` chained behind the event at `position` whose hash is `previous` (0 and GENESIS for an empty log)."""
    chained = []
    for event in events:
        position += 1
        digest = event_hash(position, previous, event)
        chained.append(ChainedEvent(position, event, previous, digest))
        previous = digest
    return chained


@dataclass(frozen=True, slots=True)
class Audit:
    """`events` were looked at and hold up to `position`, whose hash is `head`; `broken` says what does not hold at
    the next position, None when all does."""

    events: int
    position: int
    head: str
    broken: Message | None = None


def verify(log: Iterable[ChainedEvent]) -> Audit:
    """Walks a whole log, oldest first, and stops at the first event that does not hold."""
    position, head = 0, GENESIS
    blank: dict[int, str | None] = {}
    for item in log:
        expected = position + 1
        if item.position != expected:
            return Audit(position, position, head, _gap(expected, item.position))
        if item.previous != head or item.hash != event_hash(item.position, head, item.event, item.content):
            return Audit(position, position, head, _changed(expected))
        position, head = item.position, item.hash
        if item.content is not None:
            blank[position] = item.event.submission_id
        elif item.event.kind == ERASURE:
            for named in item.event.data.get("positions", ()):
                # what belongs to no submission (a cluster) quotes several: any of their erasures may name it
                if named in blank and blank[named] in (None, item.event.submission_id):
                    blank.pop(named)
    if blank:
        return Audit(position, position, head, _blanked(min(blank)))
    return Audit(position, position, head)


def _gap(expected: int, found: int) -> Message:
    return Message(
        f"Position {expected} is missing: the log goes on with {found}.",
        f"La position {expected} manque : le journal continue à {found}.",
    )


def _blanked(position: int) -> Message:
    return Message(
        f"Position {position} was blanked, and no event says that it was erased.",
        f"La position {position} a été vidée, et aucun événement ne dit qu'elle a été effacée.",
    )


def _changed(position: int) -> Message:
    return Message(
        f"Position {position} does not follow from what stands before it: it, or the event before it, was changed.",
        f"La position {position} ne découle pas de ce qui la précède : elle, ou l'événement d'avant, a été modifié.",
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
