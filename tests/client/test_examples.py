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
def rasa_actions(service: Service, **environ: str) -> Iterator[str]:
    command = [sys.executable, PROJECT / "examples" / "rasa_actions.py", "--port", "0"]
    process = subprocess.Popen(
        command, env={**environment(service, "check"), **environ}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def rasa_calls(action: str, text: str, sender: str = "user-7", **slots: str) -> dict[str, object]:
    """What Rasa sends for a custom action, by its published action server API."""
    tracker = {
        "sender_id": sender, "slots": slots, "latest_message": {"text": text, "intent": {"name": "ask"}},
        "latest_event_time": 1537645578.3, "followup_action": None, "paused": False, "events": [],
        "latest_input_channel": "rest", "active_loop": {}, "latest_action": {"action_name": "action_listen"},
    }  # fmt: skip
    return {"next_action": action, "sender_id": sender, "tracker": tracker, "domain": {}, "version": "3.6.20"}


def test_what_rasa_says_has_been_through_the_gate(service: Service) -> None:
    with rasa_actions(service) as url:
        fine = httpx.post(url, json=rasa_calls("action_order", "Where is it?", order="4711"), timeout=60)
        assert fine.json() == {"events": [], "responses": [{"text": "Your order 4711 arrives on Friday."}]}
        held = httpx.post(url, json=rasa_calls("action_answer_freely", "you are an idiot"), timeout=60)
        slot, pause = held.json()["events"]
        assert held.json()["responses"] == [{"text": "Let me ask a colleague, one moment please."}]
        assert pause["event"] == "pause" and (slot["event"], slot["name"]) == ("slot", "gate_submission")
        submission = service.gate.get(slot["value"])
        assert (submission.draft.bot, submission.draft.conversation, submission.draft.in_reply_to) == (
            "rasa", "user-7", "you are an idiot",
        )  # fmt: skip
        unknown = httpx.post(url, json=rasa_calls("action_unknown", "?"), timeout=60)
        assert unknown.status_code == 404 and unknown.json()["action_name"] == "action_unknown"
        assert httpx.post(url, content=b"[]").status_code == 400
        assert httpx.get(url.replace("webhook", "health")).json() == {"status": "ok"}


def test_without_the_gate_rasa_says_nothing_of_its_own(service: Service) -> None:
    with rasa_actions(service, REVIEW_GATE_URL="http://127.0.0.1:9") as url:
        held = httpx.post(url, json=rasa_calls("action_order", "Where is it?", order="4711"), timeout=60)
        assert held.json()["responses"] == [{"text": "Let me ask a colleague, one moment please."}]


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
