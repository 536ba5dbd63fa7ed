"""Local accounts: passwords (argon2id), sessions, and a limit on guessing."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from review_gate.domain.errors import GateError
from review_gate.domain.message import Message
from review_gate.domain.submission import Role
from review_gate.page_ports import Account, AccountChange, Users
from review_gate.ports import Clock, Notes

SESSION = timedelta(hours=12)
"""A session ends so long after the sign-in: a working day."""
WINDOW = timedelta(minutes=15)
GUESSES_PER_ACCOUNT = 5
GUESSES_PER_ADDRESS = 30
"""So many failures within WINDOW are let happen; offices share an address, so it may fail more often."""
HASHED_AT_ONCE = 2
"""Passwords in each process: every one takes 64 MiB for a moment; the others wait."""
SHORTEST, LONGEST = 12, 200
"""Characters of a password. Length is asked for and nothing else, as NIST SP 800-63B advises."""

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


class Store(Users, Notes, Protocol):
    """What accounts are kept in."""


class Refused(GateError):
    """The sign-in, or the new password, was not accepted."""

    code = "not-permitted"


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh session: the token goes into the cookie and is kept nowhere else."""

    token: str
    account: Account


def _too_many() -> Refused:
    minutes = int(WINDOW.total_seconds() // 60)
    return Refused(
        Message(
            f"Too many tries. Wait {minutes} minutes, or ask an administrator for a new password.",
            f"Trop d'essais. Attendez {minutes} minutes, ou demandez un nouveau mot de passe.",
        )
    )


def _not_the_present() -> Refused:
    return Refused(Message("The present password is not right.", "Le mot de passe actuel n'est pas le bon."))


def _just_changed() -> Refused:
    return Refused(
        Message(
            "The account was changed at this very moment. Sign in again, or ask an administrator for a new password.",
            "Le compte vient d'être modifié. Reconnectez-vous, ou demandez un nouveau mot de passe à l'administration.",
        )
    )


Limits = Sequence[tuple[str, int]]
"""Who is counted against (an account's or a network address), and how many failures are let happen."""
NO_PASSWORD = "!"  # noqa: S105 - no hash, so nothing matches it
LINKED = "company_account"
"""Notes, by address: who at the company's sign-in the account belongs to."""


class Accounts:
    """Who may sign in. Raises Refused with a sentence for people. `hasher` sets what a guess costs; hashes made with
    another cost are renewed at the next sign-in."""

    def __init__(self, users: Store, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._users = users
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._places = threading.BoundedSemaphore(HASHED_AT_ONCE)

    def create(self, email: str, name: str, roles: Iterable[Role], language: str | None = None) -> str:
        """A new account. Answers its one-time password. Raises Refused."""
        address = email.strip().casefold()
        if not EMAIL.fullmatch(address):
            raise Refused(Message(f"'{email}' is no e-mail address.", f"« {email} » n'est pas une adresse e-mail."))
        password = secrets.token_urlsafe(12)
        account = Account(
            address,
            name.strip() or address.partition("@")[0],
            frozenset({Role.AUTHOR, *roles}),
            self._hash(password),
            self._clock(),
            language,
            must_change=True,
        )
        try:
            self._users.add_user(account)
        except ValueError:
            raise Refused(
                Message(
                    f"There is an account for {address} already: `review-gate user password --email {address}` gives "
                    "it a new password.",
                    f"Il y a déjà un compte pour {address} : `review-gate user password --email {address}` lui donne "
                    "un nouveau mot de passe.",
                )
            ) from None
        return password

    def reset(self, email: str) -> str:
        """A new one-time password; signs the account out everywhere. Raises Refused when there is no such account."""
        account = self._known(email)
        password = secrets.token_urlsafe(12)
        self._users.change_user(
            account.email,
            {"password_hash": self._hash(password), "must_change": True, "disabled_at": None},
            sign_out=True,
        )
        return password

    def disable(self, email: str) -> None:
        """Nobody signs in with it any more, and open sessions end. Raises Refused when there is no such account."""
        account = self._known(email)
        self._users.change_user(account.email, {"disabled_at": self._clock()}, sign_out=True)

    def sign_in(self, email: str, password: str, caller: str) -> Opened:
        """A session for who knows the password. `caller` is the network address. Raises Refused."""
        now, address = self._clock(), email.strip().casefold()
        since = now - WINDOW
        limits = ((f"account:{address}", GUESSES_PER_ACCOUNT), (f"caller:{caller}", GUESSES_PER_ADDRESS))
        if self._exceed(limits, since, 1):
            raise _too_many()
        # Counted before the password is looked at: of tries that come at once, each knows of those before it.
        for who, _ in limits:
            self._users.sign_in_failed(who, now, since)
        if self._exceed(limits, since, 0):
            self._forgive(limits, now)
            raise _too_many()
        account = self._users.user(address)
        # Without an account the work is the same, so that the time does not tell who has one.
        known = account is not None and account.disabled_at is None
        matches = self._matches(account.password_hash if account and known else self._nobody, password)
        if account is None or not known or not matches:
            raise Refused(
                Message(
                    "E-mail and password do not match. Try again, or ask an administrator for a new password.",
                    "L'e-mail et le mot de passe ne correspondent pas. Réessayez, ou demandez un nouveau mot de passe à"
                    " l'administration.",
                )
            )
        self._forgive(limits, now)
        if self._hasher.check_needs_rehash(account.password_hash):
            renewed = self._hash(password)  # takes a while: a password given out meanwhile stays
            if self._users.change_user(address, {"password_hash": renewed}, over=account.password_hash):
                account = replace(account, password_hash=renewed)
        return self._open(account)

    def sign_in_known(self, issuer: str, subject: str, email: str, name: str, roles: frozenset[Role] | None) -> Opened:
        """A session for somebody that the company's sign-in vouches for; makes their account at the first one.

        An account belongs to the first `subject` that comes with its address: when addresses are given to other people
        there, these do not get in as the earlier ones. `roles` None: as they are here. A one-time password that was
        never used ends. Raises Refused.
        """
        address, wanted = email.strip().casefold(), {"issuer": issuer, "subject": subject}
        if not EMAIL.fullmatch(address):
            raise Refused(Message(f"'{email}' is no e-mail address.", f"« {email} » n'est pas une adresse e-mail."))
        account = self._users.user(address)
        if account is not None and account.disabled_at is not None:
            raise Refused(
                Message(
                    "This account was disabled: ask an administrator of the gate.",
                    "Ce compte a été désactivé : adressez-vous à l'administration du portail.",
                )
            )
        owner = dict(self._users.put_note_once(LINKED, address, wanted))
        if not owner:  # an administrator let go of it
            self._users.put_note(LINKED, address, wanted)
        elif owner != wanted:
            raise Refused(
                Message(
                    f"The account {address} belongs to somebody else of the company. When that is over: `review-gate "
                    f"user unlink --email {address}`.",
                    f"Le compte {address} appartient à quelqu'un d'autre dans l'entreprise. Si ce n'est plus le cas : "
                    f"`review-gate user unlink --email {address}`.",
                )
            )
        if account is None:
            given = frozenset({Role.AUTHOR, *(roles or ())})
            shown = name or address.partition("@")[0]
            account = Account(address, shown, given, NO_PASSWORD, self._clock())
            try:
                self._users.add_user(account)
            except ValueError:  # made in another window at this moment
                account = self._known(address)
        wished = account.roles if roles is None else frozenset({Role.AUTHOR, *roles})
        if wished != account.roles:
            self._users.change_user(address, {"roles": wished})
        if account.must_change:
            ended: AccountChange = {"must_change": False, "password_hash": NO_PASSWORD}
            self._users.change_user(address, ended, over=account.password_hash)
        opened = self._open(self._known(address))
        if dict(self._users.note(LINKED, address) or {}) != wanted:  # let go of meanwhile
            self.sign_out(opened.token)
            raise _just_changed()
        return opened

    def unlink(self, email: str) -> None:
        """The next person of the company who comes with that address gets the account; ends its sessions. Raises
        Refused when there is no such account."""
        account = self._known(email)
        self._users.put_note(LINKED, account.email, {})
        self._users.end_sessions(account.email)

    def change_password(self, account: Account, old: str, new: str) -> Opened:
        """Ends every session of the account and opens a new one. Raises Refused."""
        if not self._matches(account.password_hash, old):
            raise _not_the_present()
        if not SHORTEST <= len(new) <= LONGEST:
            raise Refused(
                Message(
                    f"Take {SHORTEST} characters or more: a few words in a row are easy to remember.",
                    f"Prenez {SHORTEST} caractères ou plus : quelques mots à la suite se retiennent bien.",
                )
            )
        if new == old or account.email.partition("@")[0] in new.casefold():
            raise Refused(
                Message(
                    "Take a password that is new and does not hold your name.",
                    "Prenez un mot de passe nouveau, sans votre nom.",
                )
            )
        chosen: AccountChange = {"password_hash": self._hash(new), "must_change": False}
        if not self._users.change_user(account.email, chosen, over=account.password_hash, sign_out=True):
            raise _not_the_present()  # another one was given out meanwhile: that one counts
        return self._open(replace(self._known(account.email), password_hash=chosen["password_hash"]))

    def speak(self, account: Account, language: str) -> None:
        """Remembers the language this person reads."""
        self._users.change_user(account.email, {"language": language})

    def of_session(self, token: str) -> Account | None:
        """Whose session this is, while it lasts."""
        return self._users.session_user(_digest(token), self._clock())

    def sign_out(self, token: str) -> None:
        self._users.end_session(_digest(token))

    def _exceed(self, limits: Limits, since: datetime, more: int) -> bool:
        """Whether so many failures `more` than there were since then are too many."""
        return any(self._users.sign_in_failures(who, since) + more > limit for who, limit in limits)

    def _forgive(self, limits: Limits, at: datetime) -> None:
        for who, _ in limits:
            self._users.sign_in_forgiven(who, at)

    def _hash(self, password: str) -> str:
        with self._places:
            return self._hasher.hash(password)

    def _open(self, account: Account) -> Opened:
        """A session, while the account's password is still the one in `account`. Raises Refused."""
        token, now = secrets.token_urlsafe(32), self._clock()
        if not self._users.open_session(_digest(token), account.email, now, now + SESSION, account.password_hash):
            raise _just_changed()
        return Opened(token, account)

    def _known(self, email: str) -> Account:
        account = self._users.user(email.strip().casefold())
        if account is None:
            raise Refused(Message(f"There is no account for {email}.", f"Il n'y a pas de compte pour {email}."))
        return account

    @cached_property
    def _nobody(self) -> str:
        return self._hash(secrets.token_hex(16))

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            with self._places:
                return len(password) <= LONGEST and self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
