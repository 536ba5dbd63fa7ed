"""The manifest asks for what the code uses, and for nothing else."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest

from review_gate.cli import slack as command
from review_gate.slack.manifest import SCOPES, manifest
from tests.slack.house import House

NEEDED = {
    "chat.postMessage": {"chat:write", "im:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "metadata.message:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "users.info": {"users:read", "users:read.email"},
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set(),
    "views.publish": set(),
}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    chosen = parser.parse_args(["slack", "manifest", *arguments])
    status = int(chosen.run(chosen))
    out, err = capsys.readouterr()
    return status, out, err


def test_scopes_are_those_of_the_methods_called() -> None:
    assert set().union(*NEEDED.values()) | {"commands", "im:history"} == set(SCOPES)


def test_with_an_address_slack_sends_requests_there(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--url", "https://gate.example.com/", "--language", "fr")
    made: dict[str, Any] = json.loads(out)
    assert status == 0
    assert made["settings"]["interactivity"]["request_url"] == "https://gate.example.com/slack/interactions"
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://gate.example.com/slack/events"
    assert made["features"]["slash_commands"][0]["url"] == "https://gate.example.com/slack/commands"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["features"]["shortcuts"][0]["name"] == "Passer par le portail"


def test_without_one_it_is_socket_mode() -> None:
    made = manifest(None)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(made)


@pytest.mark.parametrize("url", ["http://gate.example.com", "gate.example.com", "https://"])
def test_an_address_slack_cannot_reach_is_refused(capsys: pytest.CaptureFixture[str], url: str) -> None:
    status, out, err = run(capsys, "--url", url)
    assert (status, out) == (2, "")
    assert "https://gate.example.com" in err


def test_the_app_answers_what_the_manifest_announces(house: House) -> None:
    """Command, shortcut and events reach a listener: none is left to bolt's 404."""
    held = house.hand_in()
    ts = (house.slack.card(held.id) or {})["ts"]
    assert house.slack.command("U0SAMIRAB1", "who").status == 200
    assert (
        house.slack.shortcut(
            "U0SAMIRAB1", "C0REVIEW", ts, manifest(None)["features"]["shortcuts"][0]["callback_id"]
        ).status
        == 200
    )
    assert house.slack.say("U0SAMIRAB1", "Hm.", thread_ts=ts).status == 200
    assert house.slack.open_home("U0SAMIRAB1").status == 200
