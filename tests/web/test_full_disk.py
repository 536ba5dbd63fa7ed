"""While the database's disk is full every answer that would have to be kept is a 503 that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from review_gate.domain.submission import Answer, State
from review_gate.gate import Seen
from review_gate.ports import Filter, StoreFull
from tests.builders import RENE
from tests.full_disk import full_disk
from tests.pages.house import SAMIRA
from tests.pages.house import running as pages_running
from tests.web.server import Service, running

POST = {"text": "We open at ten tomorrow, see you there", "kind": "post"}
REPLY = {"text": "Your parcel arrives on Friday, thank you for waiting", "bot": "faq"}


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Service]:
    with running(tmp_path) as found:
        yield found


def test_drafts_checks_and_decisions(alone: Service, tmp_path: Path) -> None:
    with alone.client("submit", "check", "read") as client:
        held = client.post("/v1/submissions", json=POST).json()
        calls: list[Callable[[], httpx.Response]] = [
            lambda: client.post("/v1/submissions", json=POST, headers={"Idempotency-Key": "one"}),
            lambda: client.post("/v1/check", json=REPLY),
            lambda: client.post(f"/v1/submissions/{held['id']}/revisions", json={"text": "We open at nine."}),
            lambda: client.post(f"/v1/submissions/{held['id']}/withdraw"),
        ]
        before = len(list(alone.store.log())), alone.store.pending()
        with full_disk(tmp_path / "gate.db"):
            for call in calls:
                answer = call()
                assert (answer.status_code, answer.json()["type"]) == (503, "/problems/storage-full")
                assert "Free space" in answer.json()["detail"]
            french = client.post("/v1/check", json=REPLY, headers={"Accept-Language": "fr"}).json()
            assert (french["title"], "Libérez de l'espace" in french["detail"]) == ("Le disque est plein", True)
            as_google = {"comment": {"text": "Hello"}, "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}}}
            suggested = client.post("/v1alpha1/comments:suggestscore", json=as_google)
            assert (suggested.status_code, suggested.json()["error"]["status"]) == (503, "UNAVAILABLE")
            with pytest.raises(StoreFull):
                alone.gate.decide(held["id"], Answer.APPROVE, RENE, Seen(1, held["text_sha256"]))
            assert client.get(f"/v1/submissions/{held['id']}").json() == held
        assert (len(list(alone.store.log())), alone.store.pending()) == before
        assert [item.id for item in alone.store.submissions(Filter()).items] == [held["id"]]
        assert [call().status_code for call in calls] == [202, 200, 202, 200]


def test_a_drop_in_answers_trouble_with_the_store_in_its_own_shape(alone: Service) -> None:
    with alone.client("check") as client:
        alone.store.close()
        answer = client.post("/v1/moderations", json={"input": "Hello"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (503, "server_error")
    assert "did not answer" in answer.json()["error"]["message"]


def test_a_click_on_the_page(tmp_path: Path) -> None:
    with pages_running(tmp_path) as house:
        held = house.hand_in("Our shop opens at nine.")
        person = house.browser(SAMIRA)
        seen = {"revision": "1", "sha": held.text_sha256}
        with full_disk(tmp_path / "gate.db"):
            answer = person.send(f"/items/{held.id}/approve", **seen)
            assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
            assert "Free space" in answer.text
        assert house.gate.get(held.id).state is State.HELD
        assert person.send(f"/items/{held.id}/approve", **seen).status_code == 303
