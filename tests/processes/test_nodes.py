"""Two real `review-gate web` processes on one PostgreSQL: what was done on one is so on the other."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from argon2 import PasswordHasher

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.cli.demo_receiver import Receiver, new_secret
from review_gate.domain.submission import Role
from review_gate.page_ports import Account
from review_gate.web.auth import make_key, new_key
from tests.postgres import new_postgres_url, postgres_server, postgres_url
from tests.processes.service import Processes, free_port

__all__ = ["new_postgres_url", "postgres_server", "postgres_url"]

PER_MINUTE = 10
REVIEWER, PASSWORD = "samira@example.com", "four words in a row"
REPLY = "We understand your frustration, {}, and will pass this on to the team in charge."


class Nodes:
    """Both nodes; each caller has a key of its own, since keys are counted."""

    def __init__(self, running: Processes, ports: tuple[int, int], open_clients: ExitStack) -> None:
        self._store = running.services.store
        self._urls = [f"http://127.0.0.1:{port}" for port in ports]
        self._open = open_clients

    def callers(self, *scopes: str) -> tuple[httpx.Client, httpx.Client]:
        """The same caller at the first and at the second node."""
        key = new_key()
        self._store.add_key(make_key(uuid7(), frozenset(scopes), key, uuid7(), utc_now()))
        return self._both(Authorization=f"Bearer {key}")

    def browsers(self) -> tuple[httpx.Client, httpx.Client]:
        return self._both(Accept="text/html")

    def _both(self, **headers: str) -> tuple[httpx.Client, httpx.Client]:
        first, second = (
            self._open.enter_context(httpx.Client(base_url=url, headers=headers, timeout=30)) for url in self._urls
        )
        return first, second


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Nodes]:
    url = request.getfixturevalue("new_postgres_url")()
    with Receiver(new_secret()) as receiver, ExitStack() as clients:
        running = Processes(
            tmp_path_factory.mktemp("nodes"),
            receiver,
            database=url,
            environment={"REVIEW_GATE_RATE_LIMIT": str(PER_MINUTE)},
        )
        try:
            store, other = running.services.store, free_port()
            hashed = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
            store.add_user(Account(REVIEWER, "Samira", frozenset({Role.AUTHOR, Role.REVIEWER}), hashed, utc_now()))
            for part, port in (("web", None), ("web2", other)):
                running.start(part, port)
                running.wait_until_ready(port)
            yield Nodes(running, (running.settings.port, other), clients)
        finally:
            running.close()


def said(client: httpx.Client, name: str, bot: str, **fields: str) -> tuple[str, set[str | None]]:
    """What the gate answers to this reply of the bot's: its action, and the rules and scorers that are its reasons."""
    draft = {"text": REPLY.format(name), "bot": bot, **fields}
    answer = client.post("/v1/check", json=draft)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return told["action"], {reason.get("rule") or reason.get("scorer") for reason in told["reasons"]}


def test_a_bot_that_was_paused_on_one_is_paused_on_the_other(nodes: Nodes) -> None:
    first, second = nodes.callers("admin")
    assert said(second, "Anna", "paused")[0] == "allow"
    assert first.post("/v1/bots/paused/pause", json={"why": "wrong prices"}).status_code == 200
    action, reasons = said(second, "Ben", "paused")
    assert action != "allow" and "paused" in reasons
    assert first.post("/v1/bots/paused/resume", json={"why": "prices are right"}).status_code == 200
    assert said(second, "Chris", "paused")[0] == "allow"


def test_a_freeze_of_one_stops_the_other(nodes: Nodes) -> None:
    first, second = nodes.callers("admin")
    assert said(second, "Anna", "frozen", market="FR")[0] == "allow"
    assert first.put("/v1/freezes/FR", json={"why": "an accident"}).status_code == 200
    action, reasons = said(second, "Ben", "frozen", market="FR")
    assert action != "allow" and "frozen" in reasons
    assert second.post("/v1/freezes/FR/lift", json={"why": "it is over"}).status_code == 200
    assert said(first, "Chris", "frozen", market="FR")[0] == "allow"


def test_what_a_bot_said_on_one_is_remembered_on_the_other(nodes: Nodes) -> None:
    first, second = nodes.callers("check")
    told = [
        said(client, name, "parrot", conversation="c-1")
        for client, name in ((first, "Anna"), (second, "Ben"), (first, "Chris"))
    ]
    assert [action for action, _ in told] == ["allow", "allow", "hold"]
    assert "repetition" in told[2][1]


def test_a_session_and_a_claim_of_one_hold_on_the_other(nodes: Nodes) -> None:
    first, second = nodes.callers("submit", "read")
    made = first.post("/v1/submissions", json={"text": "We open at ten tomorrow.", "kind": "post"}).json()
    here, there = nodes.browsers()
    form = {"email": REVIEWER, "password": PASSWORD, "csrf": csrf(here)}
    assert here.post("/sign-in", data=form).status_code == 303
    there.cookies.update(here.cookies)
    assert "Samira" in there.get("/queue").text
    form = {"csrf": csrf(there), "revision": "1", "sha": made["text_sha256"]}  # the token was made there
    assert here.post(f"/items/{made['id']}/claim", data=form).status_code == 303
    assert second.get(f"/v1/submissions/{made['id']}").json()["claim"]["by"] == REVIEWER
    assert here.post("/sign-out", data=form).status_code == 303
    assert there.get("/queue").status_code == 302


def test_the_nodes_share_the_limit_of_a_key(nodes: Nodes) -> None:
    clients = nodes.callers("read")
    begun = time.monotonic()
    statuses = [clients[number % 2].get("/v1/submissions").status_code for number in range(PER_MINUTE + 4)]
    came_back = int((time.monotonic() - begun) * PER_MINUTE / 60) + 1
    assert PER_MINUTE <= statuses.count(200) <= PER_MINUTE + came_back
    assert set(statuses) == {200, 429}
    assert clients[1].get("/v1/submissions").status_code == clients[0].get("/v1/submissions").status_code == 429


def csrf(client: httpx.Client) -> str:
    found = re.search(r'<meta name="csrf" content="(\w+)">', client.get("/password", follow_redirects=True).text)
    assert found is not None
    return found[1]
