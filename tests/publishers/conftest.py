"""A PostgreSQL server for what is shown on both databases."""

from tests.postgres import new_postgres_url, postgres_server, postgres_url

__all__ = ["new_postgres_url", "postgres_server", "postgres_url"]
