"""A disk without room, and a system that refuses a write for another reason."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.failing_disk import replaced


@contextmanager
def full_disk(file: Path) -> Iterator[None]:
    """Within the block there is no space (ENOSPC) for anything that the SQLite connections of this process that are
    open when it begins would write into `file`."""
    log = Path(f"{file}-wal")
    with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as own:
        while True:  # the log is empty, so that nobody has to read what stands in its place
            own.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            own.execute("BEGIN IMMEDIATE")
            if log.stat().st_size == 0:
                break
            own.execute("ROLLBACK")
        with replaced({str(log)}, "/dev/full", os.O_RDWR):
            own.execute("ROLLBACK")
            yield


@contextmanager
def size_limit(folder: Path) -> Iterator[None]:
    """Within the block the system refuses this process every byte behind the longest file in `folder` (EFBIG)."""
    before, hardest = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(file.stat().st_size for file in folder.iterdir()), hardest))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hardest))
