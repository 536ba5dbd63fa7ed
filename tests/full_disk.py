"""A disk on which no file can grow any more."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from review_gate.ports import StoreFull


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Within the block the system refuses this process every byte behind the longest file in `folder`."""
    before, hardest = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(file.stat().st_size for file in folder.iterdir()), hardest))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hardest))


def use_up(store: Any) -> None:
    """Writes until nothing more goes in: what is left of the files' last pages is gone then."""
    with pytest.raises(StoreFull):
        for number in range(10_000):
            store.put_note("filling", str(number), {"words": "x" * 200})
