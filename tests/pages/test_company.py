"""Signing in with the company's accounts, against a real OpenID provider over HTTP."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from review_gate.adapters.oidc import Client, CompanyRefused
from review_gate.adapters.stores import open_store
from review_gate.bootstrap import Services
from review_gate.cli.doctor import _sign_in
from review_gate.cli.main import main
from review_gate.domain.submission import Role
from review_gate.settings import SettingsError, load_settings
from tests.pages.house import INES, PASSWORD, PageHouse, Visitor, running
from tests.pages.provider import CLIENT, SECRET, Provider, providing

ADA = {
    "sub": "u-1",
    "email": "Ada@example.com",
    "email_verified": True,
    "name": "Ada Lovelace",
    "groups": ["brand-leads"],
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as found:
        yield found


@pytest.fixture
def gate(provider: Provider, tmp_path: Path) -> Iterator[PageHouse]:
    provider.person, provider.thin, provider.slips = dict(ADA), False, {}
    provider.asked.clear()
    with socket.create_server(("127.0.0.1", 0)) as free:  # the provider must know the way back before the house stands
        port = free.getsockname()[1]
    back = f"http://127.0.0.1:{port}/sign-in/company/back"
    roles = {"brand-leads": Role.LEAD, "brand-reviewers": Role.REVIEWER}
    with running(tmp_path, port=port, company=Client(provider.url, CLIENT, back, SECRET, "groups", roles)) as house:
        yield house


def come(house: PageHouse, path: str = "/sign-in/company") -> tuple[httpx.Response, Visitor]:
    """Goes to the provider and back, as a browser does."""
    visitor = house.browser()
    away = visitor.get(path)
    assert away.status_code == 302, away.text
    back = httpx.get(away.headers["Location"])
    return visitor.client.get(back.headers["Location"]), visitor


def test_the_first_time_makes_an_account_with_the_roles_of_the_claim(gate: PageHouse, provider: Provider) -> None:
    assert "Sign in with the company" in gate.browser().get("/sign-in").text
    answer, visitor = come(gate, "/sign-in/company?next=/audit?kind=x")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/audit?kind=x")
    page = visitor.get("/audit")
    assert page.status_code == 200 and "Ada Lovelace" in page.text
    assert "Choose a password" not in page.text, "there is none to choose"
    provider.person["groups"] = ["brand-reviewers", "others"]
    _, visitor = come(gate)
    assert visitor.get("/audit").status_code == 403 and visitor.get("/queue").status_code == 200
    account = gate.store.user("ada@example.com")
    assert account is not None and account.roles == {Role.AUTHOR, Role.REVIEWER} and not account.has_password
    assert gate.browser().send("/sign-in", email="ada@example.com", password="!").status_code == 403
    assert provider.asked.count("/.well-known/openid-configuration") == 1, "what it says about itself is kept"


def test_local_accounts_still_get_in(gate: PageHouse) -> None:
    assert gate.browser().send("/sign-in", email=INES, password=PASSWORD).status_code == 303


def test_a_thin_token_is_filled_up_by_the_user_endpoint(gate: PageHouse, provider: Provider) -> None:
    provider.thin = True
    _, visitor = come(gate)
    assert visitor.get("/audit").status_code == 200
    provider.slips = {"userinfo": {"sub": "u-2"}}
    assert come(gate)[0].status_code == 403


def test_a_new_key_of_the_provider_is_fetched(gate: PageHouse, provider: Provider) -> None:
    assert come(gate)[0].status_code == 303
    provider.turn_key()
    assert come(gate)[0].status_code == 303


@pytest.mark.parametrize(
    "slips",
    [
        {"nonce": "another"},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"iss_told": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"at_hash": "bm90IHRoYXQgb25l"},
        {"signed": "by another"},
        {"signed": "with the secret"},
        {"signed": "not at all"},
        {"state": "another"},
        {"error": True},
    ],
    ids=lambda slips: "-".join(map(str, slips.items()))[:40],
)
def test_what_does_not_hold_signs_nobody_in(gate: PageHouse, provider: Provider, slips: dict[str, Any]) -> None:
    provider.slips = slips
    answer, visitor = come(gate)
    assert answer.status_code == 403 and 'role="alert"' in answer.text
    assert visitor.get("/mine").status_code == 302
    assert gate.store.user("ada@example.com") is None


def test_an_answer_is_good_once_and_in_its_own_browser(gate: PageHouse) -> None:
    visitor = gate.browser()
    back = httpx.get(visitor.get("/sign-in/company").headers["Location"]).headers["Location"]
    assert gate.browser().get(back).status_code == 403, "another browser, which never began"
    assert visitor.client.get(back).status_code == 303
    assert gate.browser().get(back).status_code == 403
    assert visitor.client.get("/sign-in/company/back").status_code == 403


@pytest.mark.parametrize("person", [{"email": ""}, {"email_verified": False}, {"email": "no address"}])
def test_an_address_must_be_there_and_confirmed(gate: PageHouse, provider: Provider, person: dict[str, Any]) -> None:
    provider.person |= person
    assert come(gate)[0].status_code == 403


def test_an_address_that_the_token_leaves_unconfirmed_is_asked_for(gate: PageHouse, provider: Provider) -> None:
    del provider.person["email_verified"]
    refused, _ = come(gate)
    assert refused.status_code == 403 and "email_verified" in refused.text
    provider.slips = {"userinfo": {"email_verified": True, "email": "grace@example.com"}}
    assert come(gate)[0].status_code == 403, "that confirms another address"
    provider.slips = {"userinfo": {"email_verified": True}}
    assert come(gate)[0].status_code == 303


@pytest.mark.parametrize(("person", "status"), [({}, 303), ({"email_verified": False}, 403)])
def test_a_provider_that_lists_no_such_claim_is_believed_unless_it_says_no(
    gate: PageHouse, provider: Provider, person: dict[str, Any], status: int
) -> None:
    del provider.person["email_verified"]
    provider.person |= person
    provider.slips = {"claims_told": ["sub", "email", "name"]}
    assert come(gate)[0].status_code == status
    assert "/userinfo" not in provider.asked


def test_an_address_given_to_somebody_else_does_not_open_the_account(gate: PageHouse, provider: Provider) -> None:
    come(gate)
    provider.person["sub"] = "u-2"
    answer, _ = come(gate)
    assert answer.status_code == 403 and "review-gate user unlink --email ada@example.com" in answer.text
    gate.accounts.unlink("ada@example.com")
    assert come(gate)[0].status_code == 303
    gate.accounts.disable("ada@example.com")
    assert "was disabled" in come(gate)[0].text


def test_a_one_time_password_ends_when_its_owner_comes_by_the_company(gate: PageHouse) -> None:
    once = gate.accounts.create("ada@example.com", "", [])
    assert come(gate)[1].get("/mine").status_code == 200
    assert gate.browser().send("/sign-in", email="ada@example.com", password=once).status_code == 403


def test_a_provider_that_is_not_there_or_not_itself(provider: Provider, tmp_path: Path) -> None:
    with running(tmp_path, company=Client("http://127.0.0.1:9", CLIENT, "http://127.0.0.1:1/")) as house:
        answer = house.browser().get("/sign-in/company")
        assert answer.status_code == 502 and "does not answer as it should" in answer.text
    provider.slips = {"issuer_told": "https://evil.example"}
    other = tmp_path / "other"
    other.mkdir()
    with running(other, company=Client(provider.url, CLIENT, "http://127.0.0.1:1/")) as house:
        assert house.browser().get("/sign-in/company").status_code == 502


def test_without_a_provider_there_is_no_such_way(house: PageHouse) -> None:
    assert "company" not in house.browser().get("/sign-in").text
    assert house.browser().get("/sign-in/company").status_code == 404
    assert house.browser().get("/sign-in/company/back").status_code == 404


def test_the_settings_say_what_is_wrong(tmp_path: Path) -> None:
    good = {"REVIEW_GATE_OIDC_ISSUER": "https://id.example.com", "REVIEW_GATE_OIDC_CLIENT_ID": "rg"}
    settings = load_settings(environ={**good, "REVIEW_GATE_OIDC_ROLES": "a=b=lead, Brand Team =reviewer"})
    assert settings.oidc_roles == {"a=b": "lead", "Brand Team": "reviewer"}
    for name, value, said in (
        ("REVIEW_GATE_OIDC_ROLES", "leads", "VALUE=ROLE"),
        ("REVIEW_GATE_OIDC_ROLES", "leads=boss", "OIDC_ROLES"),
        ("REVIEW_GATE_OIDC_ISSUER", "http://id.example.com", "https://"),
        ("REVIEW_GATE_OIDC_CLIENT_ID", "", "oidc_client_id"),
    ):
        with pytest.raises(SettingsError, match=said):
            load_settings(environ={**good, name: value})


def test_the_command_lets_go_of_an_account(tmp_path: Path) -> None:
    database = f"sqlite:{tmp_path / 'gate.db'}"
    open_store(database).close()
    assert main(["user", "unlink", "--email", "nobody@example.com", "--database", database]) == 1


def test_the_doctor_looks_whether_the_provider_answers(provider: Provider, tmp_path: Path) -> None:
    provider.slips = {}
    services = Services(load_settings({"database": f"sqlite:{tmp_path / 'gate.db'}"}, environ={}))
    assert _sign_in(services).en.startswith("0 accounts of the gate")
    services.close()
    named = {"database": f"sqlite:{tmp_path / 'gate.db'}", "oidc_client_id": CLIENT}
    services = Services(load_settings({**named, "oidc_issuer": provider.url}, environ={}))
    assert _sign_in(services).en.startswith(f"{provider.url}/authorize")
    with pytest.raises(CompanyRefused, match="does not answer as it should"):
        _sign_in(Services(load_settings({**named, "oidc_issuer": "http://127.0.0.1:9"}, environ={})))
    services.close()
