"""Real time and real ids."""

from __future__ import annotations

from datetime import UTC, datetime

import uuid_utils


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def uuid7() -> str:
    """A fresh UUIDv7: it starts with the time, so that later ids sort after earlier ones."""
    return str(uuid_utils.uuid7())
