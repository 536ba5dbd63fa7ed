"""The command line as its users call it, with the packs and the model that ship: in a process of its own where the
process matters, else within this one."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from review_gate.cli.common import login
from review_gate.cli.main import main
from review_gate.domain.verdict import CATEGORIES
from review_gate.settings.settings import PROJECT
from tests.cli.terminal import Terminal, as_line, terminal

__all__ = ["terminal"]


def run(*arguments: str, sent: bytes = b"", folder: Path = PROJECT, **environment: str) -> Any:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REVIEW_GATE_", "SLACK_"))}
    return subprocess.run(
        [sys.executable, "-m", "review_gate", *arguments],
        input=sent,
        capture_output=True,
        cwd=folder,
        env={**kept, "PYTHONPATH": str(PROJECT), **environment},
        timeout=100,
    )


def test_check_answers_in_the_public_shape_and_in_order() -> None:
    insult = "Merci pour rien, espèce de sale con, dégage."
    sent = "\n".join(
        as_line(line)
        for line in [
            {"text": "Our shops open at ten tomorrow morning, see you there.", "kind": "post"},
            {"text": "Bonjour [prénom], voici votre code promo.", "kind": "post", "lang": "fr", "market": "FR"},
            {"text": insult, "kind": "reply", "bot": "faq"},
            {"text": "Your parcel arrives on Friday, thank you for waiting.", "kind": "reply", "bot": "faq"},
        ]
    )
    done = run("check", sent=sent.encode())
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(answer["action"], answer["severity"] in ("hold", "block")) for answer in answers] == [
        ("hold", False),
        ("hold", True),
        ("hold", True),
        ("allow", False),
    ]
    assert [answer["lang"] for answer in answers] == ["en", "fr", "fr", "en"]
    for answer in answers:
        assert {"action", "severity", "lang", "reasons", "signals", "text_sha256", "model", "packs"} <= set(answer)
        assert answer["packs"] and all(isinstance(version, int) for version in answer["packs"].values())
        for signal in answer["signals"]:
            assert signal["score"] is None or 0 <= signal["score"] <= 1
    placeholder = next(r for r in answers[1]["reasons"] if r["category"] == "placeholder")
    assert placeholder["source"] == "rule"
    assert {"rule", "pack", "version", "category", "severity", "message", "span", "found"} <= set(placeholder)
    start, end = placeholder["span"]
    assert "Bonjour [prénom], voici votre code promo."[start:end] == placeholder["found"]
    scored = next(r for r in answers[2]["reasons"] if r["source"] == "scorer")
    assert {"scorer", "label", "score", "severity", "message", "span"} <= set(scored)
    assert all(r["category"] in CATEGORIES for answer in answers for r in answer["reasons"] if r["category"])


def test_check_speaks_french(terminal: Terminal) -> None:
    _, answers = terminal.check([{"text": "Hello [insert name], here is your code."}], "--language", "fr")
    assert answers[0]["reasons"][0]["message"] != answers[0]["reasons"][0].get("found")
    _, english = terminal.check([{"text": "Hello [insert name], here is your code."}])
    assert answers[0]["reasons"][0]["message"] != english[0]["reasons"][0]["message"]


def test_check_uses_the_history_that_a_line_brings(terminal: Terminal) -> None:
    said = "We understand your frustration and will pass your message on to the team in charge."
    _, answers = terminal.check([{"text": said, "kind": "reply", "bot": "faq", "history": [said, said]}])
    assert answers[0]["action"] == "hold"
    assert "repetition" in [reason["category"] for reason in answers[0]["reasons"]]


def test_a_bad_line_is_held_and_does_not_stop_the_others(terminal: Terminal) -> None:
    status, answers = terminal.check(
        ["{nonsense", {"text": ""}, {"text": "We open at ten tomorrow.", "colour": 1}, {"text": "ok"}]
    )
    assert status == 1
    assert [answer["action"] for answer in answers] == ["hold"] * 4
    assert [answer.get("line") for answer in answers] == [1, 2, 3, None]
    assert answers[2]["error"]["errors"][0]["pointer"] == "/colour"


def test_check_of_a_file_that_is_not_there(terminal: Terminal) -> None:
    status, out, err = terminal.call("check", "nowhere.jsonl")
    assert (status, out) == (2, "")
    assert "nowhere.jsonl" in err


def test_keys_are_made_listed_and_revoked(terminal: Terminal) -> None:
    made, key, _ = terminal.call("key", "create", "--name", "bot", "--scope", "check", "--scope", "read")
    assert made == 0
    assert key.startswith("rg_") and key.count("\n") == 1  # the key alone
    _, listed, _ = terminal.call("key", "list")
    assert "bot\tcheck,read" in listed
    assert key.strip() not in listed
    assert key.strip().encode() not in Path("var/gate.db").read_bytes()
    again, out, _ = terminal.call("key", "create", "--name", "bot", "--scope", "check")
    assert (again, out) == (1, "")
    assert terminal.call("key", "revoke", "--name", "bot")[0] == 0
    assert terminal.call("key", "revoke", "--name", "bot")[0] == 1
    assert "revoked" in terminal.call("key", "list")[1]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"REVIEW_GATE_PORT": "eighty"}, "REVIEW_GATE_PORT"),
        ({"REVIEW_GATE_WEBHOOK_SECRET": "secret"}, "whsec_"),
        ({"REVIEW_GATE_CONFIG": "nowhere.toml"}, "nowhere.toml"),
        ({"REVIEW_GATE_DATABASE": "mysql://localhost/gate"}, "sqlite:"),
        ({"REVIEW_GATE_POLICY": "nowhere.yml"}, "nowhere.yml"),
    ],
)
def test_settings_that_cannot_be_used_are_told_without_a_traceback(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], words: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, *told = terminal.call("doctor")
    assert status in (1, 2)
    assert words in "".join(told)
    assert "Traceback" not in "".join(told)


def test_outbox_of_an_empty_gate(terminal: Terminal) -> None:
    assert terminal.call("outbox", "list")[0] == 0
    assert terminal.call("outbox", "replay")[0] == 2
    status, _, err = terminal.call("outbox", "replay", "d-1")
    assert (status, "no dead letter" in err) == (1, True)


def test_help_names_every_command() -> None:
    told = run("--help").stdout.decode()
    for command in ("serve", "web", "work", "check", "key", "rules", "outbox", "audit", "migrate", "doctor", "demo"):
        assert command in told


def test_a_container_whose_user_has_no_name_runs_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--help"])
    assert ended.value.code == 0
    assert "--host" in capsys.readouterr().out
    assert login() == "uid 54321"


@pytest.mark.parametrize("command", ["web", "demo"])
def test_a_service_that_does_not_start_leaves_the_environment_as_it_was(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-caller")
    monkeypatch.setenv("REVIEW_GATE_DATABASE", "mysql://localhost/gate")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        before = dict(os.environ)
        assert main([command, "--port", str(taken.getsockname()[1])]) != 0
    assert dict(os.environ) == before


def test_detoxify_without_a_model_says_what_to_do() -> None:
    done = run("check", sent=b'{"text": "Hello"}', REVIEW_GATE_TOXICITY="detoxify")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"REVIEW_GATE_DETOXIFY" in done.stderr
