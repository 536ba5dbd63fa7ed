"""Several threads and several processes on one store: nothing is decided twice, handed out twice or lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from review_gate.adapters.stores import SqlStore, chain
from review_gate.domain.change import Change, DeliveryKind
from review_gate.domain.errors import IdempotencyConflict, Stale
from review_gate.domain.submission import State
from review_gate.ports import Filter
from tests.stores import racers
from tests.stores.made import NOON, delivery, next_version, opening, request, submission

SPAWN = multiprocessing.get_context("spawn")
PATIENCE = 60


class Race:
    """Processes that start together and tell what they did, each through a pipe of its own: one that is killed while
    it speaks holds up nobody else."""

    def __init__(self, target: Callable[..., None], url: str, names: list[str], *arguments: object) -> None:
        self.start = SPAWN.Barrier(len(names))  # must outlive the start of the processes
        self.processes, self.pipes = [], []
        for name in names:
            hear, tell = SPAWN.Pipe(duplex=False)
            process = SPAWN.Process(target=target, args=(url, name, *arguments, self.start, tell))
            process.start()
            tell.close()  # the process has its own end: when it dies, ours says so
            self.processes.append(process)
            self.pipes.append(hear)

    def hear(self, number: int) -> Any:
        """The next thing this process tells. Fails when it has died or says nothing for long."""
        assert self.pipes[number].poll(PATIENCE), "nothing was told"
        return self.pipes[number].recv()

    def finish(self) -> dict[str, Any]:
        told = dict(self.hear(number) for number in range(len(self.pipes)))
        for process in self.processes:
            process.join(PATIENCE)
            assert process.exitcode == 0
        self.close()
        return told

    def kill(self, number: int) -> list[Any]:
        """Kills a process outright; answers what it had told before."""
        self.processes[number].kill()
        self.processes[number].join(PATIENCE)
        told = []
        try:
            while True:
                told.append(self.pipes[number].recv())
        except EOFError:
            return told

    def close(self) -> None:
        for process, pipe in zip(self.processes, self.pipes, strict=True):
            process.close()
            pipe.close()


def test_of_two_processes_that_decide_one_wins(store: SqlStore, url: str) -> None:
    made = [submission() for _ in range(30)]
    for one in made:
        store.commit(opening(one))
    ids = [one.id for one in made]
    won = Race(racers.decide, url, ["noa", "sam"], ids).finish()
    assert sorted(won["noa"] + won["sam"]) == ids
    for name, of_one in won.items():
        for submission_id in of_one:
            now = store.submission(submission_id)
            assert now is not None
            assert (now.version, now.state, now.author) == (2, State.APPROVED, name)
            assert [item.event.actor for item in store.events(submission_id)] == ["léa", name]
    assert chain.verify(store.log()).broken is None


def test_of_many_threads_that_decide_one_wins(any_store: SqlStore) -> None:
    made = submission()
    any_store.commit(opening(made))
    start = Barrier(6)
    changes = [next_version(made, author=f"p{i}") for i in range(6)]

    def decide(change: Change) -> bool:
        start.wait(PATIENCE)
        try:
            any_store.commit(change)
            return True
        except Stale:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(decide, changes)) == [False] * 5 + [True]
    assert len(any_store.events(made.id)) == 2
    assert chain.verify(any_store.log()).broken is None


def test_of_many_threads_with_one_request_one_is_answered(any_store: SqlStore) -> None:
    start = Barrier(6)
    changes = [opening(idempotency=request()) for _ in range(6)]

    def hand_in(change: Change) -> bool:
        start.wait(PATIENCE)
        try:
            any_store.commit(change)
            return True
        except IdempotencyConflict:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(hand_in, changes)) == [False] * 5 + [True]
    assert len(any_store.submissions(Filter()).items) == 1


def test_many_threads_read_while_others_write(any_store: SqlStore) -> None:
    """Whoever reads sees whole changes: as many events as submissions."""

    def write(number: int) -> None:
        for _ in range(10):
            any_store.commit(opening())

    def read(number: int) -> None:
        for _ in range(20):
            with any_store.database.snapshot() as session:
                submissions = session.execute("SELECT count(*) FROM submissions").fetchone()[0]
                events = session.execute("SELECT count(*) FROM events").fetchone()[0]
            assert submissions == events

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(work, i) for i in range(3) for work in (write, read)]:
            done.result(PATIENCE)
    audit = chain.verify(any_store.log())
    assert (audit.events, audit.broken) == (30, None)


def test_two_couriers_never_get_the_same_delivery(store: SqlStore, url: str) -> None:
    deliveries = [delivery(f"s-{i % 20}") for i in range(120)]
    store.commit(Change(deliveries=tuple(deliveries)))
    got = Race(racers.claim, url, ["a", "b", "c"]).finish()
    everything = got["a"] + got["b"] + got["c"]
    assert len(everything) == len(set(everything))
    # A courier stops as soon as it finds nothing, be it that others hold what is left: the rest waits still.
    rest = []
    while claimed := store.claim_deliveries(DeliveryKind.WEBHOOK, NOON):
        rest += [one.id for one in claimed]
        for one in claimed:
            store.delivered(one.id, NOON)
    assert sorted(everything + rest) == sorted(one.id for one in deliveries)


def test_processes_that_migrate_at_once_all_succeed(url: str, open_url: Callable[[str], SqlStore]) -> None:
    told = Race(racers.migrate, url, ["a", "b", "c", "d"]).finish()
    first = open_url(url).note("test", "first")
    assert first is not None
    assert set(told.values()) == {first["by"]}


@pytest.mark.parametrize("round_", range(3))
def test_a_killed_process_loses_nothing_it_has_told(
    store: SqlStore, url: str, round_: int, open_url: Callable[[str], SqlStore]
) -> None:
    race = Race(racers.write_forever, url, ["a", "b"])
    told = [race.hear(number) for _ in range(10 + 7 * round_) for number in (0, 1)]
    told += race.kill(0)
    told += [race.hear(1) for _ in range(10)]  # the other one goes on: no lock is left behind
    told += race.kill(1)
    race.close()

    again = open_url(url)
    there = {item.event.submission_id for item in again.log()}
    assert {submission_id for _, submission_id in told} <= there
    assert {one.id for one in again.submissions(Filter(), limit=100_000).items} == there
    assert again.pending() == len(there)
    assert chain.verify(again.log()).broken is None
