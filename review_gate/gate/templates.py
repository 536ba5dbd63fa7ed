"""Templates: approved by a lead, found in replies, retired."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from review_gate.domain.change import Change, Event
from review_gate.domain.draft import Draft
from review_gate.domain.errors import NotFound, NotPermitted
from review_gate.domain.lifecycle import LEADING
from review_gate.domain.message import Message
from review_gate.domain.submission import Person
from review_gate.domain.template import Filled, Template, check, find
from review_gate.ports import Clock, NewId, Store


class ApprovedTemplates:
    """Approving and retiring is for leads and goes into the audit log."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def all(self) -> tuple[Template, ...]:
        return tuple(self._store.templates())

    def find(self, draft: Draft, now: datetime) -> Filled | None:
        """The approved template that `draft` is; None for none."""
        return find(self._store.templates(), draft, now)

    def approve(self, template: Template, person: Person) -> Template:
        """From now on a reply that is this text with its slots filled goes out without a second review.

        Raises NotPermitted for anybody but a lead, and for what cannot be a template.
        """
        self._require_lead(person)
        approved = check(replace(template, approved_by=person.id, approved_at=self._clock()))
        self._store.put_template(approved)
        self._tell("template.approved", person, {"name": approved.name, "text": approved.text})
        return approved

    def retire(self, name: str, person: Person) -> None:
        """Raises NotPermitted for anybody but a lead, NotFound."""
        self._require_lead(person)
        if not self._store.drop_template(name):
            known = ", ".join(template.name for template in self.all()) or "-"
            raise NotFound(
                Message(
                    f"There is no template '{name}'. Known: {known}.",
                    f"Il n'y a pas de modèle « {name} ». Connus : {known}.",
                )
            )
        self._tell("template.retired", person, {"name": name})

    def _tell(self, kind: str, person: Person, data: dict[str, str]) -> None:
        event = Event(self._new_id(), self._clock(), kind, person.id, None, data)
        self._store.commit(Change(events=(event,)))

    @staticmethod
    def _require_lead(person: Person) -> None:
        if not person.roles & LEADING:
            raise NotPermitted(
                Message("Only a lead approves or retires templates.",
                        "Seul un responsable approuve ou retire un modèle.")
            )  # fmt: skip
