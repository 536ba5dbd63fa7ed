"""What must hold of every submission at any moment, whatever was killed or broke. Pure: reads, writes nothing.

- accounted for: each version has its event, the record's columns say what its body says, and it has its card;
- one decision each: the decisions and their events are the same ones, and a revision is decided once;
- no release without a decision: what is approved, and what a publisher was told is approved, has enough approvals of
  exactly this text;
- told: each end of a submission's wait left one webhook delivery, under one id.

That every event is chained, and that the database's pages are whole, is asked of the store (audit verify).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from review_gate.domain.change import Delivery, DeliveryKind, Event
from review_gate.domain.message import Message
from review_gate.domain.outgoing import APPROVED
from review_gate.domain.signoff import missing
from review_gate.domain.submission import Answer, Decision, State, Submission
from review_gate.operation_ports import Record

DECIDED = {f"submission.{answer.value}": answer for answer in Answer}
CLOSED = {"submission.withdrawn", "submission.expired"}


@dataclass(frozen=True, slots=True)
class Breach:
    """What does not hold, of which submission."""

    submission_id: str
    message: Message


def breaches(records: Iterable[Record]) -> Iterator[Breach]:
    """Everything that does not hold, in the order of `records`."""
    for record in records:
        for message in _of_one(record):
            yield Breach(record.id, message)


def _of_one(record: Record) -> Iterator[Message]:
    submission = record.submission
    if submission is None:
        yield Message("Its record cannot be read.", "Son enregistrement est illisible.")
        return
    if (submission.version, submission.state.value, submission.id) != (record.version, record.state, record.id):
        yield Message(
            f"Lists say version {record.version}, {record.state}; the record says version {submission.version}, "
            f"{submission.state.value}.",
            f"Les listes indiquent version {record.version}, {record.state} ; l'enregistrement, version "
            f"{submission.version}, {submission.state.value}.",
        )
    deliveries = [kept.delivery for kept in record.deliveries if kept.delivery is not None]
    if len(deliveries) != len(record.deliveries):
        yield Message("A delivery cannot be read.", "Un envoi est illisible.")
    yield from _accounted(submission, record.events, deliveries)
    yield from _decided_once(submission, record.events)
    yield from _released(submission, deliveries)
    if submission.drill is None:
        yield from _told(submission, record.events, deliveries)
    elif submission.state is State.APPROVED or any(one.kind is DeliveryKind.WEBHOOK for one in deliveries):
        yield Message("A drill was to be published.", "Un exercice allait être publié.")


def _accounted(submission: Submission, events: tuple[Event, ...], deliveries: list[Delivery]) -> Iterator[Message]:
    written = {event.data["version"] for event in events if "version" in event.data}
    missing = sorted(set(range(1, submission.version + 1)) - written)
    if missing:
        yield Message(f"No event tells of version {missing[0]}.", f"Aucun événement pour la version {missing[0]}.")
    ahead = sorted(written - set(range(1, submission.version + 1)))
    if ahead:
        yield Message(f"An event tells of version {ahead[0]}, which the record has not.",
                      f"Un événement parle de la version {ahead[0]}, absente de l'enregistrement.")  # fmt: skip
    if not events or events[0].kind != "submission.held":
        yield Message("Its first event is not that it was held.", "Son premier événement n'est pas sa mise en attente.")
    if not any(delivery.kind is DeliveryKind.CARD for delivery in deliveries):
        yield Message("No card was ever to be posted.", "Aucune carte n'était prévue.")


def _decided_once(submission: Submission, events: tuple[Event, ...]) -> Iterator[Message]:
    in_log = Counter((str(e.data.get("decision")), DECIDED[e.kind]) for e in events if e.kind in DECIDED)
    in_record = Counter((decision.id, decision.answer) for decision in submission.decisions)
    if in_log != in_record:
        yield Message("Its decisions are not those that the log tells of.",
                      "Ses décisions ne sont pas celles du journal.")  # fmt: skip
    for revision, decisions in _by_revision(submission).items():
        closing = [decision for decision in decisions if decision.answer is not Answer.APPROVE]
        by = Counter(decision.by for decision in decisions if decision.answer is Answer.APPROVE)
        if len(closing) > 1 or any(times > 1 for times in by.values()):
            yield Message(f"Revision {revision} was decided more than once.",
                          f"La révision {revision} a reçu plus d'une décision.")  # fmt: skip


def _by_revision(submission: Submission) -> dict[int, list[Decision]]:
    found: dict[int, list[Decision]] = {}
    for decision in submission.decisions:
        found.setdefault(decision.revision, []).append(decision)
    return found


def _released(submission: Submission, deliveries: list[Delivery]) -> Iterator[Message]:
    if submission.state is State.APPROVED:
        asked = bool(submission.sign_off) and bool(missing(submission))
        if asked or len(submission.approvals) < submission.approvals_needed:
            yield Message("It is approved without enough approvals.", "Approuvée sans assez d'approbations.")
        whole = submission.erased_at is None
        if whole and any(approval.text_sha256 != submission.text_sha256 for approval in submission.approvals):
            yield Message("What is approved is not the text that was looked at.",
                          "Le texte approuvé n'est pas celui qui a été relu.")  # fmt: skip
    approved = {decision.id: decision for decision in submission.decisions if decision.answer is Answer.APPROVE}
    for delivery in deliveries:
        if delivery.payload.get("type") != APPROVED:
            continue
        told = delivery.payload["data"]
        decision = approved.get(str((told["decision"] or {}).get("id")))
        if decision is None or (decision.revision, decision.text_sha256) != (told["revision"], told["text_sha256"]):
            yield Message("A publisher is told of an approval that nobody gave.",
                          "Une approbation que personne n'a donnée est annoncée à l'éditeur.")  # fmt: skip


def _told(submission: Submission, events: tuple[Event, ...], deliveries: list[Delivery]) -> Iterator[Message]:
    due = (
        set()
        if submission.drill is not None
        else {  # a drill is made up: nobody is told
            event.data["version"]
            for event in events
            if event.kind in CLOSED or (event.kind in DECIDED and event.data["state"] != State.HELD.value)
        }
    )
    told = Counter(d.payload["data"]["version"] for d in deliveries if d.kind is DeliveryKind.WEBHOOK)
    for version in sorted(due - told.keys()):
        yield Message(f"No webhook tells of version {version}.", f"Aucun webhook n'annonce la version {version}.")
    for version in sorted(version for version, times in told.items() if times > 1):
        yield Message(f"Two webhooks tell of version {version}.", f"Deux webhooks annoncent la version {version}.")
