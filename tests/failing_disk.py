"""A disk that fails under an open SQLite file, and a file with damaged pages."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def failing_disk(file: Path) -> Iterator[None]:
    """Within the block the system refuses to read `file`, and the log beside it, to those connections of this process
    that are open when it begins."""
    with replaced({str(file), f"{file}-wal"}, None, os.O_WRONLY):
        yield


@contextmanager
def replaced(wanted: set[str], by: str | None, how: int) -> Iterator[None]:
    """Within the block whatever this process has open of the files `wanted` is `by` (None: itself), opened `how`."""
    found = [(number, path) for number in map(int, os.listdir("/proc/self/fd")) if (path := leads_to(number)) in wanted]
    assert found, "nobody has the file open"
    taken = [(number, os.dup(number), by or path) for number, path in found]
    try:
        for number, path in found:
            other = os.open(by or path, how)
            os.dup2(other, number)
            os.close(other)
        yield
    finally:
        for number, kept, path in taken:
            if leads_to(number) == path:  # not closed meanwhile, or opened again
                os.dup2(kept, number)
            os.close(kept)


def leads_to(number: int) -> str:
    """The path of what this process has open under that number."""
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:  # the listing's own
        return ""


def damage_pages(file: Path) -> None:
    """Overwrites all pages of a database but the first with noise: its header can still be read."""
    with closing(sqlite3.connect(file)) as there:
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = there.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as written:
        written.seek(size)
        written.write(b"\xa5" * (file.stat().st_size - size))


def damage_chain(file: Path, part: bytes) -> None:
    """Cuts every long value that has `part` in one of its further pages: only who reads that value learns of it."""
    with closing(sqlite3.connect(file)) as there:
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = there.execute("PRAGMA page_size").fetchone()
    raw = bytearray(file.read_bytes())
    cut = [at for at in range(0, len(raw), size) if raw[at + 4 : at + size].startswith(part)]
    assert cut, "no value has such a page"
    for at in cut:
        raw[at : at + 4] = b"\xff" * 4  # the number of the value's next page
    file.write_bytes(raw)


def damage_row(file: Path, part: bytes) -> None:
    """Overwrites with noise the pages of tables whose rows hold `part`: with it go the rows beside it."""
    with closing(sqlite3.connect(file)) as there:
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = there.execute("PRAGMA page_size").fetchone()
    raw = bytearray(file.read_bytes())
    leaves = [at for at in range(size, len(raw), size) if raw[at] == 0x0D and part in raw[at : at + size]]
    assert leaves, "no row has that"
    for at in leaves:
        raw[at : at + size] = b"\xa5" * size
    file.write_bytes(raw)
