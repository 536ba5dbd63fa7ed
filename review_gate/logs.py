"""What goes into the log: one line an event, as text or as JSON, with the request's id. Never a draft, never a secret.

An exception's own text may quote what it choked on, so a line names its type and its places in the code only.
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO
from uuid import uuid4

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered here; None outside of one."""

REQUESTS = logging.getLogger("review_gate.requests")
"""One line for each answer: written in JSON mode; as text only what failed."""

SANE = re.compile(r"[A-Za-z0-9._:-]{1,128}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def request_id(offered: str | None) -> str:
    """The id to use for a request: the caller's where it is 1 to 128 harmless characters, else a new one."""
    return offered if offered is not None and SANE.fullmatch(offered) else uuid4().hex


def set_up(form: Literal["text", "json"], stream: TextIO | None = None) -> None:
    """Sends this process's log to `stream` (standard error) in that form."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("httpx", "werkzeug"):  # these would write whole addresses, with what stands in their queries
        logging.getLogger(chatty).setLevel(logging.WARNING)
    REQUESTS.setLevel(logging.INFO if form == "json" else logging.ERROR)


class TextLines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {record.getMessage()}"
        identity = REQUEST_ID.get()
        if identity is not None:
            line += f" [{identity}]"
        if record.exc_info and record.exc_info[1] is not None:
            line += " " + " <- ".join(places(record.exc_info[1]))
        return one_line(line)


class JsonLines(logging.Formatter):
    """`at`, `level`, `logger`, `message`; `request_id` inside a request; what a call gave as `extra={"fields": …}`;
    `error` with the places of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        identity = REQUEST_ID.get()
        if identity is not None:
            told["request_id"] = identity
        told.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = places(record.exc_info[1])
        return json.dumps(told, default=str)


def places(error: BaseException, most: int = 12) -> list[str]:
    """The exception, innermost place first, then what it came from: types and places, not their texts."""
    told: list[str] = []
    now: BaseException | None = error
    while now is not None and len(told) < most:
        told.append(type(now).__name__ + _harmless(now))
        frames = traceback.extract_tb(now.__traceback__)
        told += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
        now = now.__cause__ or now.__context__
    return told[:most]


def _harmless(error: BaseException) -> str:
    """What the system itself says (a full disk, a locked file): it knows nothing of the data."""
    if isinstance(error, sqlite3.OperationalError):
        return f" ({error})"
    if isinstance(error, OSError) and error.strerror:
        return f" ({error.strerror})"
    return ""


def one_line(text: str) -> str:
    """`text` with its control characters escaped: what came from outside cannot begin a line of its own."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
