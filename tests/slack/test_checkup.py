"""The check-up finds each thing an operator gets wrong, and says what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from review_gate.slack.checkup import checkup
from review_gate.slack.client import web_client
from review_gate.slack.standin import CHANNEL
from tests.slack.house import House


def found(house: House, channel: str = CHANNEL, secret: str | None = "0" * 32, token: str | None = None) -> str:
    client = web_client(token or house.slack.token, house.slack.api_url)
    return "\n".join(message.en for message in checkup(client, channel, lambda: house.now, secret))


def test_all_is_well(house: House) -> None:
    assert found(house) == ""


@pytest.mark.parametrize("channel", ["", "#review-gate", "review-gate"])
def test_a_channels_name_is_no_id(house: House, channel: str) -> None:
    assert "write the channel's id" in found(house, channel)


def test_an_unknown_channel(house: House) -> None:
    assert "check REVIEW_GATE_SLACK_CHANNEL" in found(house, "C0NOWHERE")


def test_a_wrong_token_and_secret(house: House) -> None:
    assert "set SLACK_BOT_TOKEN again" in found(house, token="xoxb-wrong")
    assert "32 characters" in found(house, secret="hunter2")


def test_a_clock_that_is_off(house: House) -> None:
    house.now += timedelta(minutes=3)
    assert "switch time synchronisation on" in found(house)


def test_missing_scopes(house: House) -> None:
    house.slack.scopes.discard("users:read.email")
    assert "lacks the scopes users:read.email" in found(house)


@pytest.mark.parametrize(
    ("fact", "advice"), [({"is_archived": True}, "is archived"), ({"is_member": False}, "/invite")]
)
def test_the_channel_itself(house: House, fact: dict[str, bool], advice: str) -> None:
    house.slack.channel_facts.update(fact)
    assert advice in found(house)


def test_slack_away(house: House) -> None:
    client = web_client(house.slack.token, "http://127.0.0.1:1/api/")
    (told,) = checkup(client, CHANNEL, lambda: house.now)
    assert "could not be reached" in told.en
