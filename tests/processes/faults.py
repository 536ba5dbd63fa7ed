"""The faults: what strikes, and what has to be said about it afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.stores.database import stamp
from tests.processes.proxy import MOODS
from tests.processes.service import wait_for
from tests.processes.world import PARTS, World

HOUR = 3600


def nothing(world: World) -> list[str]:
    return []


def anywhere(world: World) -> bool:
    return True


@dataclass(frozen=True)
class Fault:
    """`strike` does it; the round repairs what it can (World.repair); `after` names what must not be. `mixes`: may
    strike beside another one in the same round."""

    name: str
    strike: Callable[[World], None]
    after: Callable[[World], list[str]] = nothing
    possible: Callable[[World], bool] = anywhere
    mixes: bool = True


def on_sqlite(world: World) -> bool:
    return world.server is None


def on_postgres(world: World) -> bool:
    return world.server is not None


def has_disk(world: World) -> bool:
    return world.disk is not None


def kill(*parts: str) -> Callable[[World], None]:
    def strike(world: World) -> None:
        for part in parts:
            with suppress(KeyError):
                world.running.kill(part)
        time.sleep(world.dice.uniform(0.0, 0.4))
        for part in parts:
            world.restart(part)

    return strike


def kill_while_starting(world: World) -> None:
    for _ in range(2):
        for part in PARTS:
            world.restart(part)
        time.sleep(world.dice.uniform(0.05, 1.5))


def bad_day(who: str, mood: str) -> Callable[[World], None]:
    def strike(world: World) -> None:
        proxy = world.slack if who == "slack" else world.publisher
        proxy.mood = mood
        time.sleep(world.dice.uniform(0.5, 3.0))

    return strike


def an_hour_of_429(who: str) -> Callable[[World], None]:
    def strike(world: World) -> None:
        proxy = world.slack if who == "slack" else world.publisher
        proxy.mood, proxy.retry_after = "busy", HOUR
        time.sleep(world.dice.uniform(0.5, 2.0))
        world.jump(HOUR / 2)
        time.sleep(0.5)
        proxy.mood = "well"
        time.sleep(3.0)  # a busy machine notes late what it was told: after the next jump that would be another hour
        world.jump(HOUR * 1.2)  # who was told only after the first jump waits until 1.5, with a tenth of jitter 1.65

    return strike


def jump(seconds: float) -> Callable[[World], None]:
    def strike(world: World) -> None:
        world.jump(seconds)
        time.sleep(world.dice.uniform(0.0, 1.0))
        if seconds < 0:  # what was tried by a clock that was ahead waits until it has caught up: it does so again
            world.jump(-seconds)

    return strike


def no_more_bytes(world: World) -> None:
    path = world.database_file
    assert path is not None
    sizes = [file.stat().st_size for file in path.parent.glob("gate.db*")]
    world.limit_files(world.dice.choice([0, 4096, max(sizes) // 2, max(sizes)]), world.pids())
    time.sleep(world.dice.uniform(0.3, 2.0))


def power_cut(world: World) -> None:
    """Everything stops at once, and of the database there is what somebody has waited for."""
    assert world.disk is not None
    for part in PARTS:
        with suppress(KeyError):
            world.running.kill(part)
    world.store.close()
    if world.server is None:
        world.disk.cut()
    else:
        power_cut_of_server(world)
    world.running.reopen()
    for part in PARTS:
        world.running.start(part)


def power_cut_of_server(world: World) -> None:
    """Only the server's machine stops: the gate still knows what it was told. Of what nobody waited for nothing is
    left, or half of the pages."""
    assert world.server is not None
    world.server.cut_power(world.dice.choice([None, world.dice]))
    world.server.ensure_running()


def damaged_page(world: World) -> list[str]:
    """After the round has come to rest: a page is overwritten, which must be told, and the backup must do."""
    path = world.database_file
    assert path is not None
    wait_for(lambda: world.store.pending() == 0 or world.jump(70), "rest")
    target = path.parent / f"backup-{uuid7()}.db"
    told = [] if command(world, "backup", str(target)) == 0 else ["the backup failed"]
    for part in PARTS:
        world.running.kill(part)
    world.store.close()
    pages = path.stat().st_size // 4096
    with path.open("r+b") as file:
        for page in world.dice.sample(range(1, pages), max(1, pages // 5)):
            file.seek(page * 4096)
            file.write(world.dice.randbytes(4096))
    if command(world, "audit", "verify", "--deep") == 0:
        told.append("a fifth of the pages was overwritten, and nothing was told")
    for file in path.parent.glob("gate.db*"):
        file.unlink()
    shutil.move(target, path)
    if world.disk is not None:
        world.disk.settle()
    if command(world, "audit", "verify", "--deep") != 0:
        told.append("the restored backup does not hold")
    world.running.reopen()
    for part in PARTS:
        world.running.start(part)
    return told


def command(world: World, *words: str) -> int:
    called = [sys.executable, "-m", "review_gate", *words, "--database", world.running.settings.database]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(called, capture_output=True, cwd=world.running.folder, env=environment)
    if b"Traceback" in done.stderr:
        raise AssertionError(f"{words[0]} broke: {done.stderr.decode()[-800:]}")
    return done.returncode


def poisoned_row(world: World) -> None:
    """Two deliveries that nobody can read, among the others."""
    now = stamp(utc_now())
    with suppress(psycopg.Error), world.store.database.write() as session:
        for kind in ("card", "webhook"):
            id_ = f"poison-{uuid7()}"
            world.buried.add(id_)
            session.execute(
                "INSERT INTO deliveries (id, kind, created_at, payload, state, due_at, attempts, last_error)"
                " VALUES (?, ?, ?, '{\"broken', 'waiting', ?, 0, '')",
                (id_, kind, now, now),
            )


def refused_for_good(world: World) -> None:
    """The publisher says 410 to half of what it is told: these are dead letters at once."""
    chosen: dict[bytes, bool] = {}

    def refuses(body: bytes) -> bool:
        return chosen.setdefault(body, world.dice.random() < 0.5)

    world.publisher.refuses = refuses
    time.sleep(world.dice.uniform(0.5, 2.0))


def replayed(world: World) -> list[str]:
    """What died while the publisher said 410 is replayed, as an operator would."""
    for one in world.store.dead_letters():
        if one.id not in world.buried:
            world.store.replay(one.id, utc_now())
    return []


def kill_server(world: World) -> None:
    assert world.server is not None
    world.server.kill()
    time.sleep(world.dice.uniform(0.0, 2.0))
    world.server.ensure_running()


def kill_a_backend(world: World) -> None:
    """kill -9 to one process of the server: the server throws everybody out and recovers."""
    assert world.server is not None
    pids = world.server.pids[1:]
    if pids:
        with suppress(ProcessLookupError):
            os.kill(world.dice.choice(pids), 9)


def cut_connections(world: World) -> None:
    assert world.server is not None
    with suppress(psycopg.Error), psycopg.connect(world.server.url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


def full_disk_of_server(world: World) -> None:
    assert world.server is not None
    world.limit_files(world.dice.choice([8192, 1 << 20]), world.server.pids)
    time.sleep(world.dice.uniform(0.5, 2.0))


FAULTS: tuple[Fault, ...] = (
    Fault("kill web", kill("web")),
    Fault("kill a courier", kill("work")),
    Fault("kill both couriers", kill("work", "work2")),
    Fault("kill all", kill(*PARTS)),
    Fault("kill while starting", kill_while_starting),
    *(Fault(f"slack {mood}", bad_day("slack", mood)) for mood in MOODS),
    *(Fault(f"publisher {mood}", bad_day("publisher", mood)) for mood in MOODS),
    Fault("slack 429 for an hour", an_hour_of_429("slack")),
    Fault("publisher 429 for an hour", an_hour_of_429("publisher")),
    Fault("clock an hour ahead", jump(HOUR)),
    Fault("clock an hour back", jump(-HOUR)),
    Fault("clock a day ahead", jump(25 * HOUR)),
    Fault("poisoned rows", poisoned_row),
    Fault("publisher 410", refused_for_good, replayed),
    Fault("file size limit", no_more_bytes, possible=on_sqlite),
    Fault("power cut", power_cut, possible=has_disk),
    Fault("damaged pages", lambda world: None, damaged_page, possible=on_sqlite, mixes=False),
    Fault("kill postgres", kill_server, possible=on_postgres),
    Fault("postgres power cut", power_cut_of_server, possible=lambda world: on_postgres(world) and has_disk(world)),
    Fault("kill a postgres process", kill_a_backend, possible=on_postgres),
    Fault("connections cut", cut_connections, possible=on_postgres),
    Fault("postgres disk full", full_disk_of_server, possible=on_postgres),
)
