"""Signing in by many at once: no more guesses than the limit, and no more hashing at a time than memory allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher

from review_gate.adapters.accounts import GUESSES_PER_ACCOUNT, HASHED_AT_ONCE, Accounts, Refused
from review_gate.adapters.clock import utc_now
from review_gate.adapters.stores import SqlStore, open_store

ADA = "ada@example.com"
MANY = 16


class Counting(PasswordHasher):
    """Counts what is verified, and how many at a time. Each takes a moment, so that the others catch up."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=1024, parallelism=1)
        self.verified = self.now = self.most = 0
        self._lock = threading.Lock()

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        with self._lock:
            self.verified, self.now = self.verified + 1, self.now + 1
            self.most = max(self.most, self.now)
        time.sleep(0.05)
        try:
            return super().verify(hash, password)
        finally:
            with self._lock:
                self.now -= 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    found = open_store(f"sqlite:{tmp_path / 'gate.db'}", durable=False)
    yield found
    found.close()


def tries(accounts: Accounts, passwords: list[str]) -> list[str]:
    """What comes of signing in with all of them at once: `in`, or the refusal's first words."""
    ready = threading.Barrier(len(passwords))

    def one(password: str) -> str:
        ready.wait(10)
        try:
            accounts.sign_in(ADA, password, "203.0.113.9")
        except Refused as refused:
            return refused.message.en[:13]
        return "in"

    with ThreadPoolExecutor(len(passwords)) as pool:
        return list(pool.map(one, passwords))


def test_a_burst_of_guesses_stays_within_the_limit(store: SqlStore) -> None:
    hasher = Counting()
    accounts = Accounts(store, utc_now, hasher)
    accounts.create(ADA, "Ada", ())
    told = tries(accounts, ["wrong"] * MANY)
    assert told.count("Too many trie") >= MANY - GUESSES_PER_ACCOUNT
    assert hasher.verified <= GUESSES_PER_ACCOUNT


def test_few_passwords_are_hashed_at_a_time(store: SqlStore) -> None:
    hasher = Counting()
    accounts = Accounts(store, utc_now, hasher)
    password = accounts.create(ADA, "Ada", ())
    assert tries(accounts, [password] * GUESSES_PER_ACCOUNT) == ["in"] * GUESSES_PER_ACCOUNT
    assert (hasher.verified, hasher.most) == (GUESSES_PER_ACCOUNT, HASHED_AT_ONCE)


def test_those_who_know_the_password_use_up_no_guesses(store: SqlStore) -> None:
    accounts = Accounts(store, utc_now, Counting())
    password = accounts.create(ADA, "Ada", ())
    for _ in range(GUESSES_PER_ACCOUNT - 1):
        assert tries(accounts, ["wrong"]) == ["E-mail and pa"]
    for _ in range(3):
        assert tries(accounts, [password]) == ["in"]
    assert tries(accounts, ["wrong", "wrong"]).count("E-mail and pa") <= 1
    tries(accounts, ["wrong"])
    assert tries(accounts, [password]) == ["Too many trie"]


class Meanwhile(PasswordHasher):
    """Costs more than Counting, so that sign-in renews its hashes; while it works, something else happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__(time_cost=2, memory_cost=1024, parallelism=1)
        self._happens = happens

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self._happens()
        return super().hash(password, salt=salt)


def test_a_sign_in_that_renews_the_hash_undoes_nothing_written_meanwhile(store: SqlStore) -> None:
    administration = Accounts(store, utc_now, Counting())
    password = administration.create(ADA, "Ada", ())
    with pytest.raises(Refused, match="changed at this very moment"):
        Accounts(store, utc_now, Meanwhile(lambda: administration.disable(ADA))).sign_in(ADA, password, "203.0.113.9")
    found = store.user(ADA)
    assert found is not None and found.disabled_at is not None
    password, given = administration.reset(ADA), list[str]()
    renewing = Accounts(store, utc_now, Meanwhile(lambda: given.append(administration.reset(ADA))))
    with pytest.raises(Refused, match="changed at this very moment"):
        renewing.sign_in(ADA, password, "203.0.113.9")
    assert tries(administration, [password]) == ["E-mail and pa"]
    assert tries(administration, given) == ["in"]


class While(Counting):
    """While it looks at a password, something else happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = happens

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        found = super().verify(hash, password)
        self._happens()
        return found


@pytest.mark.parametrize("change", ["reset", "disable"])
def test_who_signs_in_while_the_account_is_changed_gets_no_session(store: SqlStore, change: str) -> None:
    administration = Accounts(store, utc_now, Counting())
    password = administration.create(ADA, "Ada", ())
    changing = While(lambda: getattr(administration, change)(ADA))
    with pytest.raises(Refused, match="changed at this very moment"):
        Accounts(store, utc_now, changing).sign_in(ADA, password, "203.0.113.9")
    with store.database.read() as session:
        assert session.execute("SELECT count(*) FROM sessions").fetchone()[0] == 0


def test_a_reset_right_after_a_password_was_changed_signs_out_too(store: SqlStore) -> None:
    class Races(SqlStore):
        """An administrator gives out a new password just after the one that was chosen is written."""

        def change_user(self, *change: Any, **how: Any) -> bool:
            written = super().change_user(*change, **how)
            administration.reset(ADA)
            return written

    administration = Accounts(store, utc_now, Counting())
    password = administration.create(ADA, "Ada", ())
    account = administration.sign_in(ADA, password, "203.0.113.9").account
    with pytest.raises(Refused, match="changed at this very moment"):
        Accounts(Races(store.database), utc_now, Counting()).change_password(account, password, "four words in a row")


def test_an_account_let_go_of_during_a_company_sign_in_opens_no_session(store: SqlStore) -> None:
    class Races(SqlStore):
        """An administrator unlinks the account just before the session is opened."""

        def open_session(self, *of: Any) -> bool:
            administration.unlink(ADA)
            return super().open_session(*of)

    administration = Accounts(store, utc_now, Counting())
    administration.create(ADA, "Ada", ())
    with pytest.raises(Refused, match="changed at this very moment"):
        Accounts(Races(store.database), utc_now, Counting()).sign_in_known("idp", "sub-1", ADA, "Ada", None)
    with store.database.read() as session:
        assert session.execute("SELECT count(*) FROM sessions").fetchone()[0] == 0


def test_a_page_left_open_undoes_nothing_written_since(store: SqlStore) -> None:
    accounts = Accounts(store, utc_now, Counting())
    password = accounts.create(ADA, "Ada", ())
    stale = accounts.sign_in(ADA, password, "203.0.113.9").account
    accounts.disable(ADA)
    accounts.speak(stale, "fr")
    found = store.user(ADA)
    assert found is not None and found.language == "fr" and found.disabled_at is not None
    given = accounts.reset(ADA)
    with pytest.raises(Refused, match="present password"):
        accounts.change_password(stale, password, "four words in a row")
    assert tries(accounts, [given]) == ["in"]
