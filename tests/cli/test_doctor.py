"""What the doctor shows: enough to know which place is meant, and no secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from review_gate.adapters.stores import open_store
from review_gate.bootstrap import Services
from review_gate.cli.doctor import CHECKS, Advice
from review_gate.settings import Settings
from tests.operations.collector import collector

SECRET = "whsec_" + "A" * 32
CHECK = dict(CHECKS)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = Services(Settings(webhook_url="https://bo:pa55@hooks.example.com:8443/T0K3N?key=s3cret",
                              webhook_secret=SECRET))  # fmt: skip
    found.__dict__["store"] = open_store(f"sqlite:{tmp_path / 'gate.db'}", durable=False)
    yield found
    found.close()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://gate@db.example.com/reviews?password=s3cret",
        "postgresql://db.example.com/reviews?user=gate&password=s3cret@here",
        "postgresql://gate:s3cret@db.example.com/reviews",
        "postgres://gate:s3cret@db.example.com/reviews?sslmode=require&sslpassword=s3cret",
    ],
)
def test_a_database_is_shown_without_who_and_password(services: Services, address: str) -> None:
    services.settings = services.settings.model_copy(update={"database": address})
    assert CHECK["database"](services) == "postgresql://db.example.com:5432/reviews, 0 deliveries waiting"


def test_a_file_is_shown_as_it_is(services: Services) -> None:
    services.settings = services.settings.model_copy(update={"database": "sqlite:var/me@home.db"})
    assert CHECK["database"](services) == "sqlite:var/me@home.db, 0 deliveries waiting"


def test_a_collector_is_shown_by_its_host(services: Services) -> None:
    with collector() as there:
        address = there.url.replace("127.0.0.1", "bo:s3cret@127.0.0.1")
        services.settings = services.settings.model_copy(update={"otlp_endpoint": address})
        assert CHECK["traces"](services) == f"sent to {there.url}"
        services.settings = services.settings.model_copy(update={"otlp_endpoint": f"{address}/T0K3N?key=s3cret"})
        with pytest.raises(Advice) as caught:
            CHECK["traces"](services)
    assert f"no collector takes them at {there.url}:" in str(caught.value)


def test_a_webhook_is_shown_by_its_host(services: Services) -> None:
    assert CHECK["webhook"](services) == "set, to hooks.example.com"
