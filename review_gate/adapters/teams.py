"""Teams: posts the card of each step into a channel, through the webhook of a workflow.

A workflow takes messages and answers nothing about them: cards are not edited, each step is a message of its own, and a
crash between sending and noting can send one twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from review_gate.adapters.bounded import bounded_client
from review_gate.adapters.publishers.answers import refused, send
from review_gate.adapters.teams_card import message
from review_gate.domain.change import Delivery
from review_gate.domain.draft import Draft
from review_gate.gate.announcing import step_of
from review_gate.ports import Store, Undeliverable


class TeamsNotifier:
    """Carries deliveries of the kind TEAMS to the workflow at `url` (a secret: who has it can post)."""

    def __init__(
        self, url: str, store: Store, language: str, page_url: Callable[[str], str],
        outlet_of: Callable[[Draft], str | None] = lambda draft: None,
    ) -> None:  # fmt: skip
        self._url = url
        self._store = store
        self._language = language
        self._page_url = page_url
        self._outlet_of = outlet_of
        self._http = bounded_client()

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        submission = self._store.submission(str(delivery.payload["submission_id"]))
        if submission is None:
            raise Undeliverable("There is no such submission", final=True)
        if step_of(submission) != delivery.payload["step"]:
            return {"skipped": "it stands elsewhere by now, and a later message says so"}
        outlet = self._outlet_of(submission.draft)
        card = message(submission, self._language, self._page_url(submission.id), outlet)
        body = json.dumps(card, ensure_ascii=False)
        answer = send(self._http, "Teams", "POST", self._url, content=body.encode(),
                      headers={"content-type": "application/json"}, read=False)  # fmt: skip
        if not answer.is_success:
            raise refused("Teams", answer, "")
        return {"status": answer.status_code}

    def close(self) -> None:
        self._http.close()
