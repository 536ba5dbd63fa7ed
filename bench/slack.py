"""A burst in Slack: 500 cards and 2,000 clicks from 20 reviewers at once, against the real service on this machine.

Prints how fast clicks are answered, and fails when a click was lost or a draft decided twice. The service runs in
its own processes on SQLite with the local stand-in as Slack; clicks are signed HTTP requests as Slack sends them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from review_gate.bootstrap import Services
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Person, State
from review_gate.settings import load_settings
from review_gate.slack.standin import CHANNEL, payloads

REVIEWER = "U0SAMIRAB1"
CLICKS_A_CARD = 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=500)
    parser.add_argument("--reviewers", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        values = {"database": f"sqlite:{folder}/gate.db", "port": str(port)}
        environment = {**os.environ, **{f"REVIEW_GATE_{name.upper()}": value for name, value in values.items()}}
        for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"):
            environment.pop(name, None)
        services = Services(load_settings(environ=environment))
        process = subprocess.Popen([sys.executable, "-m", "review_gate", "serve"], env=environment)
        try:
            _until(lambda: _ready(services.settings.address), "the service")
            return _burst(services, chosen.cards, chosen.reviewers)
        finally:
            process.terminate()
            process.wait(20)
            services.close()


def _burst(services: Services, number: int, reviewers: int) -> int:
    ids = _hand_in(services, number)
    started = time.monotonic()
    _until(lambda: services.store.pending() == 0, "the cards", 600)
    print(f"{number} cards posted in {time.monotonic() - started:.1f} s after the last draft")
    secret = services.slack_secret
    cards = {_about(message): message for message in services.stand_in.state.messages(CHANNEL)}
    requests = [_click(services, cards[one], one, n) for one in ids for n in range(CLICKS_A_CARD)]
    random.Random(7).shuffle(requests)
    shares = [requests[n::reviewers] for n in range(reviewers)]
    started = time.monotonic()
    with ThreadPoolExecutor(reviewers) as pool:
        answers = [
            one
            for share in pool.map(lambda s: _send_all(services.settings.address, secret, s), shares)
            for one in share
        ]
    took = time.monotonic() - started
    times = sorted(seconds for seconds, _ in answers)
    print(f"{len(answers)} clicks by {reviewers} reviewers in {took:.1f} s, {len(answers) / took:.0f} a second")
    print("answered after p50 {:.0f} ms, p95 {:.0f} ms, p99 {:.0f} ms, at most {:.0f} ms".format(
        *(1000 * times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.95, 0.99, 1.0))))  # fmt: skip
    started = time.monotonic()
    _until(lambda: services.store.pending() == 0, "what people are told", 600)
    print(f"cards updated and people told {time.monotonic() - started:.1f} s later")
    return _verdict(services, ids, Counter(status for _, status in answers))


def _verdict(services: Services, ids: list[str], statuses: Counter[int]) -> int:
    """Whether each draft was decided once, and everybody else was told."""
    decided = [services.gate.get(one) for one in ids]
    once = sum(one.state is State.APPROVED and len(one.decisions) == 1 for one in decided)
    told = sum(message["ephemeral"] for message in services.stand_in.state.messages(CHANNEL, reader=REVIEWER))
    cards = services.stand_in.state.messages(CHANNEL)
    green = sum("✅" in str(message.get("blocks")) for message in cards if _about(message) in ids)
    dead = len(services.store.dead_letters())
    clicks = len(ids) * CLICKS_A_CARD
    print(
        f"answers {dict(statuses)}; decided once {once} of {len(ids)}; told {told} of {clicks - len(ids)}; lost {dead}"
    )
    fine = (once, told, dead, statuses[200], green) == (len(ids), clicks - len(ids), 0, clicks, len(ids))
    print("no double decision, no lost click" if fine else "SOMETHING WAS LOST OR DECIDED TWICE")
    return 0 if fine else 1


def _hand_in(services: Services, cards: int) -> list[str]:
    """Straight through the gate, by the same code as the API: what is measured here is Slack's side."""
    started = time.monotonic()
    website = Person("bench", "Bench")
    ids = [
        services.gate.submit(
            Draft(f"Our shop number {n} opens at nine tomorrow.", channel="x", author="bench"), website
        ).id
        for n in range(cards)
    ]
    print(f"{cards} drafts screened and stored in {time.monotonic() - started:.1f} s")
    return ids


def _about(message: dict[str, Any]) -> str:
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("submission_id"))


def _click(services: Services, card: dict[str, Any], submission_id: str, number: int) -> dict[str, Any]:
    state = services.stand_in.state
    held = services.gate.get(submission_id)
    value = json.dumps({"id": held.id, "revision": 1, "version": held.version, "sha": held.text_sha256})
    action = {"type": "button", "action_id": "gate_approve", "block_id": "b", "value": value}
    hook = state.ticket("hook", REVIEWER, CHANNEL, str(card["ts"]))
    url = f"{services.settings.address}/sandbox/respond/{hook}"
    payload = payloads.block_actions(REVIEWER, CHANNEL, card, action, f"t{number}", url)
    person = f"U0BENCH{hash((submission_id, number)) % 900 + 100}"
    return {**payload, "user": {"id": person, "name": person.lower(), "username": person.lower()}}


def _send_all(address: str, secret: str, share: list[dict[str, Any]]) -> list[tuple[float, int]]:
    answers = []
    with httpx.Client(timeout=10) as client:
        for payload in share:
            body = payloads.form(payload)
            headers = {"Content-Type": payloads.FORM, **payloads.sign(secret, body, int(time.time()))}
            started = time.monotonic()
            status = client.post(f"{address}/slack/interactions", content=body.encode(), headers=headers).status_code
            answers.append((time.monotonic() - started, status))
    return answers


def _until(done: Any, what: str, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise SystemExit(f"gave up waiting for {what}")
        time.sleep(0.1)


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
