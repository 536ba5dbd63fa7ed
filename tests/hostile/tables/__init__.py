"""Hostile texts by kind, each once: `HOSTILE[kind]` are the texts."""

from __future__ import annotations

from tests.hostile.tables.commands import COMMANDS
from tests.hostile.tables.markup import MARKUP
from tests.hostile.tables.messages import MESSAGES
from tests.hostile.tables.values import VALUES
from tests.hostile.tables.writing import WRITING

HOSTILE: dict[str, tuple[str, ...]] = {**MARKUP, **COMMANDS, **VALUES, **MESSAGES, **WRITING}
