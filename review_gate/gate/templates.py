"""Templates: approved by a lead, found in replies, retired."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from review_gate.domain.breaker import GATE
from review_gate.domain.change import Change, Event
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.errors import NotFound, NotPermitted, Stale
from review_gate.domain.message import Message
from review_gate.domain.permits import LEADING
from review_gate.domain.submission import Person
from review_gate.domain.template import Filled, Template, check, find
from review_gate.ports import Clock, NewId, Store

NEVER = datetime.min.replace(tzinfo=UTC)


class ApprovedTemplates:
    """Approving and retiring is for leads and goes into the audit log."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def all(self) -> tuple[Template, ...]:
        return tuple(self._store.templates())

    def find(self, draft: Draft, now: datetime, among: Iterable[Template] | None = None) -> Filled | None:
        """The approved template that `draft` is, `among` all there are where somebody has read them; None for none."""
        if draft.kind is not Kind.REPLY:
            return None
        return find(self._store.templates() if among is None else among, draft, now)

    def approve(self, template: Template, person: Person) -> Template:
        """From now on a reply that is this text with its slots filled goes out without a second review.

        Raises NotPermitted for anybody but a lead, and for what cannot be a template.
        """
        self._require_lead(person)
        self._require_ours(template.name)
        approved = check(replace(template, approved_by=person.id, approved_at=self._clock()))
        event = self._event("template.approved", person.id, {"name": approved.name, "text": approved.text})
        self._store.commit(Change(approves=approved, events=(event,)))
        return approved

    def retire(self, name: str, person: Person) -> None:
        """Raises NotPermitted for anybody but a lead, NotFound."""
        self._require_lead(person)
        self._require_ours(name)
        try:
            self._retire(name, person.id, {"name": name})
        except Stale as gone:
            known = ", ".join(template.name for template in self.all()) or "-"
            told = Message(f"{gone.message.en} Known: {known}.", f"{gone.message.fr} Connus : {known}.")
            raise NotFound(told) from gone

    def follow(self, wanted: Iterable[Template]) -> int:
        """Makes the templates that come from files be `wanted` (checked already): new and changed ones are approved as
        they stand there, what is no longer there is retired. A file wins over a template of the same name that was
        approved elsewhere. Answers how many changed."""
        there = {template.name: replace(template, uses=0) for template in self.all()}
        there = {name: replace(found, approved_at=NEVER) if found.source else found for name, found in there.items()}
        changed = 0
        names = set()
        for template in wanted:
            names.add(template.name)
            if there.get(template.name) == replace(template, approved_at=NEVER):
                continue
            data = {"name": template.name, "text": template.text, "source": template.source or ""}
            event = self._event("template.approved", template.approved_by, data)
            approved = replace(template, approved_at=self._clock())
            self._store.commit(Change(approves=approved, events=(event,)))
            changed += 1
        for name, found in there.items():
            if found.source and name not in names:
                with suppress(Stale):  # another process that follows the files was faster
                    self._retire(name, GATE, {"name": name, "source": found.source})
                    changed += 1
        return changed

    def _require_ours(self, name: str) -> None:
        source = next((one.source for one in self.all() if one.name == name and one.source), None)
        if source:
            raise NotPermitted(
                Message(
                    f"'{name}' stands in the file {source}: change it there.",
                    f"« {name} » se trouve dans le fichier {source} : modifiez-le là.",
                )
            )

    def _retire(self, name: str, by: str, data: dict[str, str]) -> None:
        """Raises Stale when there is none of that name."""
        self._store.commit(Change(retires=name, events=(self._event("template.retired", by, data),)))

    def _event(self, kind: str, by: str, data: dict[str, str]) -> Event:
        return Event(self._new_id(), self._clock(), kind, by, None, data)

    @staticmethod
    def _require_lead(person: Person) -> None:
        if not person.roles & LEADING:
            raise NotPermitted(
                Message("Only a lead approves or retires templates.",
                        "Seul un responsable approuve ou retire un modèle.")
            )  # fmt: skip
