"""What does the work of `rescreen`: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from review_gate.cli.rescreen_work import Done, Piece, Task, fingerprint, screen_piece
from review_gate.domain.message import Message
from review_gate.ports import Misconfigured
from review_gate.threads import one_thread

AHEAD = 4
"""So many pieces wait for each worker: enough that none is idle, few enough that an archive never fills the memory."""
CONNECT_SECONDS = 10
NO_DASK = Message(
    "--engine dask needs dask.distributed: run `pip install -r requirements-dask.txt` here and on the workers.",
    "--engine dask a besoin de dask.distributed : lancez `pip install -r requirements-dask.txt` ici et sur les nœuds.",
)
GO_ON = Message(
    "What was screened is kept: call the same command again to go on.",
    "Ce qui a été analysé est gardé : relancez la même commande pour continuer.",
)

Engine = Callable[[Task, Iterator[Piece]], Iterator[Done]]
"""Does the pieces in any order. Raises Misconfigured where it cannot go on, with what to do."""


def processes(number: int) -> Engine:
    """Processes of this machine. They start afresh: nothing of a model's threads is carried over a fork."""

    def work(task: Task, todo: Iterator[Piece]) -> Iterator[Done]:
        context = get_context("spawn")
        with ProcessPoolExecutor(number, mp_context=context, initializer=_begin, initargs=(os.getpid(),)) as pool:
            waiting: set[Future[Done]] = set()
            try:
                for piece in todo:
                    waiting.add(pool.submit(screen_piece, task, piece))
                    if len(waiting) >= number * AHEAD:
                        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                        yield from (one.result() for one in ready)
                yield from (one.result() for one in wait(waiting).done)
            except BrokenProcessPool as error:
                raise _stopped(
                    "A process ended in the middle of its work, most often for want of memory (each takes some 300 MB; "
                    "--processes takes fewer).",
                    "Un processus s'est arrêté en plein travail, le plus souvent faute de mémoire (chacun prend "
                    "près de 300 Mo ; --processes en prend moins).",
                ) from error

    return work


def cluster(scheduler: str) -> Engine:
    """The workers of a Dask cluster. They need the program and the same packs and policy at the same paths. Raises
    Misconfigured."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise Misconfigured(NO_DASK) from error

    def work(task: Task, todo: Iterator[Piece]) -> Iterator[Done]:
        try:
            client = distributed.Client(scheduler, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise Misconfigured(
                Message(
                    f"No scheduler answers at {scheduler}: give the address that `dask scheduler` prints ({error}).",
                    f"Aucun ordonnanceur ne répond à {scheduler} : donnez l'adresse qu'affiche `dask scheduler` "
                    f"({error}).",
                )
            ) from error
        with closing(client):
            try:
                yield from _spread(distributed, client, task, todo)
            except (OSError, distributed.KilledWorker, distributed.CancelledError) as error:
                raise _stopped(
                    f"The cluster stopped in the middle of the work ({type(error).__name__}).",
                    f"La grappe s'est arrêtée en plein travail ({type(error).__name__}).",
                ) from error

    return work


def _spread(distributed: Any, client: Any, task: Task, todo: Iterator[Piece]) -> Iterator[Done]:
    found = client.run(fingerprint, task.rules, task.policy, on_error="return")
    if not found:
        raise Misconfigured(
            Message(
                "The scheduler has no workers yet: start some (`dask worker ADDRESS`), then call this again.",
                "L'ordonnanceur n'a encore aucun nœud : démarrez-en (`dask worker ADRESSE`), puis relancez.",
            )
        )
    ours = fingerprint(task.rules, task.policy)
    if others := sorted(worker for worker, theirs in found.items() if theirs != ours):
        raise Misconfigured(
            Message(
                f"{others[0]} would say something else: the version of Review Gate, the packs in {task.rules} or the "
                f"policy {task.policy} are not the same there, or missing.",
                f"{others[0]} donnerait d'autres réponses : la version de Review Gate, les packs de {task.rules} ou la "
                f"politique {task.policy} n'y sont pas les mêmes, ou manquent.",
            )
        )
    most = AHEAD * len(found)
    running = distributed.as_completed()
    for piece in todo:
        running.add(client.submit(screen_piece, task, piece, pure=False))
        while running.count() >= most:
            yield next(running).result()
    for one in running:
        yield one.result()


def _stopped(en: str, fr: str) -> Misconfigured:
    return Misconfigured(Message(f"{en} {GO_ON.en}", f"{fr} {GO_ON.fr}"))


def _begin(parent: int) -> None:
    """One thread for each process, which ends with its parent: after a kill -9 nobody else would tell it to."""
    one_thread()  # before anything imports numpy
    from review_gate.bootstrap.stopping import follow

    follow(parent, lambda: os._exit(1))
