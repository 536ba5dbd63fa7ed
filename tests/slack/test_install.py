"""OAuth: the app is installed into several workspaces and a whole organisation; each is spoken to with its token."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk.oauth.installation_store import Installation

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.domain.submission import State
from review_gate.settings import SettingsError, load_settings
from review_gate.slack.installations import NoteInstallations, NoteStates
from review_gate.slack.manifest import manifest
from review_gate.slack.standin import CHANNEL, payloads
from review_gate.slack.standin.oauth import Place
from review_gate.slack.workspaces import EVERY, OAuth, Workspaces
from tests.builders import FakeClock
from tests.postgres import new_postgres_url, postgres_server, postgres_url
from tests.slack.house import CAMILLE, SAMIRA, SECRET, House

__all__ = ["new_postgres_url", "postgres_server", "postgres_url"]

HOME, OTHER, ORG, STRANGER = Place("T0HOME"), Place("T0OTHER"), Place(None, "E0ORG", True), Place("T0STRANGER")
CREDENTIALS = OAuth("1234.5678", "a client secret", ("T0HOME", "T0OTHER", "E0ORG"), "https://gate.example.com")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, oauth=CREDENTIALS)
    yield made
    made.close()


def install(house: House, place: Place) -> httpx.Response:
    """The way of a person's browser: to us, to Slack's consent page, and back with a code."""
    with httpx.Client(base_url=house.url) as browser:
        began = browser.get("/slack/install")
        assert began.status_code == 302
        asked = parse_qs(urlsplit(began.headers["Location"]).query)
        assert asked["client_id"] == ["1234.5678"]
        assert "chat:write" in asked["scope"][0].split(",")
        assert asked["redirect_uri"] == ["https://gate.example.com/slack/oauth_redirect"]
        cookie = began.headers["Set-Cookie"].split(";")[0]
        query = {"code": house.slack.grants.code(place), "state": asked["state"][0]}
        return httpx.get(f"{house.url}/slack/oauth_redirect", params=query, headers={"Cookie": cookie})


def token_of(house: House, place: Place) -> str:
    return next(token for token, where in house.slack.grants.tokens.items() if where == place)


def used(house: House, method: str) -> list[str]:
    return [token for name, token in house.slack.grants.calls if name == method]


def command(house: House, user: str, text: str, **where: str) -> httpx.Response:
    form = {"command": "/gate", "text": text, "user_id": user, "user_name": "x", "channel_id": "C0ANY",
            "trigger_id": "t", "team_id": "T0OTHER", **where}  # fmt: skip
    return payloads.send(SECRET, f"{house.url}/slack/commands", str(httpx.QueryParams(form)))


def test_cards_wait_until_the_app_is_installed_at_home_then_go_out(house: House) -> None:
    held = house.hand_in()
    assert house.slack.card(held.id) is None
    assert install(house, HOME).status_code == 200
    house.now += timedelta(minutes=10)
    house.work()
    assert house.slack.card(held.id) is not None
    assert set(used(house, "chat.postMessage")) == {token_of(house, HOME)}


def test_each_workspace_is_answered_with_its_own_token(house: House) -> None:
    for place in (HOME, OTHER):
        install(house, place)
    home = {"type": "event_callback", "team_id": "T0OTHER", "api_app_id": "A0", "event_id": "Ev1", "event_time": 1,
            "event": {"type": "app_home_opened", "user": CAMILLE, "tab": "home"},
            "authorizations": [{"team_id": "T0OTHER", "user_id": "U0GATEBOT1", "is_bot": True}]}  # fmt: skip
    body = json.dumps(home)
    headers = {"Content-Type": "application/json", **payloads.sign(SECRET, body, int(time.time()))}
    assert httpx.post(f"{house.url}/slack/events", content=body, headers=headers).status_code == 200
    house.work()
    assert used(house, "views.publish") == [token_of(house, OTHER)]
    held = house.hand_in()
    house.slack.click(SAMIRA, held.id, "gate_reject")
    assert used(house, "chat.postMessage") == [token_of(house, HOME)]


def test_a_whole_organisation_is_installed_once_and_every_workspace_in_it_answered(house: House) -> None:
    install(house, ORG)
    answer = command(house, "W0GRIDUSER", "who", team_id="T0ANY", enterprise_id="E0ORG", is_enterprise_install="true")
    assert "drafts wait" in answer.text
    assert "drafts wait" in command(house, "W0GRIDUSER", "who", team_id="T0SECOND", enterprise_id="E0ORG").text


def test_the_team_is_never_what_an_approval_goes_by(house: House) -> None:
    install(house, HOME)
    install(house, ORG)
    held = house.hand_in()
    card = house.slack.card(held.id) or {}
    value = json.dumps({"id": held.id, "revision": 1, "version": 1, "sha": held.text_sha256})
    action = {"type": "button", "action_id": "gate_approve", "value": value, "block_id": "b"}
    click = {**payloads.block_actions(SAMIRA, CHANNEL, card, action, "t", ""), "team": None,
             "enterprise": {"id": "E0ORG", "name": "Org"}, "is_enterprise_install": True}  # fmt: skip
    assert payloads.send(SECRET, f"{house.url}/slack/interactions", payloads.form(click)).status_code == 200
    assert house.gate.get(held.id).state is State.APPROVED


def test_a_workspace_that_nobody_named_is_refused_and_reads_nothing(house: House) -> None:
    install(house, HOME)
    refused = install(house, STRANGER)
    assert refused.status_code == 500
    places = house.face.workspaces
    assert places is not None
    assert [one.team_id for one in places.installations.all()] == ["T0HOME"]
    house.hand_in("A secret plan.")
    assert "A secret plan" not in command(house, "U0STRANGER", "who", team_id="T0STRANGER").text


@pytest.mark.parametrize("change", [{"state": "made-up"}, {"code": "made-up"}, {"error": "access_denied"}])
def test_a_way_back_that_was_not_begun_here_installs_nothing(house: House, change: dict[str, str]) -> None:
    began = httpx.get(f"{house.url}/slack/install")
    state = parse_qs(urlsplit(began.headers["Location"]).query)["state"][0]
    cookie = {"Cookie": began.headers["Set-Cookie"].split(";")[0]}
    query = {"code": house.slack.grants.code(HOME), "state": state, **change}
    answer = httpx.get(f"{house.url}/slack/oauth_redirect", params=query, headers=cookie)
    assert "xoxb" not in answer.text
    places = house.face.workspaces
    assert places is not None and places.installations.all() == []


def test_tokens_are_exchanged_before_they_end_and_cards_go_on(house: House) -> None:
    house.slack.grants.expires_in = 3600
    install(house, HOME)
    before = token_of(house, HOME)
    places = house.face.workspaces
    assert places is not None
    assert places.rotate() == 1
    after = token_of(house, HOME)
    assert after != before and places.home() == after
    house.slack.grants.expires_in = None
    held = house.hand_in()
    assert house.slack.card(held.id) is not None
    assert set(used(house, "chat.postMessage")) == {after}


def test_two_processes_exchange_a_token_once(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """What a token is exchanged with works once: the second one would be refused, and say so."""
    house.slack.grants.expires_in = 3600
    install(house, HOME)
    one, other = (Workspaces(CREDENTIALS, house.store, lambda: house.now, house.slack.api_url) for _ in range(2))
    ready = threading.Barrier(2)

    def rotate(places: Workspaces) -> int:
        ready.wait(10)
        return places.rotate()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(rotate, (one, other))) == [0, 1]
    assert "install the app again" not in caplog.text
    assert one.home() == token_of(house, HOME)


def test_who_fails_to_exchange_a_token_says_so_for_all_and_it_is_tried_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.slack.grants.expires_in = 3600
    install(house, HOME)
    kept = dict(house.slack.grants.refresh)
    house.slack.grants.refresh.clear()
    one, other = (Workspaces(CREDENTIALS, house.store, lambda: house.now, house.slack.api_url) for _ in range(2))
    assert (one.rotate(), other.rotate(), one.rotate()) == (0, 0, 0)
    assert caplog.text.count("install the app again") == 1
    house.slack.grants.refresh.update(kept)
    house.now += EVERY
    assert other.rotate() == 1


def test_a_token_that_cannot_be_exchanged_is_kept_and_said(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.slack.grants.expires_in = 3600
    install(house, HOME)
    house.slack.grants.refresh.clear()
    places = house.face.workspaces
    assert places is not None
    before = places.home()
    assert places.rotate() == 0
    assert places.home() == before
    assert "install the app again" in caplog.text


def test_an_app_that_is_uninstalled_stays_away(house: House) -> None:
    for place in (HOME, OTHER):
        install(house, place)
    gone = {"type": "event_callback", "team_id": "T0OTHER", "api_app_id": "A0", "event_id": "Ev2", "event_time": 1,
            "event": {"type": "app_uninstalled"}, "authorizations": []}  # fmt: skip
    body = json.dumps(gone)
    headers = {"Content-Type": "application/json", **payloads.sign(SECRET, body, int(time.time()))}
    httpx.post(f"{house.url}/slack/events", content=body, headers=headers)
    places = house.face.workspaces
    assert places is not None
    assert [one.team_id for one in places.installations.all()] == ["T0HOME"]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    sqlite = request.param == "sqlite"
    found = open_store(f"sqlite:{tmp_path / 'gate.db'}" if sqlite else str(request.getfixturevalue("postgres_url")))
    yield found
    found.close()


def installation(**fields: Any) -> Installation:
    return Installation(**{"user_id": "U1", "bot_token": "xoxb-1", "bot_id": "B1", "bot_user_id": "U2", **fields})


def test_the_installation_store_on_both_databases(store: SqlStore) -> None:
    kept = NoteInstallations(store)
    kept.save(installation(team_id="T1"))
    kept.save(installation(team_id="T2", enterprise_id="E1", bot_token="xoxb-2"))
    kept.save(installation(enterprise_id="E1", is_enterprise_install=True, bot_token="xoxb-org"))

    def token(enterprise: str | None, team: str | None, org: bool = False) -> str | None:
        found = kept.find_bot(enterprise_id=enterprise, team_id=team, is_enterprise_install=org)
        return found.bot_token if found is not None else None

    assert (token(None, "T1"), token("E9", "T1")) == ("xoxb-1", "xoxb-1")
    assert (token("E1", "T2"), token("E1", "T2", True), token("E1", "T3")) == ("xoxb-2", "xoxb-org", "xoxb-org")
    assert (token(None, "T9"), token("E9", None)) == (None, None)
    assert len(kept.all()) == 3
    kept.delete_all(enterprise_id="E1", team_id="T2")
    assert token("E1", "T2") == "xoxb-org"
    assert len(kept.all()) == 2


def test_a_state_is_good_once_and_for_ten_minutes(store: SqlStore) -> None:
    clock = FakeClock()
    states = NoteStates(store, clock, "client-secret")
    first, late = states.issue(), states.issue()
    assert not NoteStates(store, clock, "another").consume(first)
    assert states.consume(first)
    assert not states.consume(first)
    assert not states.consume("made-up")
    clock.pass_(minutes=11)
    assert not states.consume(late)
    assert not states.consume(late.replace(late.partition(".")[0], "9999999999"))


def test_installations_begun_by_anybody_leave_nothing_behind(store: SqlStore) -> None:
    clock = FakeClock()
    states = NoteStates(store, clock, "client-secret")

    def kept() -> int:
        with store._database.read() as session:
            return int(session.execute("SELECT count(*) FROM notes").fetchone()[0])

    begun = [states.issue() for _ in range(9)]
    assert kept() == 0
    assert all(states.consume(state) for state in begun) and kept() == 9
    clock.pass_(minutes=11)
    assert states.consume(states.issue()) and kept() == 1


def test_installations_at_the_same_moment_are_all_listed(store: SqlStore) -> None:
    teams = [f"T{n}" for n in range(8)]
    with ThreadPoolExecutor(len(teams)) as pool:
        list(pool.map(lambda team: NoteInstallations(store).save(installation(team_id=team)), teams))
    assert sorted(str(one.team_id) for one in NoteInstallations(store).all()) == teams


def test_settings_say_what_oauth_needs() -> None:
    variables = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "REVIEW_GATE_PUBLIC_URL": "https://g.example"}
    with pytest.raises(SettingsError, match="REVIEW_GATE_SLACK_TEAMS"):
        load_settings(environ=variables)
    found = load_settings(environ={**variables, "REVIEW_GATE_SLACK_TEAMS": "T1, E2"})
    assert found.slack_teams == ("T1", "E2")
    assert not found.uses_stand_in


def test_the_manifest_for_several_workspaces() -> None:
    made = manifest("https://gate.example.com", several=True)
    assert made["oauth_config"]["redirect_urls"] == ["https://gate.example.com/slack/oauth_redirect"]
    assert made["settings"]["org_deploy_enabled"] is True
    assert {"app_uninstalled", "tokens_revoked"} <= set(made["settings"]["event_subscriptions"]["bot_events"])
    assert "redirect_urls" not in manifest("https://gate.example.com")["oauth_config"]


def test_who_speaks_at_home_is_the_first_workspace(store: SqlStore) -> None:
    places = Workspaces(OAuth("1", "s", ("T2", "T1")), store, FakeClock())
    places.installations.save(installation(team_id="T1", bot_token="xoxb-1"))
    places.installations.save(installation(team_id="T2", bot_token="xoxb-2"))
    assert places.home() == "xoxb-2"
