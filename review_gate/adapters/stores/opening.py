"""From an address to a store that is ready."""

from __future__ import annotations

from review_gate.adapters.stores.database import Database
from review_gate.adapters.stores.moving import refuse_unfinished
from review_gate.adapters.stores.postgres import PostgresDatabase
from review_gate.adapters.stores.sql import SqlStore
from review_gate.adapters.stores.sqlite import SqliteDatabase
from review_gate.domain.message import Message
from review_gate.ports import StoreError


def open_store(
    url: str, *, create: bool = True, durable: bool = True, pool_size: int = 8, unfinished: bool = False
) -> SqlStore:
    """The store at `url`, its schema made or brought up to date. Close it at the end.

    `sqlite:PATH`, `sqlite::memory:` or `postgresql://…`. Without `create` an SQLite file must be there already.
    `durable` asks SQLite to survive a power cut at each commit; `pool_size` is the most connections to PostgreSQL (one
    for each busy thread). A copy that was cut off is refused unless `unfinished` is allowed. Raises StoreError.
    """
    database = open_database(url, create=create, durable=durable, pool_size=pool_size)
    try:
        database.migrate()
        if not unfinished:
            refuse_unfinished(database)
    except BaseException:
        database.close()
        raise
    return SqlStore(database)


def open_database(url: str, *, create: bool = True, durable: bool = True, pool_size: int = 8) -> Database:
    """The database at `url` as it is. Raises StoreError."""
    scheme, colon, rest = url.partition(":")
    if colon and scheme == "sqlite" and rest and not rest.startswith("//"):
        return SqliteDatabase(rest, create=create, durable=durable)
    if url.startswith(("postgresql://", "postgres://")):
        if url.partition("?")[0].count("@") > 1:  # a part of the password would be taken for the host, and shown
            raise StoreError(
                Message(
                    "The PostgreSQL address has more than one '@': in user and password write @ as %40, / as %2F and : "
                    "as %3A.",
                    "L'adresse PostgreSQL contient plusieurs « @ » : dans le nom et le mot de passe, écrivez %40 "
                    "pour @, %2F pour / et %3A pour :.",
                )
            )
        return PostgresDatabase(url, pool_size=pool_size)
    raise StoreError(
        Message(
            f"'{scheme}:…' is not a database address: write sqlite:PATH (as in sqlite:var/gate.db) or "
            "postgresql://USER:PASSWORD@HOST/NAME.",
            f"« {scheme}:… » n'est pas une adresse de base de données : écrivez sqlite:CHEMIN (par exemple "
            "sqlite:var/gate.db) ou postgresql://UTILISATEUR:MOTDEPASSE@HÔTE/NOM.",
        )
    )
