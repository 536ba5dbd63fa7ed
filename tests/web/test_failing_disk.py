"""While the database cannot be read or is damaged every answer is a 503 that says what to do and names no file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from review_gate.domain.submission import State
from tests.failing_disk import damage_pages, failing_disk
from tests.pages.house import SAMIRA
from tests.pages.house import running as pages_running
from tests.web.server import running

POST = {"text": "We open at ten tomorrow, see you there", "kind": "post"}
REPLY = {"text": "Your parcel arrives on Friday, thank you for waiting", "bot": "faq"}
AS_GOOGLE = {"comment": {"text": "Hello"}, "requestedAttributes": {"TOXICITY": {}}}
SCOPES = ("submit", "check", "read", "admin")


def calls(client: httpx.Client, held: str) -> list[Callable[[], httpx.Response]]:
    return [
        lambda: client.post("/v1/submissions", json=POST, headers={"Idempotency-Key": "one"}),
        lambda: client.post("/v1/check", json=REPLY),
        lambda: client.get(f"/v1/submissions/{held}"),
        lambda: client.post(f"/v1/submissions/{held}/withdraw"),
        lambda: client.post("/v1/verify", json={"token": "a.b.c", "text": "x"}),
        lambda: client.get("/v1/submissions"),
    ]


def names_no_file(answer: httpx.Response, folder: Path) -> bool:
    return str(folder) not in answer.text and "gate.db" not in answer.text


def test_damaged_pages(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running(tmp_path) as service, service.client(*SCOPES) as client:
        held = client.post("/v1/submissions", json=POST).json()["id"]
        damage_pages(tmp_path / "gate.db")
        for call in calls(client, held):
            answer = call()
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/storage-broken"), answer.url
            assert "`review-gate doctor`" in answer.json()["detail"] and names_no_file(answer, tmp_path)
        french = client.post("/v1/check", json=REPLY, headers={"Accept-Language": "fr"}).json()
        assert french["title"] == "La base de données est inutilisable" and "sauvegarde" in french["detail"]
        for address, body in (("/v1/moderations", {"input": "Hello"}), ("/v1alpha1/comments:analyze", AS_GOOGLE)):
            answer = client.post(address, json=body)
            assert answer.status_code == 503 and "message" in answer.json()["error"]
            assert names_no_file(answer, tmp_path)
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert any(f"'{tmp_path / 'gate.db'}' is damaged" in line and "restore" in line for line in told)


def test_one_damaged_record(tmp_path: Path) -> None:
    with running(tmp_path) as service, service.client(*SCOPES) as client:
        bad, fine = (client.post("/v1/submissions", json=POST).json()["id"] for _ in range(2))
        with service.store.database.write() as session:
            session.execute("UPDATE submissions SET body = '{}' WHERE id = ?", (bad,))
        for language, words in (("en", "is damaged and cannot be read"), ("fr", "endommagé et illisible")):
            answer = client.get(f"/v1/submissions/{bad}", headers={"Accept-Language": language})
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/storage-broken")
            assert words in answer.json()["detail"]
        assert client.post(f"/v1/submissions/{bad}/withdraw").status_code == 503
        assert client.get(f"/v1/submissions/{fine}").json()["state"] == "held"
        assert client.post("/v1/check", json=REPLY).json()["action"] == "allow"


def test_a_disk_that_fails_decides_nothing_and_all_goes_on_when_it_is_back(tmp_path: Path) -> None:
    with running(tmp_path) as service, service.client(*SCOPES) as client:
        held = client.post("/v1/submissions", json=POST).json()["id"]
        for number, call in enumerate(calls(client, held)):
            with failing_disk(tmp_path / "gate.db"):
                answer = call()
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/storage-broken"), number
        assert service.gate.get(held).state is State.HELD
        assert [call().status_code for call in calls(client, held)] == [202, 200, 200, 200, 409, 200]


def test_the_pages(tmp_path: Path) -> None:
    with pages_running(tmp_path) as house:
        held = house.hand_in("Our shop opens at nine.")
        person = house.browser(SAMIRA)
        damage_pages(tmp_path / "gate.db")
        seen = {"revision": "1", "sha": held.text_sha256}
        for answer in (
            person.get("/queue"),
            person.send(f"/items/{held.id}/approve", **seen),
            person.get("/nothing/here", Accept="text/html"),
        ):
            assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8"), answer.url
            assert "review-gate doctor" in answer.text and names_no_file(answer, tmp_path)
