"""`review-gate serve` runs everything for one machine; `web` and `work` run the parts alone."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from review_gate import logs
from review_gate.cli.common import add_settings, settings_of, tell
from review_gate.cli.usage import said
from review_gate.settings import Settings

THREADS = 16
"""Requests a web process works on at the same time; those that wait for a decision take a place each."""

RESTART_PAUSE = 1.0
STOP_SECONDS = 10.0
PARENT = "_REVIEW_GATE_PARENT"
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"


def add_parser(subparsers: Any) -> None:
    serve = subparsers.add_parser(
        "serve", help=said("run the service: web and courier", "lance le service : le web et les envois")
    )
    web = subparsers.add_parser("web", help=said("run the web part alone", "lance la partie web seule"))
    work = subparsers.add_parser("work", help=said("run the courier alone", "lance les envois seuls"))
    for command, run in ((serve, run_serve), (web, run_web), (work, run_work)):
        add_settings(command, "database", "host", "port", "workers", "rules", "policy", "language")
        command.set_defaults(run=run)


def run_serve(arguments: argparse.Namespace) -> int:
    """Starts web and courier, restarts the one that dies, stops both on SIGINT and SIGTERM."""
    from review_gate.adapters.tracing import open_tracing

    settings = settings_of(arguments)
    open_tracing(settings.otlp_endpoint).close()  # what is missing is told once, before anything starts
    if not _listens_alone(settings):
        return 1
    environment = {**os.environ, **exported(settings), PARENT: str(os.getpid())}
    config = ["--config", str(arguments.config)] if arguments.config else []
    commands = {part: [sys.executable, "-m", "review_gate", part, *config] for part in ("web", "work")}
    stop = _stop_event()
    _follow_parent(stop.set)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        while not stop.is_set():
            for part, command in commands.items():
                process = running.get(part)
                if process is None or process.poll() is not None:
                    if process is not None:
                        tell(
                            settings,
                            f"{part} ended with {process.returncode}: starting it again",
                            f"{part} s'est terminé avec le code {process.returncode} : redémarrage",
                        )
                        stop.wait(RESTART_PAUSE)
                    if not stop.is_set():
                        running[part] = subprocess.Popen(command, env=environment)  # noqa: S603 - our own program
            stop.wait(0.2)
    finally:
        for process in running.values():
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    return 0


def run_web(arguments: argparse.Namespace) -> int:
    """Serves HTTP with granian until it is told to stop."""
    from granian.constants import Interfaces
    from granian.server import Server

    from review_gate.adapters.stores import open_store
    from review_gate.adapters.tracing import open_tracing
    from review_gate.bootstrap.stopping import END_SECONDS, SERVER

    settings = settings_of(arguments)
    store = open_store(settings.database)  # a database that cannot be used is told once, before any worker starts
    for advice in store.unsafe_settings():
        tell(settings, advice.en, advice.fr)
    store.close()
    open_tracing(settings.otlp_endpoint).close()  # so with packages that are missing
    # The workers of one that was killed and is started again need a moment to notice.
    if not _listens_alone(settings, END_SECONDS + 2 if PARENT in os.environ else 0.0):
        return 1
    _follow_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    server = Server(
        "review_gate.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        log_level="warning",  # type: ignore[arg-type]
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    )
    # So many threads are meant (most of them wait for the disk or for a decision): no warning at every start.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    config = {"REVIEW_GATE_CONFIG": str(arguments.config)} if arguments.config else {}
    with tempfile.TemporaryDirectory(prefix="review-gate-meters-") as folder:
        meters = os.environ.get(MULTIPROCESS, folder)  # where the workers add up what they count
        with _environment({**exported(settings), **config, MULTIPROCESS: meters, SERVER: str(os.getpid())}):
            server.serve()
    return 0


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Within the block the workers that granian starts find `variables`; who called finds things as they were."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def run_work(arguments: argparse.Namespace) -> int:
    """Carries the outbox until it is told to stop; with SLACK_APP_TOKEN it also listens to Slack (Socket Mode)."""
    from review_gate.adapters.tracing import open_tracing
    from review_gate.bootstrap import Services

    settings = settings_of(arguments)
    logs.set_up(settings.log)
    services = Services(settings, open_tracing(settings.otlp_endpoint))
    stop = _stop_event()
    _follow_parent(stop.set)
    socket = services.socket_mode()
    # In a thread of its own: what is carried does not wait for Slack. It may be in the middle of a call at the end.
    listening = threading.Thread(target=socket.run, args=(stop,), daemon=True, name="socket-mode") if socket else None
    if listening is not None:
        listening.start()
    try:
        services.carrying.run(stop)
    finally:
        stop.set()
        if listening is not None:
            listening.join(STOP_SECONDS / 2)
        services.close()
    return 0


def exported(settings: Settings) -> dict[str, str]:
    """The settings that flags may have changed, as the variables that child processes read."""
    values = {
        "database": settings.database,
        "host": settings.host,
        "port": str(settings.port),
        "workers": str(settings.workers),
        "language": settings.language,
        "log": settings.log,
        "rules": str(settings.rules_folder),
        "policy": str(settings.policy_file),
    }
    return {f"REVIEW_GATE_{name.upper()}": value for name, value in values.items()}


def _stop_event() -> threading.Event:
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    return stop


def _follow_parent(end: Callable[[], None]) -> None:
    """Calls `end` when the process that started this one for its own sake is gone."""
    from review_gate.bootstrap.stopping import follow

    parent = os.environ.get(PARENT)
    if parent is not None:
        follow(int(parent), end)


def _listens_alone(settings: Settings, wait_seconds: float = 0.0) -> bool:
    """Whether nobody else holds our address; says so otherwise, after `wait_seconds` at most. Workers share a port, so
    the system would give a second service a part of the first one's requests, and answer them from its own database."""
    until = time.monotonic() + wait_seconds
    while True:
        try:
            family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
            socket.create_server((settings.host, settings.port), family=family).close()
            return True
        except OSError as error:
            why = error
        if time.monotonic() >= until:
            break
        time.sleep(0.2)
    if why.errno == errno.EADDRINUSE:
        tell(
            settings,
            f"port {settings.port} is in use: stop what runs there, or give --port another number",
            f"le port {settings.port} est déjà pris : arrêtez ce qui l'occupe, ou donnez un autre numéro avec --port",
        )
    else:
        tell(
            settings,
            f"cannot listen at {settings.host}, port {settings.port}: {why.strerror or why}",
            f"impossible d'écouter à {settings.host}, port {settings.port} : {why.strerror or why}",
        )
    return False
