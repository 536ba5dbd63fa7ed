"""The bots over HTTP and on the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from review_gate.adapters.clock import uuid7
from review_gate.adapters.language import EldcDetector
from review_gate.adapters.scorers.distress import DistressScorer
from review_gate.cli.check import answers
from review_gate.cli.main import main
from review_gate.gate import Screening
from review_gate.settings import load_policy
from review_gate.settings.settings import SHIPPED
from review_gate.web.app import create_app
from review_gate.web.auth import make_key, new_key
from tests.bots.house import MORNING, House, house
from tests.builders import NoRules, WordScorer

Headers = dict[str, str]


@pytest.fixture
def at() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def client(at: House) -> FlaskClient:
    app: Flask = create_app(at.gate, at.store, list, lambda: {"keys": []})
    return app.test_client()


def key(at: House, *scopes: str) -> Headers:
    text = new_key()
    at.store.add_key(make_key("-".join(scopes), frozenset(scopes), text, uuid7(), MORNING))
    return {"Authorization": f"Bearer {text}", "Accept-Language": "fr"}


def test_a_name_that_is_too_long_is_a_field_that_is_not_right(at: House, client: FlaskClient) -> None:
    answer = client.post(f"/v1/bots/{'b' * 201}/pause", json={"why": "prix faux"}, headers=key(at, "admin"))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "name")


def test_pause_resume_and_list(at: House, client: FlaskClient) -> None:
    admin, bot, reader = key(at, "admin"), key(at, "check"), key(at, "read")
    body = {"text": "Votre colis arrive demain.", "bot": "faq", "in_reply_to": "Où est mon colis ?"}
    assert client.post("/v1/check", json=body, headers=bot).json["action"] == "allow"
    paused = client.post("/v1/bots/faq/pause", json={"why": "prix faux"}, headers=admin)
    assert (paused.status_code, paused.json["state"], paused.json["by"]) == (200, "open", "admin")
    answer = client.post("/v1/check", json=body, headers=bot).json
    assert answer["action"] == "hold"
    assert [reason["rule"] for reason in answer["reasons"]] == ["paused"]
    assert answer["fallback"] == answer["holding_text"]
    assert answer["fallback"].startswith("Notre assistant automatique")
    assert answer["submission"]["state"] == "held"
    listed = client.get("/v1/bots", headers=reader).json
    assert [(b["name"], b["state"], b["why"], b["last_hour"]) for b in listed["items"]] == [
        ("faq", "open", "prix faux", {"replies": 2, "held": 1})
    ]
    resumed = client.post("/v1/bots/faq/resume", json={"why": "corrigé"}, headers=admin)
    assert resumed.json["state"] == "half_open"
    assert client.post("/v1/check", json=body, headers=bot).json["action"] == "allow"


def test_a_chatbot_whose_name_was_forgotten_does_not_answer_somebody_who_wants_to_die() -> None:
    with house(load_policy(SHIPPED), (WordScorer(), DistressScorer())) as at:
        client = create_app(at.gate, at.store, list, lambda: {"keys": []}).test_client()
        headers = key(at, "check")
        body = {"text": "We are so sorry to hear that, take care.", "in_reply_to": "I want to die, nobody cares"}
        named = client.post("/v1/check", json={**body, "bot": "faq"}, headers=headers).json
        for author in ({}, {"author": "faq"}):
            answer = client.post("/v1/check", json={**body, **author}, headers=headers).json
            assert (answer["action"], answer["reasons"]) == ("hold", named["reasons"])
            held = at.gate.get(answer["submission"]["id"])
            assert held.escalated and held.draft.bot is None
        assert {seen.breaker.bot for seen in at.gate.bots.all()} == {"faq"}, "of the others nothing is remembered"
        for person in ("lea@example.com", "U0123ABCD"):
            answer = client.post("/v1/check", json={**body, "author": person}, headers=headers).json
            assert (answer["action"], answer["severity"]) == ("allow", "note")


def test_the_check_command_reads_a_reply_without_a_name_in_the_same_way() -> None:
    screening = Screening(EldcDetector(), [DistressScorer()], NoRules, load_policy(SHIPPED))
    line = {"text": "We are so sorry to hear that, take care.", "in_reply_to": "I want to die, nobody cares"}
    lines = [line, {**line, "bot": "faq"}, {**line, "author": "lea@example.com"}]
    sent = io.BytesIO("\n".join(map(json.dumps, lines)).encode())
    severities = [[one["severity"] for one in answer["reasons"] if one.get("label")] for answer in
                  answers(screening, sent, "en")]  # fmt: skip
    assert severities == [["hold"], ["hold"], ["note"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "scope", "status"),
    [
        ("post", "/v1/bots/faq/pause", {"why": "x"}, "check", 403),
        ("post", "/v1/bots/faq/pause", {"why": " "}, "admin", 422),
        ("post", "/v1/bots/faq/pause", {}, "admin", 422),
        ("post", "/v1/bots/faq/pause", {"why": "x", "until": "now"}, "admin", 422),
        ("post", "/v1/bots/faq/resume", {"why": "x"}, "admin", 404),
        ("get", "/v1/bots/faq", None, "admin", 404),
        ("get", "/v1/bots", None, "check", 403),
        ("post", "/v1/bots/faq/repeats", {"text": ""}, "admin", 422),
    ],
)
def test_what_is_refused(
    at: House, client: FlaskClient, method: str, path: str, body: object, scope: str, status: int
) -> None:
    answer = getattr(client, method)(path, json=body, headers=key(at, scope))
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert at.events() == []


def test_a_text_that_may_repeat(at: House, client: FlaskClient) -> None:
    admin, bot = key(at, "admin"), key(at, "check")
    body = {"text": "Nos magasins ouvrent à neuf heures du lundi au samedi.", "bot": "faq", "conversation": "c"}
    assert client.post("/v1/bots/faq/repeats", json={"text": body["text"]}, headers=admin).status_code == 200
    answers = [client.post("/v1/check", json=body, headers=bot).json["action"] for _ in range(5)]
    assert answers == ["allow"] * 5


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = ["--database", f"sqlite:{tmp_path / 'gate.db'}"]
    assert main(["bot", "pause", "faq", "--why", "prix faux", "--by", "Léa", *database]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("faq\topen\t")
    assert "Léa: prix faux" in out
    assert "has not called yet" in err
    assert main(["bot", "pause", "faq", "--why", " ", *database]) == 1
    assert main(["bot", "resume", "nobody", "--why", "x", *database]) == 1
    assert "Known: faq" in capsys.readouterr().err
    assert main(["bot", "resume", "faq", "--why", "corrigé", "--by", "Léa", *database]) == 0
    assert main(["bot", "allow", "faq", "Nos magasins ouvrent à neuf heures demain.", *database]) == 0
    assert "faq may repeat this" in capsys.readouterr().err
    assert main(["bot", "list", *database]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("faq\thalf_open\t")
