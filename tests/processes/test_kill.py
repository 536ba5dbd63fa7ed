"""kill -9 at any moment between request and webhook loses nothing and decides nothing twice."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from review_gate.adapters.clock import utc_now
from review_gate.domain.change import Change, Delivery, DeliveryKind
from review_gate.ports import Filter
from tests.processes.service import Processes, gate, wait_for

DRAFTS = 12
KILLS = 10
MOST_DRAFTS = 90
NOBODY = "http://127.0.0.1:9/"
REVIEWER, OTHER = "U0SAMIRAB1", "U0THOMASW1"


def test_killed_at_any_moment(tmp_path: Path) -> None:
    with gate(tmp_path) as running:
        running.start("web")
        running.start("work")
        running.wait_until_ready()
        stop = threading.Event()
        killer = threading.Thread(target=_kill_at_random, args=(running, stop))
        killer.start()
        ids: list[str] = []
        try:
            while len(ids) < DRAFTS or (killer.is_alive() and len(ids) < MOST_DRAFTS):
                ids.append(_submit(running, len(ids)))
                submission_id = ids[-1]
                wait_for(lambda wanted=submission_id: running.stand_in.card(wanted), "the card")
                _approve(running, submission_id)
        finally:
            stop.set()
            killer.join()
        running.wait_until_ready()
        for submission_id in ids:
            wait_for(lambda wanted=submission_id: running.receiver.of(wanted, "submission.approved"), "the webhook")

        # Every accepted draft is there once, with one decision, told once.
        store = running.services.store
        kept = store.submissions(Filter(), limit=100).items
        assert Counter(item.id for item in kept) == Counter(ids)
        assert all(len(item.decisions) == 1 for item in kept)
        told = Counter(payload["data"]["id"] for payload in running.receiver.received)
        assert told == Counter(ids)
        assert running.receiver.refused == 0
        decided = Counter(e.event.submission_id for e in store.events() if e.event.kind == "submission.approve")
        assert decided == Counter(ids)
        cards = Counter(
            (message.get("metadata") or {}).get("event_payload", {}).get("submission_id")
            for message in running.stand_in.state.messages("C0REVIEW")
        )
        assert cards == Counter(ids)  # no card was posted twice


def test_who_waits_for_a_decision_gets_an_answer_before_the_process_goes(tmp_path: Path) -> None:
    with gate(tmp_path) as running:
        running.start("web")
        running.wait_until_ready()
        submission_id = _submit(running, 0)
        with running.client() as client, ThreadPoolExecutor() as threads:
            waits = [threads.submit(client.get, f"/v1/submissions/{submission_id}?wait=30") for _ in range(3)]
            time.sleep(1.0)
            assert not any(one.done() for one in waits)
            assert running.stop("web") == 0
            for answer in [one.result() for one in waits]:
                assert (answer.status_code, answer.json()["state"]) == (200, "held")
                assert answer.headers["Retry-After"] == "1"
            with pytest.raises(httpx.ConnectError):
                client.get("/healthz")


def test_serve_brings_a_dead_part_back_and_stops_gracefully(tmp_path: Path) -> None:
    with gate(tmp_path) as running:
        running.start("serve")
        running.wait_until_ready()
        os.kill(running.child_of("serve", "work"), signal.SIGKILL)
        submission_id = _submit(running, 1)
        wait_for(lambda: running.stand_in.card(submission_id), "the new courier's card")
        unseen = _submit(running, 2)
        assert running.stop("serve") == 0
        assert running.services.store.submission(unseen) is not None


def test_workers_end_with_the_server_that_was_killed(tmp_path: Path) -> None:
    """They share the port with those of the next one: left alone they would answer with the program of then."""
    with gate(tmp_path) as running:
        running.start("serve")
        running.wait_until_ready()
        killed = running.child_of("serve", "web")
        workers = Path(f"/proc/{killed}/task/{killed}/children").read_text().split()
        os.kill(killed, signal.SIGKILL)
        assert workers
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), "the end of the workers")
        running.wait_until_ready()


@pytest.mark.parametrize("part", ["web2", "serve2"])
def test_a_second_service_at_the_same_port_is_refused(tmp_path: Path, part: str) -> None:
    """The system would hand it a part of the first one's requests."""
    with gate(tmp_path) as running:
        running.start("web")
        running.wait_until_ready()
        running.start(part)
        wait_for(lambda: not running.runs(part), "the second one's end")
        assert f"port {running.settings.port} is in use" in (tmp_path / f"{part}.log").read_text()
        assert running.stop(part) == 1


def test_webhooks_go_out_while_socket_mode_finds_no_slack(tmp_path: Path) -> None:
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "REVIEW_GATE_SLACK_API_URL": NOBODY}
    with gate(tmp_path, **slack) as running:
        running.start("work")
        about = {"type": "submission.rejected", "data": {"id": "s-1"}}
        running.services.store.commit(
            Change(deliveries=(Delivery("d-1", DeliveryKind.WEBHOOK, utc_now(), None, about),))
        )
        wait_for(lambda: running.receiver.of("s-1", "submission.rejected"), "the webhook")
        wait_for(lambda: b"Clicks in Slack do not arrive" in (tmp_path / "work.log").read_bytes(), "a try to connect")
        assert running.runs("work")
        assert running.stop("work") == 0


def _kill_at_random(running: Processes, stop: threading.Event) -> None:
    """Kills and restarts web or courier at seeded random moments, KILLS times or until `stop`."""
    dice = random.Random(20261123)
    for _ in range(KILLS):
        if stop.wait(dice.uniform(0.05, 0.8)):
            return
        part = dice.choice(["web", "work", "work"])
        running.kill(part)
        time.sleep(dice.uniform(0.0, 0.2))
        running.start(part)
        if part == "web":
            running.wait_until_ready()


def _submit(running: Processes, number: int) -> str:
    """Hands a draft in as a careful client does: again, with the same key, until there is an answer."""

    def attempt() -> str | None:
        try:
            with running.client() as client:
                answer = client.post(
                    "/v1/submissions",
                    json={"text": f"Our shop number {number} opens at ten tomorrow.", "kind": "post"},
                    headers={"Idempotency-Key": f"draft-{number}"},
                )
        except httpx.HTTPError:
            return None
        return str(answer.json()["id"]) if answer.status_code == 202 else None

    return str(wait_for(attempt, f"draft {number} to be taken"))


def _approve(running: Processes, submission_id: str) -> None:
    """Two reviewers click until the submission is approved."""

    def attempt() -> bool:
        for person in (REVIEWER, OTHER):
            try:
                running.stand_in.click(person, submission_id, "gate_approve")
            except (httpx.HTTPError, OSError, LookupError):
                continue
        found = running.services.store.submission(submission_id)
        return found is not None and found.state == "approved"

    wait_for(attempt, "the approval")
