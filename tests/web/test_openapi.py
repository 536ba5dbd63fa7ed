"""The OpenAPI document against the running service: schemathesis looks for answers that it does not tell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import jsonschema_rs
import pytest

from review_gate.web.openapi import document
from tests.web.labels import LabelScorer
from tests.web.server import Service, running

CONFIG = Path(__file__).with_name("schemathesis.toml")
UNDESCRIBED = {"/docs/api", "/docs/api/try.js", "/docs/api/try.css", "/metrics"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("openapi"), LabelScorer()) as found:
        yield found


@pytest.mark.timeout(550)
def test_schemathesis_finds_nothing(service: Service, tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"),
        *(service.url + "/openapi.json", "--phases", "coverage,fuzzing", "--max-examples", "5", "--workers", "1"),
        *("--generation-deterministic", "--continue-on-failure", "--no-shrink", "--max-time", "50"),
        *("--request-timeout", "60", "--suppress-health-check", "all", "--no-color", "--warnings", "off"),
    ]
    environment = {
        **os.environ,
        "REVIEW_GATE_KEY": service.key("admin"),
        "SCHEMATHESIS_HOOKS": "tests.web.schemathesis_hooks",
        "PYTHONPATH": str(CONFIG.parents[2]),
    }
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=250)
    if "SystemError: AST constructor recursion depth mismatch" in done.stdout:
        # Python 3.11's own parser gave up inside the tool's coverage phase: not a finding. The other phase must hold.
        # (Its threads share one depth counter, hence the single worker.)
        command[command.index("coverage,fuzzing")] = "fuzzing"
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]


def test_the_document_names_every_route(service: Service) -> None:
    told = {(path, method.upper()) for path, methods in document()["paths"].items() for method in methods}
    found = set()
    for rule in service.app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        found |= {(path, method) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert {entry for entry in found if entry[0] not in UNDESCRIBED} == told


def test_what_is_written_by_hand_is_what_the_service_answers(service: Service) -> None:
    """Answers that random bodies do not reach: a decision, a claim, a hold with its reasons, a refusal, a bot."""
    components = document()["components"]
    valid = {
        name: jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": components})
        for name in components["schemas"]
    }
    with service.client("admin") as client:
        held = client.post("/v1/check", json={"text": "You are an idiot, dear customer", "bot": "rude"}).json()
        valid["Checked"].validate(held)
        valid["Submission"].validate(client.get(f"/v1/submissions/{held['submission']['id']}").json())
        valid["Submissions"].validate(client.get("/v1/submissions?limit=1").json())
        valid["Bot"].validate(client.post("/v1/bots/rude/pause", json={"why": "rude"}).json())
        valid["Checked"].validate(client.post("/v1/check", json={"text": "Good morning to you", "bot": "rude"}).json())
        valid["Bots"].validate(client.get("/v1/bots").json())
        template = {"text": "We are open from {from} to {to}.", "owner": "care", "expires": "2030-01-01T00:00:00Z"}
        valid["Template"].validate(client.put("/v1/templates/hours", json=template).json())
        valid["Templates"].validate(client.get("/v1/templates").json())
        valid["Frozen"].validate(client.put("/v1/freezes/FR", json={"why": "a crisis"}).json())
        valid["Freezes"].validate(client.get("/v1/freezes").json())
        valid["Freeze"].validate(client.post("/v1/freezes/FR/lift", json={"why": "over"}).json())
        valid["ProblemDocument"].validate(client.post("/v1/verify", json={"token": "a", "text": "b"}).json())


def test_the_page_asks_nobody_else(service: Service) -> None:
    page = httpx.get(service.url + "/docs/api")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert linked
    for address in linked:
        assert address.startswith("/")
        assert httpx.get(service.url + address).status_code == 200
