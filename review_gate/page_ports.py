"""What the pages need from the world besides ports.py: accounts to sign in with, and more ways to read the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypedDict

from review_gate.domain.submission import Answer, Claim, Role, State, Submission
from review_gate.domain.verdict import Source
from review_gate.ports import ChainedEvent, Page, Store


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `email` is in lower case and names the account; `password_hash` tells nothing about
    the password; `must_change`: the password was given out by somebody else and opens one page, where a new one is
    chosen."""

    email: str
    name: str
    roles: frozenset[Role]
    password_hash: str
    created_at: datetime
    language: str | None = None
    must_change: bool = False
    disabled_at: datetime | None = None

    @property
    def has_password(self) -> bool:
        """False for accounts that come by the company's sign-in alone."""
        return self.password_hash.startswith("$")


class AccountChange(TypedDict, total=False):
    """The fields of an account that are written anew; those that are not named stay."""

    roles: frozenset[Role]
    password_hash: str
    language: str | None
    must_change: bool
    disabled_at: datetime | None


class Users(Protocol):
    """Accounts, their open sessions, and sign-ins that went wrong. Of a session's token only the SHA-256 is kept."""

    def add_user(self, account: Account) -> None:
        """Raises ValueError when there is an account with that address."""

    def user(self, email: str) -> Account | None: ...

    def users(self) -> Sequence[Account]: ...

    def change_user(
        self, email: str, change: AccountChange, over: str | None = None, *, sign_out: bool = False
    ) -> bool:
        """Writes these fields and no other, so that what somebody else writes at that moment stays. `over`: only while
        that is the password's hash. `sign_out` ends the account's sessions in the same moment. Answers whether it was
        written: False also when there is no such account."""

    def open_session(self, token_sha256: str, email: str, now: datetime, ends_at: datetime, over: str) -> bool:
        """Only while `over` is the hash of the account's password and the account is not disabled, so that what signs
        out everywhere also counts for who is just signing in. Answers whether it was opened. Also forgets the sessions
        that have ended."""

    def session_user(self, token_sha256: str, now: datetime) -> Account | None:
        """Whose session it is; None when it has ended or the account is disabled."""

    def end_session(self, token_sha256: str) -> None: ...

    def end_sessions(self, email: str) -> None:
        """Signs that account out everywhere."""

    def sign_in_failed(self, who: str, now: datetime, forget_before: datetime) -> None:
        """Counts one against `who` (an account's or a network address)."""

    def sign_in_forgiven(self, who: str, at: datetime) -> None:
        """Takes back what was counted against `who` at that moment."""

    def sign_in_failures(self, who: str, since: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which held submissions to list: every field that is not None must match. `severity`: this or above;
    `due_before`: planned earlier than that."""

    channel: str | None = None
    market: str | None = None
    severity: int | None = None
    due_before: datetime | None = None
    kind: str | None = None
    claimed_by: tuple[str, ...] | None = None
    """Whose claim holds at `now`, by one of these names; empty: nobody's."""
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """So many held submissions share these."""

    channel: str | None
    market: str | None
    severity: int
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Trail:
    """Which events to list: every field that is not None must match. `kind` is the whole word, `since` inclusive,
    `until` exclusive."""

    kind: str | None = None
    actor: str | None = None
    submission_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision, as far as it is counted."""

    answer: Answer
    by: str
    by_name: str
    at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A submission, as far as it is counted. `categories` and `rules` (or scorers with their label) are those that
    spoke at warn or above about the present text."""

    created_at: datetime
    planned_at: datetime | None
    state: State
    revision: int
    rulings: tuple[Ruling, ...]
    categories: frozenset[str]
    rules: frozenset[str]

    @classmethod
    def of(cls, item: Submission) -> Judged:
        findings = item.verdict.findings
        return cls(
            item.created_at,
            item.draft.planned_at,
            item.state,
            item.revision,
            tuple(Ruling(d.answer, d.by, d.by_name or d.by, d.at, d.revision) for d in item.decisions),
            frozenset(reason.category for reason in findings if reason.category),
            frozenset(reason.name for reason in findings if reason.source is not Source.POLICY),
        )


class Desk(Protocol):
    """What the pages read besides single submissions."""

    def queue(self, where: Waiting, after: str | None = None, limit: int = 50) -> Page:
        """Held submissions, the earliest planned first, then those without a time, oldest first. Raises ValueError for
        a cursor that is none."""

    def held_before(self, horizon: datetime) -> Sequence[str]:
        """The ids of held submissions planned earlier than that, the earliest first, also where they cannot be read."""

    def claims(self, now: datetime) -> Sequence[Claim]:
        """The claims on held submissions that have not ended at `now`, 1000 at most; without those of submissions that
        cannot be read."""

    def planned(self, since: datetime, until: datetime, limit: int = 500) -> Page:
        """The held and approved submissions that go out in [since, until), earliest first: one page, and no other."""

    def facets(self) -> Sequence[Facet]: ...

    def last_position(self) -> int:
        """The position of the newest event, 0 when there is none: when it is the same, nothing has changed."""

    def trail(self, where: Trail, before: int | None = None, limit: int = 100) -> Sequence[ChainedEvent]:
        """Newest first, from position `before` (exclusive)."""

    def event_kinds(self) -> Sequence[str]: ...

    def handed_in(self, since: datetime, until: datetime, limit: int = 20_000) -> Sequence[Judged]:
        """What is counted of the submissions created in [since, until), newest first, as far as they can be read."""

    def replies_by_action(self, since: datetime, until: datetime) -> Mapping[tuple[str, str], int]:
        """How many remembered replies of [since, until): by day (2026-11-23, UTC) and action."""

    def replies_by_bot(self, since: datetime, until: datetime) -> Mapping[tuple[str, str], int]:
        """How many remembered replies of [since, until): by bot and action."""


class PageStore(Store, Users, Desk, Protocol):
    """One database behind all of it."""
