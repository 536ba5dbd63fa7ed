"""Approved templates in portable SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from pydantic import TypeAdapter

from review_gate.adapters.stores.database import Database, Session, stamp
from review_gate.domain.errors import Stale
from review_gate.domain.message import Message
from review_gate.domain.template import Template

_template: TypeAdapter[Template] = TypeAdapter(Template)


class SqlTemplates:
    _database: Database

    def templates(self) -> Sequence[Template]:
        with self._database.read() as session:
            rows = session.execute("SELECT body, uses FROM templates ORDER BY name").fetchall()
        return [read_template(*row) for row in rows]


@lru_cache(maxsize=1024)  # each check of a reply reads them all
def read_template(body: str, uses: int) -> Template:
    return replace(_template.validate_json(body), uses=uses)


def put_template(session: Session, template: Template) -> None:
    session.execute(
        "INSERT INTO templates (name, body, uses) VALUES (?, ?, 0)"
        " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
        (template.name, _template.dump_json(template).decode()),
    )


def drop_template(session: Session, name: str) -> None:
    """Raises Stale when there is none."""
    if session.execute("DELETE FROM templates WHERE name = ?", (name,)).rowcount != 1:
        raise Stale(Message(f"There is no template '{name}'.", f"Il n'y a pas de modèle « {name} »."))


def count_use(session: Session, name: str, at: datetime) -> None:
    session.execute("UPDATE templates SET uses = uses + 1, last_used_at = ? WHERE name = ?", (stamp(at), name))
