"""The hash chain by itself: what is hashed, and how a broken log is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest

from review_gate.adapters.stores.chain import GENESIS, Audit, append, canonical, event_hash, verify
from review_gate.domain.change import Event
from review_gate.ports import ChainedEvent

AT = datetime(2026, 11, 13, 12, 0, tzinfo=UTC)


def log(length: int = 4) -> list[ChainedEvent]:
    events = [Event(f"e{i}", AT + timedelta(seconds=i), "tested", "léa", "s-1", {"n": i}) for i in range(length)]
    return append(0, GENESIS, events)


def test_anybody_can_compute_a_hash_from_the_documented_recipe() -> None:
    event = Event("e1", AT, "submission.held", "léa", None, {"b": 1, "a": "é"})
    content = hashlib.sha256(b'{"actor":"l\\u00e9a","data":{"a":"\\u00e9","b":1}}').hexdigest()
    line = (
        f'{{"at":"2026-11-13T12:00:00.000000Z","content":"{content}","id":"e1","kind":"submission.held",'
        '"position":1,"submission_id":null}'
    )
    expected = hashlib.sha256(f"{'0' * 64}\n{line}".encode()).hexdigest()
    assert event_hash(1, GENESIS, event) == expected


def test_the_same_moment_in_another_zone_is_the_same_event() -> None:
    paris = AT.astimezone(timezone(timedelta(hours=1)))
    event = Event("e1", AT, "tested", "léa")
    assert event_hash(1, GENESIS, event) == event_hash(1, GENESIS, replace(event, at=paris))


def test_any_mapping_of_data_counts_as_its_content() -> None:
    event = Event("e1", AT, "tested", "léa", None, {"a": 1})
    assert event_hash(1, GENESIS, event) == event_hash(1, GENESIS, replace(event, data=MappingProxyType({"a": 1})))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": {1, 2}}, b"bytes"])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical(value)


def test_a_whole_log_holds() -> None:
    whole = log()
    assert verify(whole) == Audit(4, 4, whole[-1].hash)
    assert verify([]) == Audit(0, 0, GENESIS)
    assert append(2, whole[1].hash, [item.event for item in whole[2:]]) == whole[2:]  # in one go or in two


def with_event(number: int, **fields: object) -> Callable[[list[ChainedEvent]], list[ChainedEvent]]:
    def change(whole: list[ChainedEvent]) -> list[ChainedEvent]:
        changed = replace(whole[number], event=replace(whole[number].event, **fields))  # type: ignore[arg-type]
        return [*whole[:number], changed, *whole[number + 1 :]]

    return change


def rehashed(whole: list[ChainedEvent]) -> list[ChainedEvent]:
    """Somebody who knows the recipe changes an event and its own hash: then the next one does not fit."""
    event = replace(whole[1].event, actor="nobody")
    forged = replace(whole[1], event=event, hash=event_hash(2, whole[1].previous, event))
    return [whole[0], forged, *whole[2:]]


@pytest.mark.parametrize(
    ("tamper", "holds_up_to"),
    [
        (with_event(1, id="x"), 1),
        (with_event(1, at=AT), 1),
        (with_event(1, kind="other"), 1),
        (with_event(1, actor="nobody"), 1),
        (with_event(1, submission_id=None), 1),
        (with_event(1, data={}), 1),
        (with_event(0, data={}), 0),
        (with_event(3, data={}), 3),
        (rehashed, 2),
        (lambda whole: [*whole[:1], *whole[2:]], 1),  # one taken out
        (lambda whole: [whole[0], whole[2], whole[1], whole[3]], 1),  # two swapped
        (lambda whole: [*whole[:2], whole[1], *whole[2:]], 2),  # one twice
        (lambda whole: whole[1:], 0),  # the beginning cut off
    ],
)
def test_the_first_place_that_does_not_hold_is_named(
    tamper: Callable[[list[ChainedEvent]], list[ChainedEvent]], holds_up_to: int
) -> None:
    changed = tamper(log())
    audit = verify(changed)
    assert audit.position == holds_up_to
    assert audit.head == (changed[holds_up_to - 1].hash if holds_up_to else GENESIS)
    assert audit.broken is not None
    assert str(holds_up_to + 1) in audit.broken.en and str(holds_up_to + 1) in audit.broken.fr
