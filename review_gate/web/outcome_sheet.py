"""Outcomes from a sheet: what a social listening or survey tool exports, brought into a few columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from review_gate.domain.errors import GateError
from review_gate.domain.message import Message
from review_gate.domain.outcome import About, Outcome
from review_gate.domain.submission import Person
from review_gate.gate.outcomes import Outcomes
from review_gate.web.bodies import parse_as
from review_gate.web.outcomes import READINGS, OutcomeBody, ReplyOutcomeBody
from review_gate.web.problems import FieldError, Problem
from review_gate.web.sheets import read_sheet, with_zone

COLUMNS = ("submission", "reply", "bot", "published_at", *READINGS)
NEEDED = ("submission", "reply")
YES_OR_NO = {"yes": True, "true": True, "1": True, "oui": True, "vrai": True,
             "no": False, "false": False, "0": False, "non": False, "faux": False}  # fmt: skip
NUMBERS = frozenset({"complaints", "csat", "effort", "nps"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the sheet."""

    line: int
    about: About
    id: str
    body: OutcomeBody | ReplyOutcomeBody


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row: the outcome and whether it said anything new, or why it was refused."""

    row: Row
    outcome: Outcome | None
    new: bool = False
    refused: Message | None = None


def read_outcomes(content: bytes, zone: str | None = None) -> list[Row]:
    """The rows of a CSV file with a header of COLUMNS (`submission` or `reply` at least). `zone` (an IANA name) holds
    for times without one. Raises BadTable, so that all of a file is taken or nothing."""
    return read_sheet(content, COLUMNS, NEEDED, lambda line, cells: _row(line, cells, zone))


def take(outcomes: Outcomes, rows: Iterable[Row], person: Person) -> Iterator[Taken]:
    """Reports them one by one. A row about something that the gate does not know, or that never went out, is refused
    and the others are taken; a row that says nothing new changes nothing."""
    for row in rows:
        known = outcomes.version(row.id)
        try:
            made = _report(outcomes, row, person)
        except GateError as error:
            yield Taken(row, None, refused=error.message)
        else:
            yield Taken(row, made, made.version != known)


def _report(outcomes: Outcomes, row: Row, person: Person) -> Outcome:
    readings = row.body.readings()
    if isinstance(row.body, OutcomeBody):
        return outcomes.of_submission(row.id, readings, person, row.body.published_at)
    return outcomes.of_reply(row.id, readings, person, row.body.bot)


def _row(line: int, given: dict[str, str], zone: str | None) -> Row:
    cells: dict[str, object] = {
        name: value if name == "note" else _value(name, value.strip()) for name, value in given.items()
    }
    submission, reply = cells.pop("submission", None), cells.pop("reply", None)
    if (submission is None) == (reply is None):
        message = Message(
            "Name a submission or a reply: one of the two.", "Indiquez une soumission ou une réponse : l'une des deux."
        )
        raise Problem.invalid([FieldError("/submission", message)])
    if "published_at" in cells:
        cells["published_at"] = with_zone(str(cells["published_at"]), zone)
    if submission is not None:
        return Row(line, About.SUBMISSION, str(submission), parse_as(OutcomeBody, cells))
    return Row(line, About.REPLY, str(reply), parse_as(ReplyOutcomeBody, cells))


def _value(name: str, text: str) -> object:
    """A cell as the API takes it; one that is none is left for the check to name."""
    if name == "deleted":
        return YES_OR_NO.get(text.casefold(), text)
    if name in NUMBERS:
        try:
            return float(text.replace(",", "."))  # a French spreadsheet writes 4,5
        except ValueError:
            return text
    return text
