"""What is in deploy/ fits the program: metrics, runbook, commands and settings are there by the names used."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from review_gate.cli.main import COMMANDS
from review_gate.domain.draft import Draft
from review_gate.domain.verdict import Signal
from review_gate.gate.measured import MeasuredScreening
from review_gate.settings import Settings
from review_gate.settings.holding_file import load_holding
from review_gate.settings.load import SLACK_VARIABLES
from review_gate.settings.settings import PROJECT
from review_gate.web.media import ENVELOPE
from review_gate.web.meters import Meters
from tests.builders import POLICY, NoRules
from tests.operations.house import House
from tests.stores.made import NOON

DEPLOY = PROJECT / "deploy"
COMMAND_NAMES = {command.__name__.rpartition(".")[2] for command in COMMANDS} | {"web", "work"}
ALERTS = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
METRIC = re.compile(r"\breview_gate_[a-z_]+")


def shown(house: House) -> set[str]:
    """The names of all that /metrics declares, with the endings that histograms and counters get."""
    with house.client() as client:
        text = client.get("/metrics").text
    names = set(re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))
    return names | {f"{name}_{ending}" for name in names for ending in ("count", "bucket", "sum")}


@cache
def expressions() -> tuple[str, ...]:
    board = json.loads((DEPLOY / "grafana" / "review-gate.json").read_text())
    return tuple(target["expr"] for panel in board["panels"] for target in panel["targets"]) + tuple(
        rule["expr"] for rule in ALERTS
    )


def test_dashboard_and_alerts_ask_for_metrics_that_exist(running: House) -> None:
    asked = {name for expression in expressions() for name in METRIC.findall(expression)}
    assert len(asked) > 12 and asked - shown(running) == set()


@pytest.mark.parametrize("rule", ALERTS, ids=[rule["alert"] for rule in ALERTS])
def test_each_alert_has_its_paragraph_in_the_runbook(rule: dict[str, Any]) -> None:
    runbook = (PROJECT / "docs" / "operations.md").read_text()
    assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
    paragraph = re.search(rf"^### {rule['alert']}\n\n(.+?)(?=^##|\Z)", runbook, re.MULTILINE | re.DOTALL)
    assert paragraph is not None and len(paragraph[1]) > 80


def test_a_failing_scorer_is_counted_by_the_name_that_the_alert_looks_for() -> None:
    class Gone:
        name, model = "toxicity", "none"

        def score(self, *_: object) -> list[Signal]:
            raise OSError("the model is gone")

    class English:
        name = "en"

        def detect(self, text: str) -> Signal:
            return Signal("language", "language", 1.0, detail="en")

    meters = Meters()
    MeasuredScreening(English(), (Gone(),), NoRules, POLICY, load_holding(), meters.screened).screen(Draft("Hi"), NOON)
    counted = [sample.labels.get("reason", "") for family in meters._own.collect() for sample in family.samples]
    pattern = re.search(r'reason=~"([^"]+)"', next(r["expr"] for r in ALERTS if r["alert"].endswith("ScorerFails")))
    assert pattern and any(re.fullmatch(pattern[1].replace("\\\\", "\\"), reason) for reason in counted)


def known_variables() -> set[str]:
    return {f"REVIEW_GATE_{name.upper()}" for name in Settings.model_fields} | set(SLACK_VARIABLES)


def test_every_variable_in_deploy_is_a_setting() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            used = set(re.findall(r"\b(?:REVIEW_GATE|SLACK)_[A-Z_]+\b", path.read_text()))
            assert used - known_variables() == set(), path


def test_compose_runs_two_of_each_on_one_database() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]
    commands = [service["command"][0] for service in services.values() if "command" in service]
    assert sorted(commands) == ["web", "web", "work", "work"] and set(commands) <= COMMAND_NAMES
    assert len({s["environment"]["REVIEW_GATE_DATABASE"] for s in services.values() if "command" in s}) == 1
    proxied = set(re.findall(r"server (\w+):8080", (DEPLOY / "nginx" / "nginx.conf").read_text()))
    assert proxied == {name for name, service in services.items() if service.get("command") == ["web"]}


def test_compose_passes_on_every_setting_of_its_file() -> None:
    """One that were left out would be a setting that somebody made and that does not count."""
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"].values()
    example = re.findall(r"^(REVIEW_GATE_\w+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE)
    assert len(example) > 2
    for service in services:
        if "command" in service:
            assert service["env_file"] == [{"path": ".env", "required": False}]
            assert not set(example) & set(service["environment"])  # what stands there would win


def test_the_folder_in_memory_is_the_users_own() -> None:
    user = re.search(r"^USER (\d+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    gate = yaml.safe_load((DEPLOY / "compose.yml").read_text())["x-gate"]
    assert user and f"/var/lib/review-gate:uid={user[1]},mode=0700" in gate["tmpfs"]


def test_the_proxy_hands_on_whole_bodies_alone() -> None:
    """One that drips would hold a thread of the service, and there are few."""
    proxy = (DEPLOY / "nginx" / "nginx.conf").read_text()
    assert "proxy_request_buffering" not in proxy  # on, unless somebody turns it off
    assert {"client_body_timeout 10s;", "client_header_timeout 10s;"} <= {line.strip() for line in proxy.splitlines()}


def test_the_proxy_lets_pictures_through_and_nothing_else_so_large() -> None:
    proxy = (DEPLOY / "nginx" / "nginx.conf").read_text()
    place = re.search(r"location ~ (\S+) \{\s*client_max_body_size (\d+)m;", proxy)
    assert place is not None and int(place[2]) * 2**20 >= Settings().media_bytes + ENVELOPE
    assert re.search(place[1], "/v1/media") and re.search(place[1], "/compose/media")
    assert not re.search(place[1], "/v1/check") and not re.search(place[1], "/v1/media/abc")


@pytest.mark.parametrize("part", ["web", "work", "backup"])
def test_units_call_commands_that_exist(part: str) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "systemd" / f"review-gate-{part}.service")
    called = re.search(r"/review-gate (\w+)", unit["Service"]["ExecStart"])
    assert called and called[1] == part and called[1] in COMMAND_NAMES
    assert unit["Service"]["ProtectSystem"] == "strict" and unit["Service"]["NoNewPrivileges"] == "yes"


def unit_lines(part: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.+)$", (DEPLOY / "systemd" / f"review-gate-{part}.service").read_text(), re.MULTILINE)


def test_units_find_the_packs_where_the_instructions_put_them() -> None:
    """The installed program has none, and without any everything is held."""
    instructions = (PROJECT / "docs" / "operations.md").read_text()
    assert "cp -r rules /etc/review-gate/" in instructions
    for part in ("web", "work"):
        assert unit_lines(part, "Environment") == ["REVIEW_GATE_RULES=/etc/review-gate/rules"]


def test_old_backups_go_after_a_good_one(tmp_path: Path) -> None:
    (command,) = unit_lines("backup", "ExecStartPost")
    now = time.time()
    for name, days in (("gate-new.db", 0), ("gate-2.db", 2), ("gate-4.db", 4), ("gate-4.db.partial", 4), ("notes", 9)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now - days * 86_400,) * 2)
    words = command.replace("/var/backups/review-gate", str(tmp_path)).split()
    subprocess.run(words, check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"gate-new.db", "gate-2.db", "notes"}


def test_litestream_follows_the_file_that_the_units_write() -> None:
    (database,) = yaml.safe_load((DEPLOY / "litestream" / "litestream.yml").read_text())["dbs"]
    (replica,) = database["replicas"]
    assert {"type", "bucket", "path", "retention"} <= set(replica)
    unit = (DEPLOY / "systemd" / "review-gate-web.service").read_text()
    folder = re.search(r"^WorkingDirectory=(.+)$", unit, re.MULTILINE)
    default = Settings.model_fields["database"].default.removeprefix("sqlite:")
    assert folder is not None and database["path"] == f"{folder[1]}/{default}"


def test_kubernetes_selectors_find_their_pods_and_probes_their_pages(running: House) -> None:
    made = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "review-gate.yaml").read_text()))
    pods = [one["spec"]["template"] for one in made if one["kind"] == "Deployment"]
    for one in made:
        selector = one.get("spec", {}).get("selector")
        if selector:
            wanted = selector.get("matchLabels", selector).items()
            assert any(wanted <= pod["metadata"]["labels"].items() for pod in pods), one["metadata"]["name"]
    for pod in pods:
        for container in pod["spec"]["containers"]:
            assert container["args"][0] in COMMAND_NAMES
            assert (
                container["securityContext"]["readOnlyRootFilesystem"]
                and pod["spec"]["securityContext"]["runAsNonRoot"]
            )
            probes = [container[name] for name in container if name.endswith("Probe")]
            with running.client() as client:
                assert all(client.get(probe["httpGet"]["path"]).status_code == 200 for probe in probes)


def test_the_cluster_sets_no_variable_that_is_a_setting() -> None:
    """A Service gives each pod of its namespace variables of its own name, unless told not to."""
    made = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "review-gate.yaml").read_text()))
    given = {
        f"{one['metadata']['name'].upper().replace('-', '_')}_{ending}"
        for one in made
        if one["kind"] == "Service"
        for ending in ("PORT", "SERVICE_HOST", "SERVICE_PORT")
    }
    pods = [one["spec"]["template"]["spec"] for one in made if one["kind"] == "Deployment"]
    assert pods and (given.isdisjoint(known_variables()) or all(pod["enableServiceLinks"] is False for pod in pods))


def test_the_image_gets_all_that_the_program_needs() -> None:
    dockerfile, ignored = (DEPLOY / "Dockerfile").read_text(), (PROJECT / ".dockerignore").read_text().split()
    copied = [word for line in re.findall(r"^COPY (?!--)(.+)$", dockerfile, re.MULTILINE) for word in line.split()[:-1]]
    assert {"requirements.txt", "review_gate", "rules"} <= set(copied)
    for name in copied:
        assert Path(PROJECT / name).exists() and f"!{name}" in ignored, name


def test_the_threat_model_names_tests_that_exist() -> None:
    named = re.findall(r"`(tests/[^`]+)`", (PROJECT / "docs" / "security.md").read_text())
    assert len(named) > 25 and [path for path in named if not (PROJECT / path).exists()] == []
