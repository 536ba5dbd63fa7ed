"""The checker of what must always hold: silent about a store that only the gate wrote to, loud about any other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.domain import lifecycle
from review_gate.domain.change import Delivery, DeliveryKind, Idempotency, Moment
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer
from review_gate.insight.invariants import breaches
from tests.builders import ANNE, LEA, NOW, RENE, SOFIA, Ids, moment, verdict
from tests.stores.test_commands import call, no_settings

__all__ = ["no_settings"]
Open = Callable[[str], SqlStore]

IDS = Ids("x")


def lived(store: SqlStore) -> str:
    """A submission that went through much: sent back, revised, claimed, approved by two, revised, approved again."""

    def at(minutes: int) -> Moment:
        return Moment(NOW + timedelta(minutes=minutes), IDS)

    change = lifecycle.open_submission(IDS(), Draft("Hello"), verdict(), "anne", at(0), approvals_needed=2)
    answer = Idempotency(
        "submit:anne", IDS(), "ab", 202, {"id": change.submission and change.submission.id, "state": "held"}, NOW
    )
    store.commit(replace(change, idempotency=answer))
    seen = change.submission
    assert seen is not None
    steps: list[Callable[[lifecycle.Submission], lifecycle.Change]] = [
        lambda s: lifecycle.decide(s, Answer.REQUEST_CHANGES, RENE, at(1), "Shorter"),
        lambda s: lifecycle.revise(s, Draft("Hi"), verdict("Hi"), ANNE, at(2), 2),
        lambda s: lifecycle.claim(s, SOFIA, at(3), 15),
        lambda s: lifecycle.decide(s, Answer.APPROVE, SOFIA, at(4)),
        lambda s: lifecycle.decide(s, Answer.APPROVE, LEA, at(5)),
        lambda s: lifecycle.revise(s, Draft("Hey"), verdict("Hey"), ANNE, at(6), 1),
        lambda s: lifecycle.decide(s, Answer.APPROVE, RENE, at(7)),
    ]
    for step in steps:
        change = step(seen)
        store.commit(change)
        assert change.submission is not None
        seen = change.submission
    return seen.id


def found(store: SqlStore) -> str:
    told = [breach.message.en for breach in breaches(store.records())]
    return " ".join([*told, *(f"stray in {stray.table}" for stray in store.strays())])


def test_silent_about_what_the_gate_wrote(store: SqlStore) -> None:
    for _ in range(3):
        lived(store)
    other = lifecycle.open_submission(IDS(), Draft("Bye"), verdict(), "anne", moment(prefix=IDS()))
    store.commit(other)
    assert other.submission is not None
    store.commit(lifecycle.withdraw(other.submission, ANNE, moment(prefix=IDS())))
    assert found(store) == ""
    assert len(list(store.records())) == 4
    assert len(list(store.records(3))) == 3
    assert list(store.damage()) == []


def test_pages_end_where_they_should(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review_gate.adapters.stores.records.PAGE", 2)
    ids = {lived(store) for _ in range(4)}
    assert {record.id for record in store.records()} == ids
    assert len(list(store.records(3))) == 3


TAMPERED = [
    ("UPDATE submissions SET version = version + 1", "Lists say version 9"),
    ("UPDATE submissions SET state = 'held'", "Lists say"),
    ("UPDATE submissions SET body = '{}'", "cannot be read"),
    ("DELETE FROM events WHERE kind = 'submission.claimed'", "No event tells of version 4"),
    ("DELETE FROM events WHERE kind = 'submission.held'", "first event"),
    ("DELETE FROM events WHERE kind = 'submission.request_changes'", "not those that the log tells of"),
    ("DELETE FROM deliveries WHERE kind = 'card'", "No card"),
    ("DELETE FROM deliveries WHERE kind = 'webhook'", "No webhook tells of version 2"),
    ("UPDATE deliveries SET payload = '{' WHERE kind = 'card'", "A delivery cannot be read"),
    ("UPDATE deliveries SET submission_id = 'nobody'", "stray in deliveries"),
    ("DELETE FROM submissions", "stray in events"),
    ("DELETE FROM submissions", "stray in idempotency"),
]


@pytest.mark.parametrize(("statement", "told"), TAMPERED)
def test_loud_about_what_it_did_not(store: SqlStore, statement: str, told: str) -> None:
    lived(store)
    with store.database.write() as session:
        session.execute(statement)
    assert told in found(store)


def test_loud_about_a_release_without_a_decision(store: SqlStore) -> None:
    id_ = lived(store)
    with store.database.write() as session:
        (body,) = session.execute("SELECT body FROM submissions WHERE id = ?", (id_,)).fetchone()
        changed = json.loads(body)
        changed["decisions"] = changed["decisions"][:-1]
        session.execute("UPDATE submissions SET body = ? WHERE id = ?", (json.dumps(changed), id_))
    assert "approved without enough approvals" in found(store)
    assert "an approval that nobody gave" in found(store)


def test_loud_about_another_text_and_a_second_webhook(store: SqlStore) -> None:
    id_ = lived(store)
    with store.database.write() as session:
        (body,) = session.execute("SELECT body FROM submissions WHERE id = ?", (id_,)).fetchone()
        session.execute("UPDATE submissions SET body = ? WHERE id = ?", (body.replace("Hey", "Hoy"), id_))
        session.execute(
            "INSERT INTO deliveries (id, kind, submission_id, created_at, payload, state, due_at, attempts, last_error)"
            " SELECT 'again', kind, submission_id, created_at, payload, state, due_at, attempts, last_error"
            " FROM deliveries WHERE kind = 'webhook' AND payload LIKE ?",
            ('%"version": 8%',),
        )
    assert "not the text that was looked at" in found(store)
    assert "Two webhooks tell of version 8" in found(store)


def test_the_command_goes_deep(url: str, open_url: Open, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_url(url)
    id_ = lived(store)
    assert call("audit", "verify", "--deep", "--database", url) == 0
    assert "1 submissions: each accounted for" in capsys.readouterr().err
    with store.database.write() as session:
        session.execute("DELETE FROM deliveries WHERE kind = 'webhook'")
    assert call("audit", "verify", "--database", url) == 0
    assert call("audit", "verify", "--deep", "--database", url, "--language", "fr") == 1
    assert f"Soumission {id_} : Aucun webhook" in capsys.readouterr().err


def test_a_damaged_page_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gate.db"
    store = open_store(f"sqlite:{path}")
    for _ in range(10):
        lived(store)
    store.close()
    whole = path.read_bytes()
    for page in range(1, len(whole) // 4096, 3):
        path.write_bytes(whole[: page * 4096] + b"\x5a" * 4096 + whole[(page + 1) * 4096 :])
        assert call("audit", "verify", "--deep", "--database", f"sqlite:{path}") in (1, 2)
    told = capsys.readouterr().err
    assert "damaged" in told or "cannot be read" in told


def test_an_unreadable_delivery_holds_nothing_up(store: SqlStore) -> None:
    id_ = lived(store)
    sound = Delivery("sound", DeliveryKind.NOTICE, NOW, None, {"a": 1})
    for poison in ("{", "[1]"):
        with store.database.write() as session:
            session.execute(
                "INSERT INTO deliveries (id, kind, created_at, payload, state, due_at, attempts, last_error)"
                " SELECT ?, 'notice', created_at, ?, 'waiting', created_at, 0, '' FROM deliveries"
                " WHERE submission_id = ? ORDER BY position LIMIT 1",
                (f"poison {poison}", poison, id_),
            )
    store.commit(lifecycle.Change(deliveries=(sound,)))
    assert [one.id for one in store.claim_deliveries(DeliveryKind.NOTICE, NOW)] == ["sound"]
    dead = {one.id: one for one in store.dead_letters()}
    assert set(dead) == {"poison {", "poison [1]"}
    assert all(one.last_error.startswith("unreadable") and one.payload == {} for one in dead.values())
