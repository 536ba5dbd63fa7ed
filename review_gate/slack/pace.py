"""How fast messages go out."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """At most one message a second and channel, as Slack asks. `pause` sleeps; tests bring their own."""

    def __init__(self, seconds: float = 1.0, pause: Callable[[float], None] = time.sleep) -> None:
        self._seconds = seconds
        self._pause = pause
        self._next = 0.0

    def wait(self) -> None:
        """Returns when the next message may go out, after `seconds` at most."""
        now = time.monotonic()
        if self._next > now:
            self._pause(self._next - now)
        self._next = max(now, self._next) + self._seconds
