"""Rate limits by key: the answer when it is too much, what callers are told, and several processes on one bucket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from review_gate.adapters.stores import SqlStore, open_store
from review_gate.web.limits import Limiter
from tests.operations.house import house


@pytest.fixture
def store() -> Iterator[SqlStore]:
    opened = open_store("sqlite::memory:")
    yield opened
    opened.close()


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_too_many_are_refused_and_told_when_to_come_again(tmp_path: Path) -> None:
    with house(tmp_path, rate_limit=3) as found, found.client("read") as client, found.client("read") as other:
        answers = [client.get("/v1/submissions", headers={"Accept-Language": "fr"}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [a.headers["RateLimit"].split(";")[1] for a in answers] == ["r=2", "r=1", "r=0", "r=0"]
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"key";q=3;w=60'}
        refused = answers[-1]
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["type"] == "/problems/rate-limited" and "réessayez" in refused.json()["detail"]
        assert 1 <= int(refused.headers["Retry-After"]) <= 20
        assert other.get("/v1/submissions").status_code == 200
        assert client.get("/healthz").status_code == 200
        assert client.get(refused.json()["type"]).status_code == 200
        assert "review_gate_rate_limited_total 1.0" in other.get("/metrics").text


def test_no_limit_no_headers(tmp_path: Path) -> None:
    with house(tmp_path, rate_limit=0) as found, found.client("read") as client:
        assert "RateLimit" not in client.get("/v1/submissions").headers


@pytest.mark.parametrize("per_minute", [1, 7, 100, 1000])
def test_processes_share_the_limit(store: SqlStore, per_minute: int) -> None:
    clock = Hand()
    nodes = [Limiter(store, per_minute, clock) for _ in range(3)]
    allowed = sum(nodes[i % 3].ask("k").allowed for i in range(per_minute * 2))
    assert allowed == per_minute
    clock.now += 60
    assert nodes[0].ask("k").allowed


def test_what_was_taken_and_not_spent_is_gone_after_a_second(store: SqlStore) -> None:
    clock = Hand()
    limiter = Limiter(store, 6000, clock)
    assert limiter.ask("k").remaining == 5999
    clock.now += 1.5
    assert limiter.ask("k").allowed
    clock.now -= 1000  # set back: nobody is locked out
    assert limiter.ask("k").allowed


def test_a_refusal_says_when_the_next_may_come(store: SqlStore) -> None:
    clock = Hand()
    limiter = Limiter(store, 2, clock)
    assert limiter.ask("k").allowed and limiter.ask("k").allowed
    refused = limiter.ask("k")
    assert not refused.allowed and refused.retry_in == pytest.approx(30, abs=0.1)
    clock.now += refused.retry_in + 0.01
    assert limiter.ask("k").allowed
