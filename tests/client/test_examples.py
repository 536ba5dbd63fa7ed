"""The examples as they are shipped, run as processes against a real service."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from review_gate.adapters.clock import utc_now
from review_gate.adapters.release import ReleaseSigner
from review_gate.adapters.webhook import WebhookNotifier
from review_gate.domain.change import DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer, Person
from review_gate.gate import Seen
from tests.builders import RENE
from tests.web.server import Service, running

PROJECT = Path(__file__).resolve().parents[2]
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()
AUTHOR = Person("marketing")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("examples")) as found:
        yield found


def environment(service: Service, *scopes: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "REVIEW_GATE_URL": service.url,
        "REVIEW_GATE_API_KEY": service.key(*scopes),
        "REVIEW_GATE_WEBHOOK_SECRET": SECRET,
    }


def test_the_chatbot_says_only_what_was_let_through(service: Service) -> None:
    done = subprocess.run(
        [sys.executable, PROJECT / "examples" / "chatbot.py"],
        input="When do you open?\nI want your manager!\n", env=environment(service, "check"),
        capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "We are open from ten to six, Monday to Saturday.",
        "Let me ask a colleague, one moment please.",
    ]
    assert "held, submission" in done.stderr


@contextmanager
def scheduler(service: Service, out: Path) -> Iterator[str]:
    command = [sys.executable, PROJECT / "examples" / "scheduler.py", "--port", "0", "--out", out, "--every", "0.2"]
    process = subprocess.Popen(command, env=environment(service, "read"), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def deliver(service: Service, url: str) -> None:
    """What the courier does with the webhooks that wait."""
    notifier = WebhookNotifier(url, SECRET, ReleaseSigner(service.store), utc_now, allow_private=True)
    for item in service.store.claim_deliveries(DeliveryKind.WEBHOOK, utc_now(), limit=100):
        service.store.delivered(item.id, utc_now(), notifier.deliver(item))
    notifier.close()


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


def test_the_scheduler_publishes_what_is_approved_and_due(service: Service, tmp_path: Path) -> None:
    out = tmp_path / "published.jsonl"
    soon = utc_now() + timedelta(seconds=3)

    def approved(text: str, **fields: object) -> str:
        found = service.gate.submit(Draft(text, channel="x", planned_at=soon, **fields), AUTHOR)  # type: ignore[arg-type]
        service.gate.decide(found.id, Answer.APPROVE, RENE, Seen(1, found.text_sha256))
        return found.id

    first, second = approved("We open at ten tomorrow"), approved("We close at noon tomorrow")
    with scheduler(service, out) as url:
        forged = httpx.post(url, json={"type": "submission.approved", "data": {"id": "s", "release_token": "t"}})
        assert forged.status_code == 401
        service.gate.withdraw(second, AUTHOR)
        deliver(service, url)  # of each submission the oldest: nobody has told the scheduler of the withdrawal yet
        eventually(out.exists)
        time.sleep(1)
    assert [json.loads(line)["text"] for line in out.read_text().splitlines()] == ["We open at ten tomorrow"]
    used = [item.event.submission_id for item in service.store.events() if item.event.kind == "release.used"]
    assert used == [first]
