"""The stores: one portable SQL core over SQLite or PostgreSQL. Why: docs/decisions/0004-stores.md."""

from review_gate.adapters.stores.opening import open_store
from review_gate.adapters.stores.sql import SqlStore
from review_gate.ports import StoreError

__all__ = ["SqlStore", "StoreError", "open_store"]
