"""Wakes couriers when something was put into the outbox.

A bell may ring for nothing and may miss a ring (a lost connection, a pooler that swallows LISTEN): couriers look by
themselves every second as well, so a missed ring costs a second and nothing else.
"""

from __future__ import annotations

import logging
import threading

from review_gate.adapters.stores.database import Database

log = logging.getLogger(__name__)

AGAIN_SECONDS = 2.0


class Bell:
    """Listens in a thread of its own from `start` until `stop` is set. One for each process."""

    def __init__(self, database: Database, stop: threading.Event) -> None:
        self._database = database
        self._stop = stop
        self._rung = threading.Condition()
        self._count = 0
        self._thread = threading.Thread(target=self._listen, daemon=True, name="outbox-bell")

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Until the thread has ended, after `stop` was set."""
        self._thread.join()

    def ear(self) -> Ear:
        """One for each courier, so that none hears a ring in another one's place."""
        return Ear(self)

    def ring(self) -> None:
        with self._rung:
            self._count += 1
            self._rung.notify_all()

    def after(self, count: int, seconds: float) -> int:
        """The number of rings so far; waits for one more than `count`, at most so long."""
        with self._rung:
            self._rung.wait_for(lambda: self._count != count, seconds)
            return self._count

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                for _ in self._database.listen(self._stop):
                    self.ring()
            except Exception:
                log.warning("Cannot listen for news of the outbox; couriers look every second", exc_info=True)
                self._stop.wait(AGAIN_SECONDS)
        self.ring()  # nobody waits for a bell that will not ring again


class Ear:
    """Waits for rings it has not heard yet: one that came while its courier was at work counts."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._heard = 0

    def wait(self, seconds: float) -> None:
        """Until the bell has rung since the last call ended, at most `seconds`."""
        self._heard = self._bell.after(self._heard, seconds)
