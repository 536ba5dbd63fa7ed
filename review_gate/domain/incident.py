"""Something went out that should not have: what happened, why, and who does what about it by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from review_gate.domain.outcome import About


class IncidentState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do about it. `due` is a day; `done_at` None: not done yet."""

    id: str
    what: str
    owner: str
    due: date | None = None
    done_at: datetime | None = None
    done_by: str = ""


@dataclass(frozen=True, slots=True)
class Taught:
    """The text became an example that `rule` must hit, in `version` of its pack."""

    rule: str
    pack: str
    version: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """Looked into by people. `subject` is the id of the submission or of the bot's reply (`about`), `text` what went
    out; `causes` are people's own words. `version` counts every change."""

    id: str
    version: int
    about: About
    subject: str
    title: str
    text: str
    state: IncidentState
    opened_by: str
    opened_at: datetime
    causes: str = ""
    tasks: tuple[Task, ...] = ()
    taught: tuple[Taught, ...] = ()
    closed_at: datetime | None = None
    bot: str | None = None

    @property
    def undone(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.done_at is None)

    def late(self, today: date) -> tuple[Task, ...]:
        """What should have been done before `today`."""
        return tuple(task for task in self.undone if task.due is not None and task.due < today)
