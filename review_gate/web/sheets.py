"""Sheets: CSV with a header, rows checked one by one, all mistakes told at once; and cells that are safe to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from review_gate.domain.message import Message, in_line
from review_gate.web.problems import Problem

Made = TypeVar("Made")
Make = Callable[[int, dict[str, str]], Made]


class BadTable(Exception):
    """A table that cannot be read: every line that is wrong, with what to do about it."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(message.en for message in self.messages))


def read_sheet(content: bytes, columns: Collection[str], needed: Sequence[str], make: Make[Made]) -> list[Made]:
    """What `make` makes of each row that is not blank: it is given the line and the cells that are not, by column.

    The first line names the columns, of `columns`, one of `needed` at least; commas, semicolons or tabs. `make` raises
    Problem for a row that cannot be. Raises BadTable, so that all of a file is taken or nothing.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTable(
            [
                Message(
                    f"The file is not UTF-8 (byte {error.start}): save it as 'CSV UTF-8'.",
                    f"Le fichier n'est pas en UTF-8 (octet {error.start}) : enregistrez-le en « CSV UTF-8 ».",
                )
            ]
        ) from None
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[Made] = []
    wrong: list[Message] = []
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check_header(names, columns, needed)
        for row in reader:
            line = reader.line_num
            if any(cell.strip() for cell in row):
                try:
                    found.append(make(line, _cells(names, row)))
                except Problem as problem:
                    wrong.append(in_line(line, problem.message))
    except csv.Error as error:
        broken = Message(f"{error}.", "Le CSV est mal formé ici : vérifiez les guillemets et les séparateurs.")
        wrong.append(in_line(reader.line_num, broken))
    if wrong:
        raise BadTable(wrong)
    return found


def with_zone(value: str, zone: str | None) -> str:
    """A time without a zone in `zone` (an IANA name); anything else as it is: the body's check says what is wrong."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if moment.tzinfo or zone is None else moment.replace(tzinfo=ZoneInfo(zone)).isoformat()


def _check_header(names: list[str], columns: Collection[str], needed: Sequence[str]) -> None:
    unknown = [name for name in names if name not in columns]
    twice = [name for name in names if names.count(name) > 1]
    if unknown or twice or not set(needed) & set(names):
        odd = ", ".join(dict.fromkeys(unknown or twice)) or "-"
        en, fr = " or ".join(f"'{name}'" for name in needed), " ou ".join(f"« {name} »" for name in needed)
        raise BadTable(
            [
                Message(
                    f"The first line must name the columns, {en} at least, each once. Not known: {odd}."
                    f" Known: {', '.join(columns)}.",
                    f"La première ligne doit nommer les colonnes, au moins {fr}, une fois chacune. Inconnues :"
                    f" {odd}. Connues : {', '.join(columns)}.",
                )
            ]
        )


def _cells(names: list[str], row: list[str]) -> dict[str, str]:
    if len(row) > len(names):
        message = Message(
            "There are more cells than columns: put texts with separators into double quotes.",
            "Il y a plus de cellules que de colonnes : mettez entre guillemets les textes avec séparateurs.",
        )
        raise Problem(422, "invalid-field", message)
    return {name: cell for name, cell in zip(names, row, strict=False) if cell.strip()}


def inert(cell: object) -> object:
    """The cell; with an apostrophe in front where a spreadsheet might run it as a formula. Some pass over blanks before
    the sign, and some over a tab or line break that comes first."""
    if isinstance(cell, str) and (cell.lstrip()[:1] in {"=", "+", "-", "@"} or cell[:1] in {"\t", "\r", "\n"}):
        return f"'{cell}"
    return cell
