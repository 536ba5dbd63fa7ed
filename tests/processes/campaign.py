"""Rounds of faults on a gate of real processes, drawn from a seed; after each one everything is counted.

    python -m tests.processes.campaign --rounds 200 --seed 7        (`make faults`)

A round: people and bots come, one or two faults strike at a random moment, then all is repaired, and the gate has to
come to rest by itself. Then the checker reads the store (`audit verify --deep`), and what callers, Slack and the
publisher have seen is compared with it.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
from standardwebhooks import Webhook

from review_gate.adapters.stores import chain
from review_gate.cli.demo_receiver import Receiver, new_secret
from review_gate.insight.invariants import breaches
from review_gate.ports import StoreError
from tests.processes.disk import Disk
from tests.processes.faults import FAULTS, Fault
from tests.processes.proxy import Proxy
from tests.processes.server import Server
from tests.processes.service import Processes, wait_for
from tests.processes.traffic import WAITING, Traffic
from tests.processes.world import PARTS, World

SITE = Path(__file__).with_name("site")
ROOT = Path(__file__).parents[2]
JUMPS = (40, 70, 400, 2000, 8000, 20_000, 40_000, 60_000, 90_000)
"""Seconds by which the clock goes forward, one jump after another, while something still waits to be sent."""


REPAIRS = 150
"""Seconds after which the cards are compared with the record again."""


class Publisher(Receiver):
    """Counts every time it is told something. It takes the gate's clock for right: that is moved in the rounds."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret)
        self.times: Counter[str] = Counter()
        self.versions: dict[tuple[str, int], set[str]] = {}

    def _take(self, headers: dict[str, str], body: bytes) -> int:
        from datetime import UTC, datetime

        lower = {name.lower(): value for name, value in headers.items()}
        id_, at = lower["webhook-id"], datetime.fromtimestamp(int(lower["webhook-timestamp"]), UTC)
        if Webhook(self.secret).sign(id_, at, body.decode()) != lower["webhook-signature"]:
            self.refused += 1
            return 401
        self.note(id_, body)
        return 204

    def note(self, id_: str, body: bytes) -> None:
        import json

        told = json.loads(body)["data"]
        self.times[id_] += 1
        self.versions.setdefault((told["id"], told["version"]), set()).add(id_)


@contextmanager
def world(folder: Path, dice: random.Random, *, postgres: bool, power: bool = True) -> Iterator[World]:
    """A gate with two couriers; Slack and the publisher stand behind proxies, the clock in a file. With `power` the
    database stands on a disk whose power can be cut."""
    clock = folder / "clock"
    clock.write_text("0")
    with ExitStack() as stack:
        server = stack.enter_context(Server.started(folder, power=power)) if postgres else None
        publisher = stack.enter_context(Publisher(new_secret()))
        publisher_proxy = stack.enter_context(Proxy(publisher.url.rsplit("/", 1)[0], dice, strict=True))
        slack_proxy = stack.enter_context(Proxy("", dice))
        environment = {"FAULTS_CLOCK": str(clock), "PYTHONPATH": f"{SITE}{os.pathsep}{ROOT}"}
        disk = server.disk if server else None
        if power and server is None:
            disk = Disk(folder, folder, "gate.db*")
            environment |= disk.environment
        running = Processes(
            folder,
            publisher,
            database=server.url if server else None,
            webhook_url=f"{publisher_proxy.url}/published",
            environment=environment,
            slack_port=slack_proxy.port,
        )
        stack.callback(running.close)
        slack_proxy.target = running.settings.address
        if disk is not None and server is None:
            disk.settle()  # what this process has written until now
        made = World(running, slack_proxy, publisher_proxy, clock, dice, server, disk)
        for part in PARTS:
            running.start(part)
        running.wait_until_ready()
        yield made


