"""When a chore is due again."""

from __future__ import annotations

from datetime import datetime, timedelta

from review_gate.ports import Clock


class Rhythm:
    """A chore is due at once, and then again `seconds` after the last time. Couriers call their chores all the time.

    A last time that is yet to come was told by a clock that went wrong and was set right: it counts for nothing.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._every = timedelta(seconds=seconds)
        self._last: datetime | None = None

    def due(self) -> bool:
        """Whether it is time; if so, the next time is counted from now."""
        now = self._clock()
        if self._last is not None and self._last <= now < self._last + self._every:
            return False
        self._last = now
        return True
