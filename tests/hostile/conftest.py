"""One service with all packs and the network for every hostile input, and who asks it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.bootstrap import Services
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Role
from review_gate.page_ports import Account
from review_gate.settings import Settings
from review_gate.web.auth import make_key, new_key

INES, PASSWORD = "ines@example.com", "four words in a row"


@pytest.fixture(scope="package")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("hostile")
    found = Services(Settings(database=f"sqlite:{folder / 'gate.db'}", rate_limit=0))
    found.screening.screen(Draft("Merci"), utc_now())  # what is loaded once is not counted
    yield found
    found.close()


@pytest.fixture(scope="package")
def client(services: Services) -> FlaskClient:
    """A program with a key."""
    key = new_key()
    scopes = frozenset({"check", "submit", "read"})
    services.store.add_key(make_key("hostile", scopes, key, uuid7(), utc_now()))
    found = services.web().test_client()
    found.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return found


@pytest.fixture(scope="package")
def lead(services: Services, client: FlaskClient) -> FlaskClient:
    """A person at the pages."""
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    services.store.add_user(Account(INES, "Inès", frozenset({Role.REVIEWER, Role.LEAD}), quick, utc_now()))
    browser = client.application.test_client()
    browser.environ_base["HTTP_ACCEPT"] = "text/html"
    found = re.search(r'<meta name="csrf" content="(\w+)">', browser.get("/sign-in").get_data(as_text=True))
    assert found is not None
    answer = browser.post("/sign-in", data={"csrf": found[1], "email": INES, "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return browser
