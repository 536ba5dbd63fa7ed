"""Approved templates in portable SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from pydantic import TypeAdapter

from review_gate.adapters.stores.database import Database, Session, stamp
from review_gate.domain.template import Template

_template: TypeAdapter[Template] = TypeAdapter(Template)


class SqlTemplates:
    _database: Database

    def templates(self) -> Sequence[Template]:
        with self._database.read() as session:
            rows = session.execute("SELECT body, uses FROM templates ORDER BY name").fetchall()
        return [read_template(*row) for row in rows]

    def put_template(self, template: Template) -> None:
        body = _template.dump_json(template).decode()
        with self._database.write() as session:
            session.execute(
                "INSERT INTO templates (name, body, uses) VALUES (?, ?, 0)"
                " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                (template.name, body),
            )

    def drop_template(self, name: str) -> bool:
        with self._database.write() as session:
            return session.execute("DELETE FROM templates WHERE name = ?", (name,)).rowcount == 1


@lru_cache(maxsize=1024)  # each check of a reply reads them all
def read_template(body: str, uses: int) -> Template:
    return replace(_template.validate_json(body), uses=uses)


def count_use(session: Session, name: str, at: datetime) -> None:
    session.execute("UPDATE templates SET uses = uses + 1, last_used_at = ? WHERE name = ?", (stamp(at), name))
