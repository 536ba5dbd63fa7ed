"""What goes wrong around a click: an old trigger, a broken store, Enterprise Grid, Socket Mode instead of HTTP."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest

from review_gate.domain.draft import Draft
from review_gate.domain.submission import State
from review_gate.slack.client import OPERATOR_PAUSE
from review_gate.slack.socket import SocketMode, answer
from review_gate.slack.standin import CHANNEL, payloads
from review_gate.slack.standin.connection import Connection
from tests.slack.house import SAMIRA, SECRET, SOMEBODY, House


def click(house: House, submission_id: str, **changes: Any) -> dict[str, Any]:
    card = house.slack.card(submission_id) or {}
    held = house.gate.get(submission_id)
    value = json.dumps({"id": held.id, "revision": held.revision, "version": held.version, "sha": held.text_sha256})
    action = {"type": "button", "action_id": "gate_approve", "value": value, "block_id": "b"}
    return {**payloads.block_actions(SAMIRA, CHANNEL, card, action, "t", ""), **changes}


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id", "internal_error", "ratelimited"])
def test_a_window_that_does_not_open_decides_nothing_and_opens_at_the_next_click(house: House, error: str) -> None:
    held = house.hand_in()
    house.slack.fail("views.open", error)
    assert house.slack.click(SAMIRA, held.id, "gate_reject").status == 200
    with pytest.raises(LookupError):
        house.slack.wait_for_window(SAMIRA, seconds=0.5)
    assert house.gate.get(held.id).state is State.HELD
    house.slack.click(SAMIRA, held.id, "gate_reject")
    assert house.slack.wait_for_window(SAMIRA)["callback_id"] == "gate_reject"


def test_a_store_that_fails_is_not_a_yes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack shows the person a warning sign for anything but 200: they know that nothing was decided."""
    held = house.hand_in()

    def broken(*arguments: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as broken_for_now:
        broken_for_now.setattr(house.gate, "decide", broken)
        assert house.slack.click(SAMIRA, held.id, "gate_approve").status == 500
    assert house.gate.get(held.id).state is State.HELD
    assert house.slack.click(SAMIRA, held.id, "gate_approve").status == 200
    assert house.gate.get(held.id).state is State.APPROVED


def test_enterprise_grid_where_the_team_is_not_the_installations(house: House) -> None:
    held = house.hand_in()
    grid = {
        "team": {"id": "T0OTHERTEAM", "domain": "other", "enterprise_id": "E0ORG", "enterprise_name": "Org"},
        "enterprise": {"id": "E0ORG", "name": "Org"},
        "is_enterprise_install": True,
        "user": {"id": "W0GRIDUSER", "name": "grid.user", "team_id": "T0OTHERTEAM"},
    }
    body = payloads.form(click(house, held.id, **grid))
    assert payloads.send(SECRET, f"{house.url}/slack/interactions", body).status_code == 200
    assert house.gate.get(held.id).decisions[0].by == "W0GRIDUSER"
    org_wide = {**grid, "team": None}
    other = house.hand_in("Another.")
    body = payloads.form(click(house, other.id, **org_wide))
    assert payloads.send(SECRET, f"{house.url}/slack/interactions", body).status_code == 200
    assert house.gate.get(other.id).state is State.APPROVED


def test_a_click_by_socket_mode_decides_as_one_by_http(house: House) -> None:
    held = house.hand_in()
    before = house.slack.state.calls()
    request = SocketModeRequest(type="interactive", envelope_id="e-1", payload=click(house, held.id))
    assert answer(house.face.app, request).status == 200
    assert house.gate.get(held.id).state is State.APPROVED
    assert house.slack.state.calls() == before


@contextmanager
def listening(house: House) -> Iterator[Thread]:
    stop = Event()
    thread = Thread(target=SocketMode(house.face.app, house.slack.app_token).run, args=(stop,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive(), "it ends when it is told to"


def test_clicks_come_in_by_a_connection_that_the_service_opens(house: House) -> None:
    """Socket Mode over a real WebSocket: a click decides, a second one is told, and a cut connection is opened anew."""
    with Connection() as connection:
        house.slack.connection = connection
        with listening(house):
            held, other = house.hand_in(), house.hand_in("Another.")
            connection.send("interactive", click(house, held.id))
            assert house.gate.get(held.id).state is State.APPROVED
            connection.send("interactive", click(house, held.id))
            assert len(house.gate.get(held.id).decisions) == 1
            connection.drop()
            connection.send("interactive", click(house, other.id), seconds=60)
            assert house.gate.get(other.id).state is State.APPROVED
            assert connection.opened >= 2


def test_what_slack_never_sends_is_refused_by_socket_mode_and_the_connection_goes_on(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with Connection() as connection, listening(house):
        house.slack.connection = connection
        held = house.hand_in()
        for bent in ({"user": "a-secret-draft"}, {"actions": [{"action_id": ["a-secret-draft"]}]}, {"view": [7]}):
            with pytest.raises(TimeoutError):
                connection.send("interactive", click(house, held.id, **bent), seconds=0.3)
        assert house.gate.get(held.id).state is State.HELD
        connection.send("interactive", click(house, held.id))
        assert house.gate.get(held.id).state is State.APPROVED
    ours = [record for record in caplog.records if record.name == "review_gate.slack.shape"]
    assert len(ours) == 3
    assert "a-secret-draft" not in caplog.text


def test_socket_mode_waits_for_a_slack_that_is_away_at_the_start(house: House) -> None:
    house.face.app.client.base_url = "http://127.0.0.1:9/"  # nobody listens there
    with Connection() as connection, listening(house) as thread:
        house.slack.connection = connection
        thread.join(2)
        assert thread.is_alive()
        house.slack.fail("apps.connections.open", "internal_error")
        house.face.app.client.base_url = house.slack.api_url
        held = house.hand_in()
        connection.send("interactive", click(house, held.id), seconds=60)
        assert house.gate.get(held.id).state is State.APPROVED
        assert house.slack.state.calls("apps.connections.open") == ["apps.connections.open"], "the one refused"


def test_socket_mode_asks_nothing_before_slack_said_it_may_and_ends_all_the_same(house: House) -> None:
    house.slack.fail("apps.connections.open", "ratelimited", retry_after=3600)
    with Connection() as connection:
        house.slack.connection = connection
        with listening(house) as thread:
            thread.join(2)
            assert thread.is_alive()
        assert house.slack.state.calls("apps.connections.open") == ["apps.connections.open"]


def test_a_wrong_app_token_opens_no_connection(house: House) -> None:
    with Connection() as connection, pytest.raises(SlackApiError, match="invalid_auth"):
        house.slack.connection = connection
        house.face.app.client.apps_connections_open(app_token="xapp-1-wrong")


def test_the_same_person_clicks_twice_at_once(house: House) -> None:
    """A double click: one decision, and both are answered."""
    for _ in range(5):
        held = house.hand_in()
        barrier = Barrier(2)

        def one_click(submission_id: str = held.id, together: Barrier = barrier) -> int:
            together.wait()
            return house.slack.click(SAMIRA, submission_id, "gate_approve").status

        with ThreadPoolExecutor(2) as people:
            answers = [people.submit(one_click) for _ in range(2)]
        assert [answer.result() for answer in answers] == [200, 200]
        assert [one.by for one in house.gate.get(held.id).decisions] == [SAMIRA]


def test_nothing_is_sent_before_slack_said_it_may(house: House) -> None:
    house.slack.fail("chat.postMessage", "ratelimited", retry_after=90)
    held = house.hand_in()
    calls = len(house.slack.state.calls("chat.postMessage"))
    house.now += timedelta(seconds=80)
    house.work()
    assert len(house.slack.state.calls("chat.postMessage")) == calls
    house.now += timedelta(seconds=30)
    house.work()
    assert house.slack.card(held.id) is not None


def test_nothing_else_is_sent_either_once_slack_asked_to_slow_down(house: House) -> None:
    held = [house.gate.submit(Draft(f"Our shop number {n} opens.", channel="x"), SOMEBODY) for n in range(3)]
    house.slack.fail("chat.postMessage", "ratelimited", retry_after=90)
    house.work()
    calls = house.slack.state.calls()
    assert calls.count("chat.postMessage") == 1
    house.now += timedelta(seconds=80)
    house.work()
    house.reconciler.tick()
    assert house.slack.state.calls() == calls
    house.now += timedelta(seconds=30)
    house.work()
    assert all(house.slack.card(one.id) for one in held)


def test_after_the_token_was_changed_the_cards_follow(house: House) -> None:
    """As an operator does it: a new token, a restart; what waited goes out, what was posted is kept in step."""
    held = house.hand_in()
    house.slack.token = "xoxb-new"
    other = house.hand_in("While the old token is refused.")
    house.slack.click(SAMIRA, held.id, "gate_approve")
    house.work()
    assert house.slack.card(other.id) is None
    assert "✅" not in str(house.slack.card(held.id))
    house.face.client.token = "xoxb-new"
    house.now += timedelta(seconds=OPERATOR_PAUSE * 1.2)
    house.work()
    assert house.slack.card(other.id) is not None
    assert "✅" in str(house.slack.card(held.id))
