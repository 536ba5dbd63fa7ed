"""A courier that is killed (SIGKILL) after the service has posted and before it has heard so: another one takes over
when the lease ends, and there is one post, with its proof."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.language import EldcDetector
from review_gate.adapters.stores import open_store
from review_gate.courier import PUBLISH_LEASE_SECONDS, Courier
from review_gate.domain.change import DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.publication import Stage
from review_gate.domain.submission import Answer
from review_gate.gate import Gate, Screening, Seen
from review_gate.gate.publishing import Publishing
from review_gate.settings.settings import PROJECT
from tests.builders import ANNE, POLICY, RENE, FakeClock, NoRules, WordScorer
from tests.publishers.test_contract import KINDS, make


@pytest.mark.parametrize("kind", KINDS)
def test_killed_between_post_and_receipt(kind: str, tmp_path: Path) -> None:
    database = f"sqlite:{tmp_path / 'gate.db'}"
    with ExitStack() as stack:
        bench = make(stack, kind)
        store = open_store(database)
        stack.callback(store.close)
        screening = Screening(EldcDetector(), (WordScorer(),), NoRules, POLICY)
        gate = Gate(store, lambda: screening, utc_now, uuid7, lambda draft: "one")
        found = gate.submit(Draft("We open at ten tomorrow", channel="c"), ANNE)
        gate.decide(found.id, Answer.APPROVE, RENE, Seen(1, found.text_sha256))

        command = [sys.executable, "-m", "tests.publishers.courier_process", database, kind, bench.service.url]
        doomed = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(PROJECT)})
        bench.service.on_posted = lambda: os.kill(doomed.pid, signal.SIGKILL)
        assert doomed.wait(100) == -signal.SIGKILL
        bench.service.on_posted = None
        planned = gate.get(found.id).publication
        assert planned is not None and planned.stage is Stage.PLANNED and len(bench.texts) == 1

        clock = FakeClock(utc_now())
        publishing = Publishing(store, {"one": bench.publisher()}, clock, uuid7, lambda *_: None)
        courier = Courier(store, DeliveryKind.PUBLISH, publishing, clock, jitter=lambda: 0.0)
        assert courier.run_once() == 0  # it may still be alive
        for _ in range(3):  # Postiz has to be looked at twice
            clock.now += timedelta(seconds=PUBLISH_LEASE_SECONDS + 1)
            courier.run_once()
        out = gate.get(found.id).publication
        assert out is not None and out.stage is Stage.PUBLISHED and out.url is not None
        assert bench.texts == ["We open at ten tomorrow"]
        assert [one.event.kind for one in store.events(found.id)].count("submission.published") == 1
