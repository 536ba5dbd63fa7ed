"""The file behind a SQLite database: made where it is not there, and looked after while it is in use."""

from __future__ import annotations

import os
from pathlib import Path

from review_gate.adapters.stores.sqlite_words import replaced, unusable


def prepare_file(path: str, create: bool) -> None:
    """Makes the folder, and the file readable by its owner alone: it holds drafts and signing keys."""
    try:
        if create:
            Path(path).absolute().parent.mkdir(parents=True, exist_ok=True)
        # Not opened when it is there: closing it again would drop the locks that another connection of this process
        # holds on it (POSIX: closing any descriptor of a file does), and SQLite would take it for unused.
        if not os.path.exists(path):
            os.close(os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600))
    except OSError as error:
        raise unusable(path, error.strerror or str(error)) from error


class Watch:
    """Remembers which file stands at `path` now. Who has it open would write into it for ever, even where nobody can
    find it any more: SQLite does not notice."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._found = _which(path)

    def look(self) -> None:
        """Raises StoreReplaced where another file stands there, or none: what is written is lost then. Takes some three
        microseconds."""
        if _which(self._path) != self._found:
            raise replaced(self._path)


def _which(path: str) -> tuple[int, int] | None:
    """The file itself, whatever its name; None where there is none, or none that may be looked at."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
