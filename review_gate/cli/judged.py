"""Drafts with what reviewers decided about them, from the database or from JSON Lines: what rules are held against."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from review_gate.adapters.clock import utc_now
from review_gate.adapters.stores import open_store
from review_gate.domain.context import MARKET_LANGUAGES, Context
from review_gate.domain.message import Message, in_line, why
from review_gate.domain.submission import Answer
from review_gate.insight.replays import from_store
from review_gate.rulebook.replay import Judged
from review_gate.web.bodies import parse_draft, parse_json
from review_gate.web.problems import Problem


class BadLine(ValueError):
    """A line that is no judged draft, a file that cannot be read, or a time that is none; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


def judged(file: Path | None, database: str, since: str) -> list[Judged]:
    """All drafts since then: those of `file`, else the database's. Raises BadLine."""
    start = moment_since(since, utc_now())
    if file is not None:
        try:
            return list(from_lines(file.read_bytes()))
        except OSError as error:
            raise BadLine(Message(f"{file}: {why(error).en}", f"{file} : {why(error).fr}")) from None
    store = open_store(database)
    try:
        return list(from_store(store, start))
    finally:
        store.close()


def moment_since(text: str, now: datetime) -> datetime:
    """`30d`, `12h` or a date, as a moment. Raises BadLine."""
    match = re.fullmatch(r"(\d{1,4})([dh])", text)
    if match:
        return now - (timedelta(days=int(match[1])) if match[2] == "d" else timedelta(hours=int(match[1])))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = Message(
            f"'{text}' is no time: write 30d, 12h or a date such as 2026-10-01",
            f"« {text} » n'est pas un moment : écrivez 30d (jours), 12h ou une date comme 2026-10-01",
        )
        raise BadLine(message) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def from_lines(data: bytes) -> Iterator[Judged]:
    """Drafts as the `check` command takes them, each with `decision` (approve, request_changes, reject) and, if
    wanted, `id` and `at` (when it came in). Raises BadLine."""
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            yield _line(number, line)


def _line(number: int, line: bytes) -> Judged:
    try:
        value = parse_json(line.removeprefix(b"\xef\xbb\xbf"))
        own = (
            {key: value.pop(key) for key in ("decision", "id", "at") if key in value} if isinstance(value, dict) else {}
        )
        draft = parse_draft(value).draft()
        answer = Answer(own["decision"]) if own.get("decision") else None
        at = datetime.fromisoformat(own["at"]) if own.get("at") else draft.planned_at or utc_now()
    except Problem as problem:
        raise BadLine(in_line(number, problem.message)) from None
    except (ValueError, TypeError):
        known = ", ".join(answer.value for answer in Answer)
        what = Message(
            f"'decision' must be one of {known}, 'at' a date and time",
            f"« decision » doit être l'un de {known}, « at » une date et une heure",
        )
        raise BadLine(in_line(number, what)) from None
    languages = (draft.lang,) if draft.lang else MARKET_LANGUAGES.get(draft.market or "", ())
    context = Context(now=at if at.tzinfo else at.replace(tzinfo=UTC), lang=draft.lang, languages=languages)
    return Judged(str(own.get("id") or f"l. {number}"), draft, context, answer)