class Campaign:
    """`findings` are what must not be, one line each, with the round it was found in."""

    def __init__(self, world: World, drafts: int = 3) -> None:
        self.findings: list[str] = []
        self.accepted: set[str] = set()
        self._decided: set[str] = set()
        self._world = world
        self._drafts = drafts

    def round(self, number: int, faults: Sequence[Fault], label: str) -> None:
        world = self._world
        traffic = Traffic(world.running, label, world.dice, self._drafts)
        traffic.start()
        for fault in faults:
            time.sleep(world.dice.uniform(0.0, 1.2))
            fault.strike(world)
        time.sleep(world.dice.uniform(0.0, 1.0))
        world.repair()
        traffic.join()
        told = [*traffic.problems, *(f"undecided: {line}" for line in traffic.undecided)]
        self.accepted.update(traffic.ids)
        self._decided.update(traffic.decided)
        told += [one for fault in faults for one in fault.after(world)]
        told += self._rest()
        told += self._look(traffic.ids)
        self.findings += [f"round {number} ({' + '.join(fault.name for fault in faults)}): {line}" for line in told]

    def _rest(self) -> list[str]:
        """Moves the clock on until nothing waits. What a person would replay is replayed."""
        world = self._world
        world.repair()
        for jump in (0, *JUMPS, *JUMPS):
            world.jump(jump)
            with suppress(AssertionError):
                wait_for(self._at_rest, "rest", seconds=6.0 if jump else 3.0)
                return []
        return [f"it does not come to rest: {self._waiting()} deliveries wait"]

    def _waiting(self) -> int | None:
        try:
            return self._world.store.pending()
        except (StoreError, psycopg.Error, OSError):
            return None

    def _at_rest(self) -> bool:
        return self._waiting() == 0

    def _look(self, fresh: list[str]) -> list[str]:
        """`fresh` are this round's: of older cards the stand-in keeps only some."""
        world, store = self._world, self._world.store
        audit = chain.verify(store.log())
        told = [] if audit.broken is None else [audit.broken.en]
        told += list(store.damage())
        records = list(store.records())
        told += [f"{breach.submission_id}: {breach.message.en}" for breach in breaches(records)]
        told += [f"stray {stray.table} {stray.name}" for stray in store.strays()]
        there = {record.id for record in records}
        told += [f"{id_} was accepted and is not there" for id_ in sorted(self.accepted - there)]
        told += [f"{record.id} was decided and waits again" for record in records
                 if record.id in self._decided and record.state in WAITING]  # fmt: skip
        told += self._delivered([kept.delivery.id for record in records for kept in record.deliveries
                                 if kept.delivery is not None and kept.delivery.kind == "webhook"])  # fmt: skip
        told += [f"dead letter {one.id} ({one.kind}): {one.last_error}" for one in store.dead_letters()
                 if one.id not in world.buried]  # fmt: skip
        return told + self._cards(sorted(there & set(fresh)))

    def _cards(self, there: list[str]) -> list[str]:
        """Each submission has one card: at once, or when the next round of repairs has thrown out the double."""

        def wrong() -> dict[str, int]:
            cards = Counter(
                (message.get("metadata") or {}).get("event_payload", {}).get("submission_id")
                for message in self._world.running.stand_in.state.messages("C0REVIEW")
            )
            return {id_: cards[id_] for id_ in there if cards[id_] != 1}

        if wrong():
            self._world.jump(REPAIRS)
            with suppress(AssertionError):
                wait_for(lambda: not wrong(), "one card each", seconds=20.0)
        return [f"{id_} has {number} cards" for id_, number in wrong().items()]

    def _delivered(self, ids: list[str]) -> list[str]:
        publisher = self._world.running.receiver
        assert isinstance(publisher, Publisher)
        told = [f"webhook {id_} never came" for id_ in ids if not publisher.times[id_]]
        told += [f"{about}: told under {len(names)} ids" for about, names in publisher.versions.items()
                 if len(names) > 1]  # fmt: skip
        if publisher.refused:
            told.append(f"{publisher.refused} webhooks with a wrong signature")
            publisher.refused = 0
        return told


def schedule(world: World, rounds: int, names: Sequence[str] = ()) -> list[list[Fault]]:
    """Which faults strike in which round. Each that can strike here strikes once before any strikes twice."""
    known = [fault for fault in FAULTS if fault.possible(world) and (not names or fault.name in names)]
    drawn: list[list[Fault]] = []
    while len(drawn) < rounds:
        for first in world.dice.sample(known, len(known)):
            others = [fault for fault in known if fault.mixes and first.mixes and fault is not first]
            second = [world.dice.choice(others)] if others and world.dice.random() < 0.4 else []
            drawn.append([first, *second])
    return drawn[:rounds]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--only", action="append", default=[], metavar="FAULT", help="only these faults")
    arguments = parser.parse_args()
    databases = ("sqlite", "postgres") if arguments.database == "both" else (arguments.database,)
    share = -(-arguments.rounds // len(databases))
    found: list[str] = []
    for database in databases:
        dice = random.Random(f"{arguments.seed} {database}")
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
            folder.chmod(0o755)
            made = stack.enter_context(world(folder, dice, postgres=database == "postgres"))
            campaign = Campaign(made)
            for number, faults in enumerate(schedule(made, share, arguments.only), start=1):
                begun, before = time.monotonic(), len(campaign.findings)
                campaign.round(number, faults, f"r{number}")
                names = " + ".join(fault.name for fault in faults)
                print(f"{database} {number:3}/{share} {time.monotonic() - begun:5.1f} s  {names}", flush=True)
                for line in campaign.findings[before:]:
                    print(f"    FOUND {line}", flush=True)
            found += campaign.findings
            print(f"{database}: {share} rounds, seed {arguments.seed}, {len(campaign.accepted)} submissions, "
                  f"{len(campaign.findings)} findings", flush=True)  # fmt: skip
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
