"""What the operator sees of the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.cli.main import main
from review_gate.domain.change import Change, Delivery, DeliveryKind
from tests.builders import NOW


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REVIEW_GATE_DATABASE", "sqlite:gate.db")
    found = open_store("sqlite:gate.db", durable=False)
    yield found
    found.close()


def put(store: SqlStore, id_: str, minutes: int, about: str | None = "s-1") -> None:
    at = NOW + timedelta(minutes=minutes)
    store.commit(Change(deliveries=(Delivery(id_, DeliveryKind.WEBHOOK, at, about, {"text": "Secret words"}),)))


def test_what_waits_is_listed_oldest_first(store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    put(store, "d-young", 5, None)
    put(store, "d-old", 0)
    store.claim_deliveries(DeliveryKind.WEBHOOK, NOW)
    store.failed("d-old", NOW, "the receiver answers\t503\x1b[2J", NOW + timedelta(minutes=1))
    assert main(["outbox", "list", "--waiting"]) == 0
    told = capsys.readouterr()
    assert [line.split("\t") for line in told.out.splitlines()] == [
        ["d-old", "webhook", "s-1", "2026-11-23T10:00:00Z", "2026-11-23T10:01:00Z", "1",
         "the receiver answers\\u0009503\\u001b[2J"],
        ["d-young", "webhook", "-", "2026-11-23T10:05:00Z", "2026-11-23T10:05:00Z", "0", ""],
    ]  # fmt: skip
    assert told.err.startswith("2 of 2 deliveries that wait, oldest first: ")
    assert main(["outbox", "list", "--waiting", "--limit", "1", "--language", "fr"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("d-old\t") and told.out.count("\n") == 1
    assert told.err.startswith("1 envoi en attente sur 2, du plus ancien au plus récent : ")


def test_dead_letters_are_listed_and_replayed(store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    put(store, "d-1", 0)
    store.failed("d-1", NOW, "410\nGone", None)
    assert main(["outbox", "list", "--language", "fr"]) == 0
    told = capsys.readouterr()
    assert told.out == "d-1\twebhook\ts-1\t410\\u000aGone\n"
    assert told.err.startswith("0 envoi en attente")
    assert main(["outbox", "replay", "--all", "--language", "fr"]) == 0
    assert capsys.readouterr().out == "1 envoi à refaire maintenant.\n"
    assert store.pending() == 1
