"""What happened after something went out: complaints, a deletion, what customers answered when they were asked."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum


class About(StrEnum):
    """What an outcome is about."""

    SUBMISSION = "submission"  # a person approved it
    REPLY = "reply"  # a bot's reply that went out by itself


@dataclass(frozen=True, slots=True)
class Readings:
    """What was counted or answered; None: not known.

    `complaints`: so many people complained. `deleted`: it was taken down again. `csat`: satisfaction, 1 (very
    unsatisfied) to 5. `effort`: how hard it was for the customer, 1 (very easy) to 7 (very hard). `nps`: how likely
    they are to recommend the brand, 0 to 10. Of several answers the mean.
    """

    complaints: int | None = None
    deleted: bool | None = None
    csat: float | None = None
    effort: float | None = None
    nps: float | None = None
    note: str | None = None

    @property
    def bad(self) -> bool:
        """Whether it went badly: somebody complained, it was taken down, satisfaction of 2 or less, effort of 6 or
        more, or an NPS of 6 or less (a detractor, as in Reichheld, "The One Number You Need to Grow", 2003)."""
        return bool(
            (self.complaints or 0) > 0
            or self.deleted
            or (self.csat is not None and self.csat <= 2)
            or (self.effort is not None and self.effort >= 6)
            or (self.nps is not None and self.nps <= 6)
        )

    def over(self, earlier: Readings) -> Readings:
        """These, and of `earlier` what these do not know: a later report replaces what it names."""
        known = {one.name: value for one in fields(self) if (value := getattr(self, one.name)) is not None}
        return replace(earlier, **known)

    @property
    def empty(self) -> bool:
        """Whether nothing is known."""
        return self == Readings()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How it came to go out, noted when the first report came: the figures need it after the memory of replies has
    forgotten the rest. `severity`, `categories` and `rules` are what the screening said about it (of a bot's reply:
    what it says about the text alone); `approved_by` is None where no person looked at it."""

    text: str
    went_out_at: datetime
    severity: int
    categories: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    bot: str | None = None
    channel: str | None = None
    market: str | None = None
    template: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is known of what happened to one submission or one reply (`id`). `version` counts its reports."""

    id: str
    about: About
    version: int
    readings: Readings
    circumstances: Circumstances
    reported_by: str
    reported_at: datetime

    @property
    def bad(self) -> bool:
        return self.readings.bad
