"""The service as its users run it: `review-gate serve` and its parts as real processes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import httpx

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.stores import open_store
from review_gate.bootstrap import Services
from review_gate.cli.demo_receiver import Receiver, new_secret
from review_gate.settings import Settings
from review_gate.settings.settings import PROJECT
from review_gate.slack.standin import StandIn
from review_gate.web.auth import make_key, new_key

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found], what: str, seconds: float = 80.0) -> Found:
    """What `look` finds once it finds something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} seconds for {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Processes:
    """Starts, kills and restarts the parts of one gate, whose webhooks go to `receiver`.

    A part is `serve`, `web` or `work`; a number behind it (`work2`) makes another one of the same. `environment` is set
    for all of them besides their settings. At `slack_port` stands somebody who passes on to the web part: there the
    couriers find the stand-in for Slack, and from there its clicks come. Logs go to `folder`.
    """

    def __init__(
        self,
        folder: Path,
        receiver: Receiver,
        *,
        database: str | None = None,
        webhook_url: str | None = None,
        environment: Mapping[str, str] | None = None,
        slack_port: int | None = None,
    ) -> None:
        self.receiver = receiver
        self.folder = folder
        self._environment = dict(environment or {})
        self._courier = {"REVIEW_GATE_PORT": str(slack_port)} if slack_port else {}
        rules = folder / "rules"  # one pack is enough here, and a rule in the making breaks nothing
        rules.mkdir()
        shutil.copy(PROJECT / "rules" / "placeholders.yml", rules)
        self.settings = Settings(
            rules=rules,
            database=database or f"sqlite:{folder / 'gate.db'}",
            port=free_port(),
            workers=1,
            webhook_url=webhook_url or receiver.url,
            webhook_secret=receiver.secret,
            webhook_allow_private=True,
        )
        self._parts: dict[str, subprocess.Popen[bytes]] = {}
        store = open_store(self.settings.database)
        self.key = new_key()
        store.add_key(make_key("tests", frozenset({"submit", "check", "read"}), self.key, uuid7(), utc_now()))
        store.close()
        self.services = Services(self.settings)
        sandbox = folder / ("var/sandbox.db" if database else "sandbox.db")
        slack = f"http://127.0.0.1:{slack_port}" if slack_port else self.settings.address
        self.stand_in = StandIn(sandbox, self.services.slack_secret, slack)

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=self.settings.address, headers=headers, timeout=30)

    def start(self, part: str, port: int | None = None) -> None:
        """`port`: another one than the gate's, for a second web part."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("REVIEW_GATE_", "SLACK_"))}
        given = {
            "DATABASE": self.settings.database,
            "PORT": str(port or self.settings.port),
            "WORKERS": "1",
            "RULES": str(self.settings.rules_folder),
            "WEBHOOK_URL": self.settings.webhook_url or "",
            "WEBHOOK_SECRET": self.settings.webhook_secret or "",
            "WEBHOOK_ALLOW_PRIVATE": "true",
        }
        command = part.rstrip("0123456789")
        environment = {**kept, **{f"REVIEW_GATE_{name}": value for name, value in given.items()}, **self._environment}
        if command == "work":
            environment.update(self._courier)
        with (self.folder / f"{part}.log").open("ab") as log:
            self._parts[part] = subprocess.Popen(
                [sys.executable, "-m", "review_gate", command],
                env=environment, start_new_session=True, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip

    def wait_until_ready(self, port: int | None = None) -> None:
        address = f"http://127.0.0.1:{port}" if port else self.settings.address

        def ready() -> bool:
            with suppress(httpx.HTTPError):
                return client.get("/readyz").status_code == 200
            return False

        with httpx.Client(base_url=address, timeout=5) as client:  # one: each loads the certificates anew
            wait_for(ready, "the service")

    def kill(self, part: str) -> None:
        """kill -9 to the process and all it has started."""
        process = self._parts.pop(part)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, part: str) -> int:
        """Asks the process to end, and answers its exit status."""
        process = self._parts.pop(part)
        process.terminate()
        return process.wait(20)

    def child_of(self, part: str, word: str) -> int:
        """The id of the process that `part` has started with `word` on its command line."""
        parent = self._parts[part].pid
        for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return int(pid)
        raise AssertionError(f"{part} has no child '{word}'")

    def runs(self, part: str) -> bool:
        """Whether it was started and has not ended by itself."""
        return part in self._parts and self._parts[part].poll() is None

    def pids(self, part: str) -> list[int]:
        """Of the process and all it has started."""
        found = [self._parts[part].pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                with suppress(OSError):
                    found += [int(child) for child in task.read_text().split()]
        return found

    def reopen(self) -> None:
        """For after the database's files were replaced."""
        self.services.close()
        self.services = Services(self.settings)

    def close(self) -> None:
        for part in list(self._parts):
            self.kill(part)
        self.services.close()


@contextmanager
def gate(folder: Path, **environment: str) -> Iterator[Processes]:
    """A gate whose parts are started by the test, with these variables set besides its settings."""
    with Receiver(new_secret()) as receiver:
        processes = Processes(folder, receiver, environment=environment)
        try:
            yield processes
        finally:
            processes.close()
