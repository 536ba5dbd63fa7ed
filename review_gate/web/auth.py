"""API keys: who calls, and what the key may do. Only a hash of each key is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from flask import request

from review_gate.domain.message import Message
from review_gate.domain.submission import Person, Role
from review_gate.ports import ApiKey, Keys
from review_gate.web.limits import count
from review_gate.web.problems import Problem

SCOPES = ("submit", "check", "read", "admin")
PREFIX = "rg_"


def new_key() -> str:
    """A fresh key: 256 random bits, with a prefix that secret scanners can look for."""
    return PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """SHA-256: enough for keys that are random themselves, and fast enough for every request."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def make_key(name: str, scopes: frozenset[str], key: str, key_id: str, now: datetime) -> ApiKey:
    """The record of `key`. Raises ValueError for a name or scope that cannot be."""
    unknown = scopes - set(SCOPES)
    if unknown or not scopes:
        raise ValueError(f"a scope is one of {', '.join(SCOPES)}" + (f", not '{min(unknown)}'" if unknown else ""))
    if not name.strip() or len(name) > 200:
        raise ValueError("a key needs a name of 1 to 200 characters")
    return ApiKey(key_id, name, key_hash(key), scopes, now)


def authenticate(keys: Keys, *scopes: str) -> Person:
    """The caller, when their key has one of `scopes` (admin has all). Raises Problem 401 or 403."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise _unauthorized(
            Message(
                "Send your API key as 'Authorization: Bearer KEY'. `review-gate key create` makes one.",
                "Envoyez votre clé d'API ainsi : « Authorization: Bearer CLÉ ». `review-gate key create` en crée une.",
            )
        )
    found = known_key(keys, key)
    if found is None:
        raise _unauthorized(
            Message(
                "This API key is unknown or was revoked: ask for a new one.",
                "Cette clé d'API est inconnue ou révoquée : demandez-en une autre.",
            )
        )
    if not may(found, *scopes):
        needed = " / ".join(scopes)
        raise Problem(
            403,
            "forbidden",
            Message(
                f"The key '{found.name}' lacks the scope '{needed}': use a key that has it.",
                f"La clé « {found.name} » n'a pas la portée « {needed} » : utilisez une clé qui l'a.",
            ),
        )
    roles = {Role.AUTHOR, Role.ADMIN} if "admin" in found.scopes else {Role.AUTHOR}
    return Person(found.name, found.name, frozenset(roles))


def known_key(keys: Keys, key: str) -> ApiKey | None:
    """What is known of `key`; None for one that nobody made or that was revoked. Raises Problem 429 for one that asks
    too often."""
    found = keys.key_by_hash(key_hash(key.strip()))
    if found is None or found.revoked_at is not None:
        return None
    count(found.id)
    return found


def may(key: ApiKey, *scopes: str) -> bool:
    """Whether `key` has one of `scopes`; admin has all."""
    return bool(key.scopes & {*scopes, "admin"})


def _unauthorized(message: Message) -> Problem:
    return Problem(401, "unauthorized", message, headers={"WWW-Authenticate": 'Bearer realm="Review Gate"'})
