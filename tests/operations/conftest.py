from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.operations.house import House, house


@pytest.fixture(autouse=True)
def _root_logger() -> Iterator[None]:
    """Leaves the log as it was for other tests."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house")) as found:
        yield found
