"""What happened after publishing, over HTTP and with the client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.adapters.clock import uuid7
from review_gate.client import Client, RequestRefused
from review_gate.domain.outcome import Readings
from review_gate.domain.submission import Answer
from review_gate.gate import Seen
from tests.builders import RENE
from tests.web.server import Service

FRIENDLY = "Your parcel arrives on Friday, thank you for waiting"


@pytest.fixture
def caller(service: Service) -> Iterator[httpx.Client]:
    with service.client("check", "submit", "read") as client:
        yield client


def approved(service: Service, caller: httpx.Client, **fields: str) -> str:
    made = caller.post("/v1/submissions", json={"text": "We open at ten tomorrow", **fields}).json()
    service.gate.decide(made["id"], Answer.APPROVE, RENE, Seen(1, made["text_sha256"]))
    return str(made["id"])


def test_a_later_report_adds_to_an_earlier_one_and_the_same_one_changes_nothing(
    service: Service, caller: httpx.Client
) -> None:
    id_ = approved(service, caller)
    assert caller.get(f"/v1/submissions/{id_}/outcome").status_code == 404
    first = caller.post(f"/v1/submissions/{id_}/outcome", json={"csat": 4.5})
    assert (first.status_code, first.json()["bad"], first.json()["version"]) == (200, False, 1)
    second = caller.post(f"/v1/submissions/{id_}/outcome", json={"complaints": 3, "note": "two angry mails"}).json()
    assert (second["csat"], second["complaints"], second["bad"], second["version"]) == (4.5, 3, True, 2)
    events = len(service.store.events(id_))
    again = caller.post(f"/v1/submissions/{id_}/outcome", json={"complaints": 3})
    assert again.json() == second == caller.get(f"/v1/submissions/{id_}/outcome").json()
    assert len(service.store.events(id_)) == events


def test_a_report_sent_again_with_its_key_does_not_undo_a_later_one(service: Service, caller: httpx.Client) -> None:
    id_ = approved(service, caller)
    key = {"Idempotency-Key": "crm-1"}
    first = caller.post(f"/v1/submissions/{id_}/outcome", json={"complaints": 1}, headers=key).json()
    caller.post(f"/v1/submissions/{id_}/outcome", json={"complaints": 2})
    again = caller.post(f"/v1/submissions/{id_}/outcome", json={"complaints": 1}, headers=key)
    assert again.json() == first and again.headers["Idempotent-Replayed"] == "true"
    assert caller.get(f"/v1/submissions/{id_}/outcome").json()["complaints"] == 2


def test_when_it_went_out(service: Service, caller: httpx.Client) -> None:
    id_ = approved(service, caller, planned_at="2090-01-01T10:00:00Z")
    told = caller.post(f"/v1/submissions/{id_}/outcome", json={"deleted": True}).json()
    decided = caller.get(f"/v1/submissions/{id_}").json()["decisions"][0]["at"]
    assert told["went_out_at"] == decided and told["bad"], "it was taken down: it cannot go out only in 2090"
    id_ = approved(service, caller)
    body = {"deleted": False, "published_at": "2026-11-01T12:00:00+01:00"}
    assert caller.post(f"/v1/submissions/{id_}/outcome", json=body).json()["went_out_at"].startswith("2026-11-01T12")


def test_a_bots_reply_is_reported_by_the_id_of_its_check(service: Service, caller: httpx.Client) -> None:
    checked = caller.post("/v1/check", json={"text": FRIENDLY, "bot": "faq"}).json()
    id_ = checked["reply"]["id"]
    told = caller.post(f"/v1/replies/{id_}/outcome", json={"effort": 6}).json()
    assert (told["about"], told["bad"]) == ("reply", True)
    known = service.store.outcome(id_)
    assert known is not None
    assert (known.circumstances.bot, known.circumstances.text) == ("faq", FRIENDLY)
    assert known.circumstances.approved_by is None
    assert "reply" not in caller.post("/v1/check", json={"text": FRIENDLY + " with us"}).json()


def test_a_reply_that_the_memory_has_forgotten_needs_its_bot(service: Service, caller: httpx.Client) -> None:
    caller.post("/v1/check", json={"text": FRIENDLY, "bot": "faq"})
    ago = datetime.now(UTC) - timedelta(days=3)
    old = str(UUID(int=(int(ago.timestamp() * 1000) << 80) | UUID(uuid7()).int & ((1 << 80) - 1)))
    assert caller.post(f"/v1/replies/{old}/outcome", json={"nps": 2}).status_code == 404
    assert caller.post(f"/v1/replies/{old}/outcome", json={"nps": 2, "bot": "nobody"}).status_code == 404
    told = caller.post(f"/v1/replies/{old}/outcome", json={"nps": 2, "bot": "faq"}).json()
    assert datetime.fromisoformat(told["went_out_at"]) - ago < timedelta(seconds=1)
    assert caller.post("/v1/replies/nonsense/outcome", json={"nps": 2, "bot": "faq"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        ({}, "", "reports nothing"),
        ({"csat": 6}, "/csat", "5 or less"),
        ({"nps": -1}, "/nps", "0 or more"),
        ({"complaints": 1.5}, "/complaints", "integer"),
        ({"mood": "bad"}, "/mood", "no such field"),
    ],
)
def test_what_cannot_be_is_named(
    service: Service, caller: httpx.Client, body: dict[str, object], pointer: str, said: str
) -> None:
    id_ = approved(service, caller)
    answer = caller.post(f"/v1/submissions/{id_}/outcome", json=body)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, pointer) and said in error["detail"]


def test_what_never_went_out_has_no_outcome(caller: httpx.Client) -> None:
    held = caller.post("/v1/submissions", json={"text": "We open at ten tomorrow"}).json()
    answer = caller.post(f"/v1/submissions/{held['id']}/outcome", json={"complaints": 1})
    assert answer.status_code == 403 and "Nobody approved" in answer.json()["detail"]
    assert caller.post("/v1/submissions/nowhere/outcome", json={"complaints": 1}).status_code == 404


def test_the_client_reports(service: Service, caller: httpx.Client) -> None:
    id_ = approved(service, caller)
    with Client(service.url, service.key("check", "submit")) as gate:
        assert gate.report_outcome(id_, complaints=2, note="loud").bad
        reply = gate.check(FRIENDLY, bot="faq").reply
        assert reply is not None
        assert gate.report_reply_outcome(reply, csat=5).csat == 5
        with pytest.raises(RequestRefused, match="reports nothing"):
            gate.report_outcome(id_)


readings = st.builds(
    Readings,
    complaints=st.none() | st.integers(0, 3),
    deleted=st.none() | st.booleans(),
    csat=st.none() | st.floats(1, 5),
    note=st.none() | st.text(max_size=3),
)


@given(readings, readings)
def test_merging_keeps_what_is_known_and_is_done_once(later: Readings, earlier: Readings) -> None:
    merged = later.over(earlier)
    assert later.over(merged) == merged
    assert Readings().over(earlier) == earlier and later.over(Readings()) == later
