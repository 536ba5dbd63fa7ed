"""The stores: one portable SQL core over SQLite or PostgreSQL. Why: docs/decisions/0004-stores.md."""

from review_gate.adapters.stores.database import StoreError
from review_gate.adapters.stores.opening import open_store
from review_gate.adapters.stores.sql import SqlStore

__all__ = ["SqlStore", "StoreError", "open_store"]
