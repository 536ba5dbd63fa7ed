"""What people and bots do to the gate while it is ill-treated: hand in, ask, click, and never give up."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg

from review_gate.ports import StoreError
from review_gate.slack.modals import CODE_BLOCK, WHY_BLOCK
from tests.processes.service import Processes

REVIEWER, OTHER = "U0SAMIRAB1", "U0THOMASW1"
PATIENCE = 150.0
REASONS = {CODE_BLOCK: "other", WHY_BLOCK: "Not like this."}
WAITING = ("held", "changes_requested")
UNFIT = "Dear [insert name], your parcel arrives on Friday between eight and ten."


class Traffic:
    """One round's callers, in threads of their own. `problems` are what no caller should ever see; `ids` what the gate
    has accepted for people to decide, `decided` those that were seen decided, `undecided` what they could not decide in
    PATIENCE seconds."""

    def __init__(self, running: Processes, label: str, dice: random.Random, drafts: int) -> None:
        self.problems: list[str] = []
        self.ids: list[str] = []
        self.decided: list[str] = []
        self.undecided: list[str] = []
        self._running = running
        self._until = time.monotonic() + PATIENCE
        plans = [(f"{label}-{n}", dice.choice(["approve", "approve", "race", "reject", "revise", "bot"]))
                 for n in range(drafts)]  # fmt: skip
        self._threads = [threading.Thread(target=self._one, args=plan) for plan in plans]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _one(self, name: str, plan: str) -> None:
        try:
            if plan == "bot":
                submission_id = self._ask(name)
            else:
                text = f"Our shop number {name} opens at ten tomorrow."
                body = {"text": text, "kind": "post"}
                submission_id = str(self._call("/v1/submissions", body, name, 202)["id"])
            self.ids.append(submission_id)
            if plan == "revise":
                time.sleep(0.2)
                self._call(f"/v1/submissions/{submission_id}/revisions", {"text": f"Shop {name}: at ten."}, None, 202)
            self._decide(submission_id, plan)
            self.decided.append(submission_id)
        except TimeoutError as error:
            self.undecided.append(f"{name} ({plan}): {error}")
        except Exception as error:
            self.problems.append(f"{name} ({plan}): {type(error).__name__}: {error}")

    def _ask(self, name: str) -> str:
        """A bot's reply with a hole in it: never `allow`, whatever is broken."""
        body = {"text": f"{UNFIT} ({name})", "bot": "faq", "conversation": name, "kind": "reply"}
        answer = self._call("/v1/check", body, name, 200)
        if answer["action"] == "allow":
            self.problems.append(f"{name}: a reply with a hole in it was allowed")
        return str(answer["submission"]["id"])

    def _call(self, path: str, body: dict[str, Any], key: str | None, wanted: int) -> dict[str, Any]:
        """As a careful client: again, with the same key, until there is an answer."""
        headers = {"Idempotency-Key": key} if key else {}

        def attempt() -> dict[str, Any] | None:
            try:
                with self._running.client() as client:
                    answer = client.post(path, json=body, headers=headers)
            except httpx.HTTPError:
                return None
            if answer.status_code == wanted:
                return dict(answer.json())
            if answer.status_code < 500 and answer.status_code not in (409, 429):
                raise AssertionError(f"{path} answered {answer.status_code}: {answer.text[:300]}")
            return None

        return self._until_there_is(attempt, path)

    def _decide(self, submission_id: str, plan: str) -> None:
        """Both reviewers click at the same moment until it is decided."""
        actions = {"race": ("gate_approve", "gate_reject"), "reject": ("gate_reject", "gate_reject")}
        wanted = actions.get(plan, ("gate_approve", "gate_approve"))

        def attempt() -> bool:
            clicks = [
                threading.Thread(target=self._click, args=(person, submission_id, action))
                for person, action in zip((REVIEWER, OTHER), wanted, strict=True)
            ]
            for click in clicks:
                click.start()
            for click in clicks:
                click.join()
            try:
                found = self._running.services.store.submission(submission_id)
            except (StoreError, psycopg.Error):
                return False
            return found is not None and found.state not in WAITING

        self._until_there_is(attempt, "a decision")

    def _click(self, person: str, submission_id: str, action: str) -> None:
        try:
            self._running.stand_in.click(person, submission_id, action)
            if action == "gate_reject":
                window = self._running.stand_in.wait_for_window(person, 0.5)
                self._running.stand_in.send_window(person, window, REASONS)
        except (httpx.HTTPError, sqlite3.Error, OSError, LookupError):
            time.sleep(0.1)

    def _until_there_is(self, attempt: Callable[[], Any], what: str) -> Any:
        while time.monotonic() < self._until:
            found = attempt()
            if found:
                return found
            time.sleep(0.15)
        raise TimeoutError(f"no {what} in {PATIENCE:.0f} seconds")
