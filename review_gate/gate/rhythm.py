"""When a chore is due again."""

from __future__ import annotations

from datetime import timedelta

from review_gate.ports import Clock


class Rhythm:
    """A chore is due at once, and then again `seconds` after the last time. Couriers call their chores all the time."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._every = timedelta(seconds=seconds)
        self._next = clock()

    def due(self) -> bool:
        """Whether it is time; if so, the next time is counted from now."""
        now = self._clock()
        if now < self._next:
            return False
        self._next = now + self._every
        return True
