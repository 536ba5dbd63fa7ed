"""Signing in, and what keeps others out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from flask import Flask

from review_gate.adapters.accounts import GUESSES_PER_ACCOUNT, GUESSES_PER_ADDRESS
from review_gate.adapters.stores import open_store
from review_gate.web.pages.session import _caller
from tests.pages.house import CAMILLE, INES, PASSWORD, SAMIRA, PageHouse


def test_the_start_leads_to_the_door_and_then_to_the_work(house: PageHouse) -> None:
    visitor = house.browser()
    assert visitor.get("/").headers["Location"] == "/sign-in"
    assert visitor.get("/queue?channel=x").headers["Location"] == "/sign-in?next=/queue?channel%3Dx"
    assert house.browser(SAMIRA).get("/").headers["Location"] == "/queue"
    assert house.browser(CAMILLE).get("/").headers["Location"] == "/mine"


def test_the_cookie_is_for_the_server_alone(house: PageHouse) -> None:
    visitor = house.browser()
    answer = visitor.send("/sign-in", email=CAMILLE.upper(), password=PASSWORD)
    cookie = next(value for value in answer.headers.get_list("Set-Cookie") if value.startswith("rg_session"))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert house.store.session_user(token, house.accounts._clock()) is None, "the token itself is not kept"


@pytest.mark.parametrize(("email", "password"), [(CAMILLE, "wrong"), ("nobody@example.com", PASSWORD), ("", "")])
def test_a_wrong_password_says_no_more_than_that(house: PageHouse, email: str, password: str) -> None:
    answer = house.browser().send("/sign-in", email=email, password=password)
    assert answer.status_code == 403
    assert "E-mail and password do not match." in answer.text


def test_guessing_ends_after_a_few_tries_and_begins_anew_later(house: PageHouse) -> None:
    visitor = house.browser()
    for _ in range(GUESSES_PER_ACCOUNT):
        visitor.send("/sign-in", email=CAMILLE, password="wrong")
    answer = visitor.send("/sign-in", email=CAMILLE, password=PASSWORD)
    assert answer.status_code == 403 and "Too many tries" in answer.text
    assert visitor.send("/sign-in", email=SAMIRA, password=PASSWORD).status_code == 303, "others still get in"
    house.pass_(minutes=16)
    assert house.browser().send("/sign-in", email=CAMILLE, password=PASSWORD).status_code == 303


def test_behind_a_proxy_each_caller_is_counted_alone(house: PageHouse) -> None:
    visitor = house.browser()
    for number in range(GUESSES_PER_ADDRESS):
        form = {"csrf": visitor.token, "email": f"guess-{number}@example.com", "password": "wrong"}
        visitor.client.post("/sign-in", data=form, headers={"X-Forwarded-For": "203.0.113.9"})
    right = {"csrf": visitor.token, "email": CAMILLE, "password": PASSWORD}
    told = [
        visitor.client.post("/sign-in", data=right, headers={"X-Forwarded-For": where}).status_code
        for where in ("198.51.100.4, 203.0.113.9", "203.0.113.9, 198.51.100.4")
    ]
    assert told == [403, 303]


@pytest.mark.parametrize(
    ("address", "believed"),
    [
        ("127.0.0.1", True),
        ("10.0.0.2", True),
        ("fd00::2", True),
        ("::ffff:10.0.0.2", True),
        ("203.0.114.9", False),
        ("2606:2800:220:1:248:1893:25c8:1946", False),
        ("::ffff:203.0.114.9", False),
        ("unix", False),
    ],
)
def test_only_a_proxy_of_the_same_network_is_believed(address: str, believed: bool) -> None:
    headers = {"X-Forwarded-For": "198.51.100.4"}
    with Flask("any").test_request_context("/sign-in", headers=headers, environ_base={"REMOTE_ADDR": address}):
        assert _caller() == ("198.51.100.4" if believed else address)


def test_a_session_ends_by_itself_and_by_signing_out(house: PageHouse) -> None:
    visitor = house.browser(SAMIRA)
    assert visitor.get("/queue").status_code == 200
    stolen = dict(visitor.client.cookies)
    visitor.send("/sign-out")
    thief = httpx.Client(base_url=house.url, cookies=stolen)
    assert thief.get("/queue").status_code == 302
    other = house.browser(SAMIRA)
    house.pass_(hours=13)
    assert other.get("/queue").status_code == 302


def test_a_one_time_password_opens_only_the_page_for_a_new_one(house: PageHouse) -> None:
    once = house.accounts.create("new@example.com", "", [])
    visitor = house.browser()
    visitor.send("/sign-in", email="new@example.com", password=once)
    assert visitor.get("/compose").headers["Location"] == "/password"
    assert visitor.send("/password", old=once, new="short").status_code == 422
    assert visitor.send("/password", old="wrong", new="long enough for this").status_code == 422
    assert visitor.send("/password", old=once, new="long enough for this").status_code == 303
    assert visitor.get("/compose").status_code == 200


def test_a_disabled_account_is_out_at_once(house: PageHouse) -> None:
    visitor = house.browser(SAMIRA)
    house.accounts.disable(SAMIRA)
    assert visitor.get("/queue").status_code == 302
    assert house.browser().send("/sign-in", email=SAMIRA, password=PASSWORD).status_code == 403


@pytest.mark.parametrize("goal", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(house: PageHouse, goal: str) -> None:
    answer = house.browser().send("/sign-in", email=CAMILLE, password=PASSWORD, next=goal)
    assert answer.headers["Location"] == "/"


def test_a_form_without_its_token_does_nothing(house: PageHouse) -> None:
    visitor = house.browser(SAMIRA)
    item = house.hand_in()
    form = {"revision": "1", "sha": item.text_sha256}
    for token in ("", "0" * 64, house.browser(INES).token):
        answer = visitor.client.post(f"/items/{item.id}/approve", data={**form, "csrf": token})
        assert answer.status_code == 400
    crossed = {"Sec-Fetch-Site": "cross-site"}
    answer = visitor.client.post(f"/items/{item.id}/approve", data={**form, "csrf": visitor.token}, headers=crossed)
    assert answer.status_code == 400
    assert house.gate.get(item.id).state == "held"


@pytest.mark.parametrize(
    ("email", "path", "status"),
    [
        (CAMILLE, "/queue", 403),
        (CAMILLE, "/figures", 403),
        (CAMILLE, "/audit", 403),
        (CAMILLE, "/rules", 200),
        (SAMIRA, "/figures", 200),
        (SAMIRA, "/audit", 403),
        (INES, "/audit", 200),
        (INES, "/nowhere", 404),
    ],
)
def test_roles_open_pages(house: PageHouse, email: str, path: str, status: int) -> None:
    assert house.browser(email).get(path).status_code == status


def test_an_author_sees_their_own_drafts_and_no_others(house: PageHouse) -> None:
    own, other = house.hand_in(), house.hand_in(author="jordan@example.com")
    visitor = house.browser(CAMILLE)
    assert visitor.get(f"/items/{own.id}").status_code == 200
    assert visitor.get(f"/items/{other.id}").status_code == 404
    assert visitor.get(f"/items/{other.id}/revise").status_code == 404


@pytest.mark.parametrize("path", ["/sign-in", "/queue", "/static/gate.css", "/nowhere"])
def test_every_page_is_strict_about_where_things_come_from(house: PageHouse, path: str) -> None:
    headers = house.browser(INES).get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_programs_still_get_problem_documents(house: PageHouse) -> None:
    assert httpx.get(f"{house.url}/v1/nothing").headers["Content-Type"] == "application/problem+json"
    assert httpx.get(f"{house.url}/nothing").headers["Content-Type"] == "application/problem+json"


def test_the_first_administrator_comes_from_the_command_line(tmp_path: Path) -> None:
    database = f"sqlite:{tmp_path / 'gate.db'}"
    command = [sys.executable, "-m", "review_gate", "user"]
    make = [*command, "create", "--email", "Ada@Example.com", "--role", "admin", "--database", database]
    made = subprocess.run(make, capture_output=True, text=True, check=True)
    assert len(made.stdout.strip()) >= 12
    again = subprocess.run(make, capture_output=True, text=True, check=False)
    assert again.returncode == 1 and "already" in again.stderr and again.stdout == ""
    listing = subprocess.run([*command, "list", "--database", database], capture_output=True, text=True, check=True)
    assert listing.stdout.startswith("ada@example.com\tada\tadmin,author\tactive")
    store = open_store(database)
    account = store.user("ada@example.com")
    store.close()
    assert account is not None and account.must_change and account.password_hash.startswith("$argon2id$")
