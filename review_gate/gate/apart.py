"""How a chore that looks at many things goes on where one of them makes trouble."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from review_gate.ports import Clock, StoreDamaged, StoreError

log = logging.getLogger(__name__)

Found = TypeVar("Found")


@contextmanager
def apart(what: str) -> Iterator[None]:
    """What happens within is one thing of many: whatever it raises is logged, as of `what`, and ends here.

    Trouble of the whole store passes on, since all others would meet it too; that one thing in it is damaged does not.
    """
    try:
        yield
    except StoreDamaged as error:
        log.error("%s meets damage, the others go on: %s", what, error)
    except StoreError:
        raise
    except Exception:
        log.exception("%s failed, the others go on", what)


class Resting:
    """For things that are looked at all the time: one that made trouble is left alone for `seconds` before it is looked
    at again, so that it does not fill the log."""

    def __init__(self, clock: Clock, seconds: float = 60.0) -> None:
        self._clock = clock
        self._rest = timedelta(seconds=seconds)
        self._failed: dict[str, datetime] = {}

    def look(self, key: str, what: str, work: Callable[[], Found], otherwise: Found) -> Found:
        """What `work` answers; `otherwise` where it fails, or failed a moment ago."""
        failed = self._failed.get(key)
        if failed is not None and timedelta() <= self._clock() - failed < self._rest:
            return otherwise
        self._failed.pop(key, None)
        with apart(what):
            return work()
        self._failed[key] = self._clock()
        return otherwise
