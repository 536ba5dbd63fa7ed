"""For all tests: no example of a property is timed (a busy computer is no mistake, and what hangs ends anyway), numpy
calculates on one thread, as it does in the gate, a command's log ends with its test, and where several processes share
the files, the longest go first."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from review_gate.logs import JsonLines, TextLines
from review_gate.threads import one_thread

one_thread()
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

TESTS = Path(__file__).parent
LONGEST = (
    "processes/test_faults.py",
    "hostile/test_hostile.py",
    "pages/test_browser.py",
    "web/test_openapi.py",
    "processes/test_kill.py",
    "cli/test_commands.py",
    "slack/test_bad_days.py",
    "operations/test_traces.py",
    "processes/test_nodes.py",
    "cli/test_exchange.py",
    "pages/test_pictures.py",
    "hostile/test_tables.py",
    "packs/test_packs.py",
    "rulebook/test_wild_texts.py",
)
"""What takes longest, a minute and more before what takes half of one; of the two that stand first only one starts
processes. A file runs in one process: begun last, a long one would run on alone."""
assert all((TESTS / name).is_file() for name in LONGEST)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a process of several: the longest files first, then those with most tests (`make test` keeps this order)."""
    if not hasattr(config, "workerinput"):
        return
    tests = Counter(item.path for item in items)

    def place(item: pytest.Item) -> tuple[int, int, str]:
        name = item.path.relative_to(TESTS).as_posix()
        return LONGEST.index(name) if name in LONGEST else len(LONGEST), -tests[item.path], name

    items.sort(key=place)


@pytest.fixture(autouse=True)
def log_that_ends() -> Iterator[None]:
    """What a command has set up would write to a stream that is closed after its test."""
    yield
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one.formatter, JsonLines | TextLines)]:
        root.removeHandler(handler)
