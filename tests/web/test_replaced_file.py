"""While the database's file is not the one that the service has open every answer is a 503 that says so, `/readyz` and
the doctor as well, and nothing is taken."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from review_gate.bootstrap import Services
from review_gate.cli.doctor import CHECKS
from review_gate.cli.doctor_outside import Advice
from review_gate.ports import Filter
from review_gate.settings import Settings
from tests.web.server import running

POST = {"text": "We open at ten tomorrow, see you there", "kind": "post"}
REPLY = {"text": "Your parcel arrives on Friday, thank you for waiting", "bot": "faq"}
FRENCH = {"Accept-Language": "fr"}
DOCTOR = {name.en: check for name, check in CHECKS}


def test_a_file_that_was_moved_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "gate.db"
    with running(tmp_path) as service, service.client("submit", "check", "read") as client:
        parts = urlsplit(str(client.base_url))
        here = Services(Settings(host=str(parts.hostname), port=parts.port or 0))
        assert DOCTOR["service"](here).en == f"ready at {here.settings.address}"
        held = client.post("/v1/submissions", json=POST).json()["id"]
        away = file.rename(tmp_path / "away.db")
        for answer in (
            client.post("/v1/submissions", json=POST),
            client.post("/v1/check", json=REPLY),
            client.get(f"/v1/submissions/{held}"),
        ):
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/storage-broken"), answer.url
            assert "deleted or replaced" in answer.json()["detail"] and str(tmp_path) not in answer.text
        assert "supprimé ou remplacé" in client.post("/v1/check", json=REPLY, headers=FRENCH).json()["detail"]

        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
        assert "deleted or replaced" in ready.json()["missing"][0] and str(tmp_path) not in ready.text
        assert "supprimé ou remplacé" in client.get("/readyz", headers=FRENCH).json()["missing"][0]
        with pytest.raises(Advice, match="deleted or replaced"):
            DOCTOR["service"](here)

        away.rename(file)
        assert [one.id for one in service.store.submissions(Filter()).items] == [held]
        assert (client.get("/readyz").status_code, client.post("/v1/check", json=REPLY).status_code) == (200, 200)
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert any(f"'{file}' was deleted or replaced" in line for line in told)


def test_a_doctor_without_a_service() -> None:
    here = Services(Settings(port=9))
    assert DOCTOR["service"](here).fr.startswith("il ne tourne pas à l'adresse http://127.0.0.1:9 : ")
