"""Incidents: opened about something that went out, described, worked off, closed. Each step is in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from review_gate.domain.change import Change, Event
from review_gate.domain.errors import NotFound, NotPermitted, Stale
from review_gate.domain.incident import Incident, IncidentState, Task, Taught
from review_gate.domain.message import Message
from review_gate.domain.outcome import About
from review_gate.domain.permits import REVIEWING
from review_gate.domain.submission import Person, Role
from review_gate.domain.verdict import Action
from review_gate.gate.again import again
from review_gate.gate.outcomes import last_approval
from review_gate.ports import Clock, NewId, Store

LOOKING = REVIEWING | {Role.RULE_OWNER}
"""Who may open incidents and work on them."""
MAX_TITLE, MAX_CAUSES, MAX_TASK, MOST_TASKS = 200, 10_000, 500, 100


class Incidents:
    """Each method commits one Change. All raise NotPermitted for people without a role in LOOKING, NotFound, and those
    that take a `version` Stale when the incident is no longer the one that was seen."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def get(self, id_: str) -> Incident:
        """Raises NotFound."""
        found = self._store.incident(id_)
        if found is None:
            raise NotFound(Message(f"There is no incident '{id_}'.", f"Il n'y a pas d'incident « {id_} »."))
        return found

    def open(self, about: About, subject: str, title: str, person: Person) -> Incident:
        """The incident about something that went out: a fresh one, or the one that is there already.

        Raises NotPermitted for a submission that nobody approved, or a reply that was held.
        """
        _require(person)
        known = self._store.incident_about(subject)
        if known is not None:
            return known
        text, bot = self._submission(subject) if about is About.SUBMISSION else self._reply(subject)
        now = self._clock()
        made = Incident(
            self._new_id(), 1, about, subject, title.strip()[:MAX_TITLE] or text[:60], text, IncidentState.OPEN,
            person.display_name, now, bot=bot,
        )  # fmt: skip
        try:
            self._write(made, "incident.opened", person, {"title": made.title})
        except Stale:  # somebody opened it at the same moment
            known = self._store.incident_about(subject)
            if known is None:
                raise
            return known
        return made

    def describe(self, id_: str, version: int, title: str, causes: str, person: Person) -> Incident:
        """What it is called, and why it happened."""

        def change(incident: Incident) -> Incident:
            named = title.strip()[:MAX_TITLE] or incident.title
            return replace(incident, title=named, causes=causes.strip()[:MAX_CAUSES])

        return self._step(id_, version, person, "incident.described", change, {"title": title, "causes": causes})

    def add_task(self, id_: str, version: int, what: str, owner: str, due: date | None, person: Person) -> Incident:
        """Something that somebody does about it by a day. Raises NotPermitted without words or an owner."""
        what, owner = what.strip()[:MAX_TASK], owner.strip()[:MAX_TITLE]
        if not what or not owner:
            raise NotPermitted(
                Message(
                    "Say what is to be done and who does it: nothing was written.",
                    "Dites ce qui est à faire et qui s'en charge : rien n'a été enregistré.",
                )
            )
        task = Task(self._new_id(), what, owner, due)

        def change(incident: Incident) -> Incident:
            if len(incident.tasks) >= MOST_TASKS:
                raise NotPermitted(
                    Message(f"{MOST_TASKS} actions are enough.", f"{MOST_TASKS} actions suffisent.")
                )  # fmt: skip
            return replace(incident, tasks=(*incident.tasks, task))

        told = {"task": what, "owner": owner, "due": due.isoformat() if due else None}
        return self._step(id_, version, person, "incident.task_added", change, told)

    def finish_task(self, id_: str, version: int, task_id: str, done: bool, person: Person) -> Incident:
        """Done, or after all not."""
        at, by = (self._clock(), person.display_name) if done else (None, "")

        def change(incident: Incident) -> Incident:
            if task_id not in {task.id for task in incident.tasks}:
                raise NotFound(Message("There is no such action here.", "Il n'y a pas de telle action ici."))
            tasks = tuple(
                replace(task, done_at=at, done_by=by) if task.id == task_id else task for task in incident.tasks
            )
            return replace(incident, tasks=tasks)

        kind = "incident.task_done" if done else "incident.task_undone"
        return self._step(id_, version, person, kind, change, {"task": task_id})

    def close(self, id_: str, version: int, person: Person) -> Incident:
        """Nothing is left to do. Raises NotPermitted while an action is not done, or without causes."""
        now = self._clock()

        def change(incident: Incident) -> Incident:
            if incident.undone or not incident.causes:
                raise NotPermitted(
                    Message(
                        "An incident is closed once its causes are written down and every action is done.",
                        "On clôt un incident quand ses causes sont écrites et toutes ses actions faites.",
                    )
                )
            return replace(incident, state=IncidentState.CLOSED, closed_at=now)

        return self._step(id_, version, person, "incident.closed", change, {})

    def reopen(self, id_: str, version: int, person: Person) -> Incident:
        """It goes on."""
        return self._step(
            id_, version, person, "incident.reopened",
            lambda incident: replace(incident, state=IncidentState.OPEN, closed_at=None), {},
        )  # fmt: skip

    def taught(self, id_: str, rule: str, pack: str, pack_version: int, person: Person) -> Incident:
        """The text is now an example in a pack: noted, whatever else is written to the incident meanwhile."""
        one = Taught(rule, pack, pack_version, person.display_name, self._clock())
        told = {"rule": rule, "pack": pack, "pack_version": pack_version}

        def change(incident: Incident) -> Incident:
            return replace(incident, taught=(*incident.taught, one))

        return again(lambda: self._step(id_, self.get(id_).version, person, "incident.example_added", change, told))

    def _step(
        self,
        id_: str,
        version: int,
        person: Person,
        kind: str,
        change: Callable[[Incident], Incident],
        told: dict[str, Any],
    ) -> Incident:
        _require(person)
        incident = self.get(id_)
        after = replace(change(incident), version=version + 1)
        self._write(after, kind, person, told)
        return after

    def _write(self, incident: Incident, kind: str, person: Person, told: dict[str, Any]) -> None:
        subject = incident.subject if incident.about is About.SUBMISSION else None
        data = {"incident": incident.id, "subject": incident.subject, "by_name": person.display_name, **told}
        event = Event(self._new_id(), self._clock(), kind, person.id, subject, data)
        self._store.commit(Change(incident=incident, events=(event,)))

    def _submission(self, submission_id: str) -> tuple[str, str | None]:
        submission = self._store.submission(submission_id)
        if submission is None:
            raise NotFound(
                Message(
                    f"There is no submission '{submission_id}'.", f"La soumission « {submission_id} » n'existe pas."
                )
            )
        if last_approval(submission) is None:
            raise NotPermitted(
                Message(
                    "Nobody approved this, so it cannot have gone out: there is no incident.",
                    "Personne ne l'a approuvé : rien n'est parti, il n'y a pas d'incident.",
                )
            )
        return submission.draft.text, submission.draft.bot

    def _reply(self, reply_id: str) -> tuple[str, str | None]:
        outcome = self._store.outcome(reply_id)
        if outcome is not None and outcome.circumstances.text:
            return outcome.circumstances.text, outcome.circumstances.bot
        found = self._store.replies_by_id([reply_id])
        if not found or found[0].action is not Action.ALLOW:
            raise NotFound(
                Message(
                    f"The gate does not remember a reply '{reply_id}' that went out.",
                    f"Le portail n'a pas gardé de réponse « {reply_id} » qui soit partie.",
                )
            )
        return found[0].text, found[0].bot


def _require(person: Person) -> None:
    if not person.roles & LOOKING:
        raise NotPermitted(
            Message(
                "Incidents are for reviewers, leads and rule owners.",
                "Les incidents sont l'affaire de la relecture, des responsables et de la gestion des règles.",
            )
        )
