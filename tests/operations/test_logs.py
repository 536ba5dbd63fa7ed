"""The log: ids that tie lines to answers, one line an event, and never a draft or a secret."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
from pathlib import Path
from typing import Any, Literal

import pytest

from review_gate import logs
from review_gate.domain.draft import Draft
from review_gate.domain.verdict import Verdict
from review_gate.gate import Screening
from tests.builders import NoRules
from tests.operations.house import House, house

MARKER = "Xylophonquartz"


@pytest.mark.parametrize("offered", ["a", "0f3c-9.A_b:1", "x" * 128])
def test_keeps_a_sane_request_id(offered: str) -> None:
    assert logs.request_id(offered) == offered


@pytest.mark.parametrize("offered", [None, "", "x" * 129, "a b", "a\nb", "a\r\nSet-Cookie: x", "<b>", "é"])
def test_makes_a_new_request_id_for_any_other(offered: str | None) -> None:
    made = logs.request_id(offered)
    assert made != offered and logs.SANE.fullmatch(made)


def line(form: str, message: str, *arguments: object, error: BaseException | None = None) -> str:
    formatter = logs.JsonLines() if form == "json" else logs.TextLines()
    info = (type(error), error, error.__traceback__) if error else None
    return formatter.format(logging.LogRecord("x", logging.ERROR, "x.py", 1, message, arguments, info))


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("nasty", ["\n2026 ERROR forged", "\r\x1b[2J", "\u2028next", "\x85"])
def test_nothing_from_outside_begins_a_line(form: str, nasty: str) -> None:
    written = line(form, "asked for %s", nasty)
    assert len(written.splitlines()) == 1 and "\x1b" not in written


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_tells_its_places_but_not_its_text(form: str) -> None:
    try:
        try:
            raise ValueError(MARKER)
        except ValueError as inner:
            raise RuntimeError(f"could not read {MARKER}") from inner
    except RuntimeError as error:
        written = line(form, "failed", error=error)
    assert MARKER not in written
    assert "RuntimeError" in written and "ValueError" in written and "test_logs.py" in written


def test_what_the_system_says_is_kept() -> None:
    assert "disk is full" in line("text", "failed", error=sqlite3.OperationalError("database or disk is full"))
    assert "No space" in line("json", "failed", error=OSError(28, "No space left on device"))


class Choking(Screening):
    """Fails with the draft in its error, as a careless library would."""

    def screen(self, draft: Draft, *_: Any, **__: Any) -> Verdict:
        raise RuntimeError(f"cannot digest {draft.text}")


def choke(id_: str) -> None:
    raise RuntimeError(f"cannot find {id_}")


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_log_of_a_run_has_no_text_and_no_secret(tmp_path: Path, form: Literal["text", "json"]) -> None:
    with house(tmp_path, form) as found:
        key = found.key("check", "submit", "read")
        draft = {"text": f"Votre {MARKER} est arrivé : [lien]", "bot": f"bot-{MARKER}", "conversation": MARKER}
        with found.client(Authorization=f"Bearer {key}") as client:
            assert client.post("/v1/check", json=draft).json()["action"] == "hold"
            assert client.post("/v1/submissions", json={"text": MARKER}).status_code == 202
            assert client.post("/v1/check", content=MARKER).status_code in (400, 415, 422)
            assert client.post("/v1/check", json={"text": 7, MARKER: MARKER}).status_code == 422
            assert client.get(f"/v1/submissions?q={MARKER}&channel={MARKER}").status_code == 422
            assert client.get(f"/v1/{MARKER}").status_code == 404
            asked = {"comment": {"text": MARKER}, "requestedAttributes": {"TOXICITY": {}}}
            assert client.post(f"/v1alpha1/comments:analyze?key={key}", json=asked).status_code == 200
            services = found.services
            services.__dict__["screening"] = Choking(services.detector, (), NoRules, services.policy)
            failed = client.post("/v1/check", json=draft, headers={"X-Request-ID": "the-one-that-failed"})
            assert failed.status_code == 500
            services.store.__dict__["submission"] = choke
            assert client.get(f"/v1/submissions/{MARKER}").status_code == 500
        written = found.log.getvalue()
    assert "the-one-that-failed" in written and "Choking" not in failed.text and "RuntimeError" in written
    assert MARKER not in written and key not in written and key[3:20] not in written


def test_json_lines_are_json_and_carry_the_id_of_the_answer(running: House) -> None:
    with running.client("read") as client:
        answer = client.get("/v1/submissions")
        echoed = client.get("/v1/submissions", headers={"X-Request-ID": "mine-1"})
        problem = client.get("/v1/submissions/none", headers={"X-Request-ID": "mine 2"})
    assert echoed.headers["X-Request-ID"] == "mine-1"
    assert problem.status_code == 404 and problem.headers["X-Request-ID"] != "mine 2"
    lines = {line.get("request_id"): line for line in map(json.loads, running.log.getvalue().splitlines())}
    line = lines[answer.headers["X-Request-ID"]]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/submissions", 200)
    assert lines[problem.headers["X-Request-ID"]]["route"] == "/v1/submissions/<submission_id>"


def test_the_id_is_on_every_kind_of_answer(running: House) -> None:
    with running.client() as client:
        for path in ("/healthz", "/nowhere", "/sign-in", "/v1/check", "/metrics"):
            assert logs.SANE.fullmatch(client.get(path).headers["X-Request-ID"]), path


def test_text_lines_tell_failures_only(tmp_path: Path) -> None:
    stream = io.StringIO()
    logs.set_up("text", stream)
    logs.REQUESTS.info("GET / 200")
    logs.REQUESTS.error("GET / 500")
    assert "500" in stream.getvalue() and "200" not in stream.getvalue()
