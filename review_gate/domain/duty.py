"""Who is called when: the office has its hours, outside of them the on-call group is asked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class OnCall:
    """Outside of the office's hours, on `days` (0 is Monday) from `start` until before `end` in `zone` (an IANA name),
    people of `group` are called. Without a group there are no hours: everything goes the usual way."""

    group: str | None = None
    zone: str = "Europe/Paris"
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    start: time = time(9)
    end: time = time(18)

    def out_of_hours(self, at: datetime) -> bool:
        """Whether nobody is in the office at `at` (with its zone) and somebody is on call."""
        if self.group is None:
            return False
        here = at.astimezone(ZoneInfo(self.zone))
        return here.weekday() not in self.days or not self.start <= here.time() < self.end
