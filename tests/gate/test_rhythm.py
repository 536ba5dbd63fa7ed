"""Chores come back in time, also where the machine's clock is set anew."""

from __future__ import annotations

from review_gate.gate.rhythm import Rhythm
from tests.builders import FakeClock


def test_due_at_once_and_then_once_in_so_many_seconds() -> None:
    clock = FakeClock()
    rhythm = Rhythm(clock, 30)
    found = []
    for _ in range(7):
        found.append(rhythm.due())
        clock.pass_(seconds=10)
    assert found == [True, False, False, True, False, False, True]


def test_a_clock_that_was_an_hour_ahead_silences_nothing() -> None:
    clock = FakeClock()
    rhythm = Rhythm(clock, 30)
    clock.pass_(hours=1)
    assert rhythm.due()
    clock.pass_(hours=-1)
    assert rhythm.due()
    assert not rhythm.due()
    clock.pass_(seconds=29)
    assert not rhythm.due()
    clock.pass_(seconds=1)
    assert rhythm.due()
