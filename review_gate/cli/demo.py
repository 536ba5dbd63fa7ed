"""`review-gate demo`: the whole way of a draft, on this machine, with the local stand-in for Slack.

Every step is the real thing: the service runs in its own processes, drafts and clicks are HTTP requests, webhooks
arrive signed at a small receiver. With --once the story plays by itself, in a folder of its own, and leaves nothing
behind.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from review_gate.cli.common import add_settings, settings_of, tell
from review_gate.cli.demo_receiver import Receiver, new_secret
from review_gate.cli.serve import PARENT, exported
from review_gate.cli.usage import said
from review_gate.domain.message import Message
from review_gate.settings import Settings
from review_gate.settings.load import SLACK_VARIABLES
from review_gate.settings.settings import PROJECT

DRAFTS = PROJECT / "examples" / "drafts.jsonl"
START_SECONDS = 240.0  # some seconds where the machine is free; two processes that load models where it is not
STEP_SECONDS = 60.0
REAL = frozenset({*SLACK_VARIABLES, "REVIEW_GATE_DATABASE"})

Found = TypeVar("Found")


class DemoFailed(Exception):
    """A step did not happen; `message` says which."""

    def __init__(self, en: str, fr: str) -> None:
        super().__init__(en)
        self.message = Message(en, fr)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "demo",
        help=said(
            "see the whole way of a draft on this machine", "montre sur cette machine tout le parcours d'un texte"
        ),
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help=said(
            "play the story by itself, then leave nothing behind",
            "joue l'histoire toute seule, puis ne laisse rien derrière elle",
        ),
    )
    add_settings(parser, "host", "port", "rules", "policy", "language")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    settings = settings_of(arguments, _surroundings())
    with _folder(arguments.once) as folder, Receiver(new_secret()) as receiver:
        settings = settings.model_copy(
            update={
                "database": f"sqlite:{folder / 'gate.db'}",
                "port": _free_port() if arguments.once else settings.port,
                "workers": 1 if arguments.once else settings.workers,
                "webhook_url": receiver.url,
                "webhook_secret": receiver.secret,
                "webhook_allow_private": True,
            }
        )
        try:
            with _service(settings):
                return _play(settings, receiver, once=arguments.once)
        except DemoFailed as failure:
            why = failure.message
            tell(settings, f"The demo stopped: {why.en}", f"La démonstration s'est arrêtée : {why.fr}")
            return 1


def _surroundings() -> dict[str, str]:
    """The environment without what would make a demo touch a real Slack or a real queue."""
    return {name: value for name, value in os.environ.items() if name not in REAL}


def _play(settings: Settings, receiver: Receiver, *, once: bool) -> int:
    import httpx

    from review_gate.bootstrap import Services
    from review_gate.cli.demo_story import Story

    services = Services(settings)
    try:
        story = Story(services, receiver)
        story.hand_in(DRAFTS)
        if once:
            story.tell()
            return 0
        story.invite()
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                time.sleep(0.5)
                story.tell_webhooks()
        return 0
    except httpx.HTTPError as error:
        what = type(error).__name__
        raise DemoFailed(
            f"the service did not answer in time ({what}); on a busy machine it may the next time",
            f"le service n'a pas répondu à temps ({what}) ; si la machine est chargée, réessayez plus tard",
        ) from error
    finally:
        services.close()


@contextlib.contextmanager
def _folder(once: bool) -> Iterator[Path]:
    """Where the demo keeps its files: a folder that goes away again, or var/demo, made anew."""
    if once:
        with tempfile.TemporaryDirectory(prefix="review-gate-demo-") as temporary:
            yield Path(temporary)
        return
    folder = Path("var") / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder


@contextlib.contextmanager
def _service(settings: Settings) -> Iterator[None]:
    """Runs `review-gate serve` until the block ends. Raises DemoFailed when it does not come up."""
    import httpx

    if _taken(settings):
        raise DemoFailed(
            f"port {settings.port} is in use: stop what runs there, or give --port another number",
            f"le port {settings.port} est déjà pris : arrêtez ce qui l'occupe, ou donnez un autre numéro avec --port",
        )
    environment = {
        **_surroundings(),
        **exported(settings),
        PARENT: str(os.getpid()),
        "REVIEW_GATE_WEBHOOK_URL": settings.webhook_url or "",
        "REVIEW_GATE_WEBHOOK_SECRET": settings.webhook_secret or "",
        "REVIEW_GATE_WEBHOOK_ALLOW_PRIVATE": "true",
    }
    tell(
        settings,
        f"Starting the service at {settings.address}: some seconds, on a busy machine a minute or two.",
        f"Le service démarre à l'adresse {settings.address} : quelques secondes, une minute ou deux si la machine est"
        " chargée.",
    )
    command = [sys.executable, "-m", "review_gate", "serve"]
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own program
    try:

        def ready() -> bool:
            if process.poll() is not None:
                code = process.returncode
                raise DemoFailed(f"the service ended with {code}", f"le service s'est terminé avec le code {code}")
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(f"{settings.address}/readyz", timeout=5).status_code == 200
            return False

        wait_for(ready, Message("the service to be ready", "le service n'est pas prêt"), START_SECONDS)
        yield
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        if process.poll() is None:
            process.kill()
            process.wait()


def wait_for(look: Callable[[], Found], what: Message, seconds: float = STEP_SECONDS) -> Found:
    """What `look` finds once it finds something. Raises DemoFailed after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise DemoFailed(
        f"waited {seconds:.0f} seconds for {what.en}", f"{seconds:.0f} secondes d'attente en vain : {what.fr}"
    )


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _taken(settings: Settings) -> bool:
    import socket

    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((settings.host, settings.port)) == 0
