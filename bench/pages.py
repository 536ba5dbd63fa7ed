"""How long the pages take with a full queue: `python bench/pages.py [--held 10000] [--rounds 30]`.

Screens examples/drafts.jsonl once with everything on (all packs, the models), repeats the results as held submissions
in an SQLite file, and asks for the pages as a signed-in lead. Server time: from the request to the whole answer, inside
one process, without the network. Prints a table, times in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from rich.console import Console
from rich.table import Table

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.bootstrap import Services
from review_gate.domain.change import Change, Moment
from review_gate.domain.draft import Draft
from review_gate.domain.lifecycle import open_submission
from review_gate.domain.submission import Role
from review_gate.settings import Settings
from review_gate.settings.settings import PROJECT
from review_gate.web.bodies import parse_draft

PASSWORD = "a long pass phrase for the bench"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--held", type=int, default=10_000, help="held submissions (default 10000)")
    parser.add_argument("--rounds", type=int, default=30, help="requests of each kind (default 30)")
    parser.add_argument("--rules", type=Path, default=None, help="folder of rule packs (default: the project's)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        services = Services(Settings(database=f"sqlite:{Path(folder) / 'gate.db'}", rules=given.rules))
        drafts = examples()
        fill(services, drafts, given.held)
        client, token = signed_in(services)
        measure(services, client, token, drafts, given.held, given.rounds)
        services.close()


def examples() -> list[Draft]:
    lines = (PROJECT / "examples" / "drafts.jsonl").read_text(encoding="utf-8").splitlines()
    return [parse_draft(json.loads(line)).draft() for line in lines]


def fill(services: Services, drafts: list[Draft], held: int) -> None:
    """Submissions over the last thirty days, every third one planned for the next weeks."""
    now = utc_now()
    screened = [(draft, services.gate.preview(draft)) for draft in drafts]
    for number, (draft, verdict) in enumerate(islice(cycle(screened), held)):
        at = now - timedelta(minutes=number * 43_200 / held)
        planned: datetime | None = now + timedelta(minutes=number) if number % 3 == 0 else None
        opened = open_submission(uuid7(), replace(draft, planned_at=planned), verdict, "bench", Moment(at, uuid7))
        services.store.commit(Change(submission=opened.submission, expected_version=0, events=opened.events))


def signed_in(services: Services) -> tuple[FlaskClient, str]:
    accounts = services.pages.accounts
    once = accounts.create("lead@example.com", "Lead", [Role.LEAD])
    opened = accounts.change_password(accounts.sign_in("lead@example.com", once, "bench").account, once, PASSWORD)
    client = services.web().test_client()
    client.set_cookie("rg_session", opened.token)
    found = re.search(r'name="csrf" content="(\w+)"', client.get("/compose").text)
    assert found is not None
    return client, found.group(1)


def measure(services: Services, client: FlaskClient, token: str, drafts: list[Draft], held: int, rounds: int) -> None:
    first = services.store.facets() and client.get("/queue").text
    item = re.findall(r'href="(/items/[^"]+)"', str(first))[0]
    after = re.findall(r'href="(/queue\?after=[^"]+)"', str(first))[0]
    texts = cycle(drafts)

    def check() -> int:
        draft = next(texts)
        # A fresh ending each time, as while somebody types: nothing is answered from memory.
        body = {
            "text": f"{draft.text} {uuid7()[-4:]}",
            "kind": draft.kind.value,
            "channel": draft.channel,
            "market": "FR",
        }
        return client.post("/compose/check", json=body, headers={"X-CSRF-Token": token}).status_code

    asked: list[tuple[str, Callable[[], int]]] = [
        ("GET /queue", lambda: client.get("/queue").status_code),
        ("GET /queue, the next page", lambda: client.get(after).status_code),
        ("GET /queue?severity=hold&market=FR", lambda: client.get("/queue?severity=hold&market=FR").status_code),
        ("GET /queue/pulse", lambda: client.get("/queue/pulse").status_code),
        ("GET /items/…", lambda: client.get(item).status_code),
        ("POST /compose/check", check),
        (f"GET /figures?days=30 ({held} drafts)", lambda: client.get("/figures?days=31").status_code),
        ("GET /audit", lambda: client.get("/audit").status_code),
    ]
    table = Table(title=f"Pages with {held} held submissions, server time in ms")
    for heading in ("request", "median", "p95", "slowest", "CPU"):
        table.add_column(heading, justify="left" if heading == "request" else "right")
    for name, ask in asked:
        ask()
        taken = [timed(ask) for _ in range(rounds if "figures" not in name else max(3, rounds // 10))]
        times = sorted(wall for wall, _ in taken)
        cpu = median(worked for _, worked in taken)
        row = (median(times), times[int(len(times) * 0.95)], times[-1], cpu)
        table.add_row(name, *(f"{value:.1f}" for value in row))
    Console().print(table)


def timed(ask: Callable[[], int]) -> tuple[float, float]:
    """(wall, CPU) milliseconds of one request. The second does not change when the machine is busy with others."""
    begun, worked = time.perf_counter(), time.process_time()
    status = ask()
    assert status == 200, status
    return (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000


if __name__ == "__main__":
    main()
