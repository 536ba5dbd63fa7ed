"""What a fault can lay hands on."""

from __future__ import annotations

import os
import random
import resource
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from review_gate.adapters.stores import SqlStore

if TYPE_CHECKING:
    from tests.processes.disk import Disk
    from tests.processes.proxy import Proxy
    from tests.processes.server import Server
    from tests.processes.service import Processes

PARTS = ("web", "work", "work2")


class World:
    """The gate's processes, those around them, and the clock. `disk` is the one below the database, where its power
    can be cut; `buried` are deliveries that had to die."""

    def __init__(
        self,
        running: Processes,
        slack: Proxy,
        publisher: Proxy,
        clock: Path,
        dice: random.Random,
        server: Server | None,
        disk: Disk | None,
    ) -> None:
        self.running = running
        self.slack = slack
        self.publisher = publisher
        self.dice = dice
        self.server = server
        self.disk = disk
        self.buried: set[str] = set()
        self._clock = clock

    @property
    def store(self) -> SqlStore:
        return self.running.services.store

    @property
    def database_file(self) -> Path | None:
        """None on PostgreSQL."""
        return None if self.server else Path(self.running.settings.database.removeprefix("sqlite:"))

    def jump(self, seconds: float) -> None:
        """Moves the clock of the gate's processes."""
        partial = self._clock.with_suffix(".partial")
        partial.write_text(str(float(self._clock.read_text()) + seconds))
        os.replace(partial, self._clock)

    def limit_files(self, most: int, pids: list[int]) -> None:
        """No file of these processes may grow beyond so many bytes, as under a quota; -1: no limit."""
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))

    def pids(self) -> list[int]:
        """Of the gate's own processes."""
        return [pid for part in PARTS if self.running.runs(part) for pid in self.running.pids(part)]

    def repair(self) -> None:
        """Everything runs, nobody has a bad day, no disk is full. The clock stays as it is."""
        self.slack.mood = self.publisher.mood = "well"
        self.slack.retry_after = self.publisher.retry_after = 1
        self.publisher.refuses = lambda body: False
        self.limit_files(-1, self.pids())
        if self.server is not None:
            self.limit_files(-1, self.server.pids)
            self.server.ensure_running()
        for part in PARTS:
            if not self.running.runs(part):
                self.restart(part)
        self.running.wait_until_ready()

    def restart(self, part: str) -> None:
        with suppress(KeyError):
            self.running.kill(part)
        self.running.start(part)
