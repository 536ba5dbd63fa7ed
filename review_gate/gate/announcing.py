"""Leaves word for those whom Slack does not reach: the Teams channel, and authors by e-mail.

Each word is a delivery of its own kind, written once for each step of a submission: a mail server that is away keeps
neither cards nor webhooks waiting.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from review_gate.domain.change import Change, Delivery, DeliveryKind, Idempotency
from review_gate.domain.ending import about_the_end, shortened
from review_gate.domain.errors import IdempotencyConflict
from review_gate.domain.message import Message
from review_gate.domain.submission import Submission
from review_gate.ports import Clock, NewId, Notifier, Store

ADDRESS = re.compile(r"[^@\s<>\"',;:]{1,64}@[^@\s<>\"',;:]{1,190}")
"""What an author's name looks like where it is an e-mail address."""
SUBJECT = 110
"""So many characters of what is told stand in the subject."""

InSlack = Callable[[Submission], bool]
"""Whether Slack knows the author, who then hears everything there."""
LanguageOf = Callable[[str], str]
"""The language ('en' or 'fr') that the person of an e-mail address reads."""


class Letters:
    """E-mails to authors whose address is known and whom Slack does not know."""

    def __init__(
        self, store: Store, clock: Clock, new_id: NewId, in_slack: InSlack, language_of: LanguageOf,
        page_url: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._in_slack = in_slack
        self._language_of = language_of
        self._page_url = page_url

    def tell(self, submission: Submission, message: Message, key: str) -> None:
        """Writes to the author, once for the same `key`; to nobody where Slack reaches them or no address is known."""
        address = author_address(submission)
        if address is None or self._in_slack(submission):
            return
        language = self._language_of(address)
        subject = shortened(message.in_(language), SUBJECT)
        link = Message("All about it, and what you can do:", "Tout le détail, et ce que vous pouvez faire :")
        body = f"{message.in_(language)}\n\n{link.in_(language)}\n{self._page_url(submission.id)}\n"
        payload = {"to": address, "subject": subject, "text": body, "lang": language}
        put_once(self._store, self._clock, self._new_id, DeliveryKind.MAIL, f"mail:{key}", payload)


class Announcing:
    """Carries deliveries of the kind CARD through `inner` (Slack's cards), and before that leaves word elsewhere."""

    def __init__(
        self, inner: Notifier, store: Store, clock: Clock, new_id: NewId, *, teams: bool, letters: Letters | None
    ) -> None:
        self._inner = inner
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._teams = teams
        self._letters = letters

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        submission = self._store.submission(delivery.submission_id) if delivery.submission_id else None
        try:
            if submission is not None:
                self._announce(submission)
        except Exception:
            self._inner.deliver(delivery)  # reviewers see it all the same; the next try changes nothing there
            raise
        return self._inner.deliver(delivery)

    def _announce(self, submission: Submission) -> None:
        step = step_of(submission)
        if self._teams:
            payload = {"submission_id": submission.id, "step": step}
            put_once(self._store, self._clock, self._new_id, DeliveryKind.TEAMS, f"teams:{step}", payload)
        told = about_the_end(submission)
        if self._letters is not None and told is not None and submission.drill is None:
            self._letters.tell(submission, told, step)


def step_of(submission: Submission) -> str:
    """Names where a submission stands, as far as people are told: another text, an answer, an escalation, a post."""
    out = submission.publication
    parts = [submission.id, str(submission.revision), submission.state.value]
    parts += ["escalated"] if submission.escalated else []
    parts += [out.stage.value] if out is not None and out.at is not None else []
    return ":".join(parts)


def author_address(submission: Submission) -> str | None:
    """The e-mail address of who wrote it, or else of who handed it in; None where neither is one."""
    names = (submission.draft.author, submission.author)
    return next((name for name in names if name and ADDRESS.fullmatch(name)), None)


def put_once(
    store: Store, clock: Clock, new_id: NewId, kind: DeliveryKind, key: str, payload: Mapping[str, Any]
) -> None:
    """A delivery, unless one was written with the same key before."""
    now = clock()
    once = Idempotency("announce", key, "", 200, {}, now)
    with contextlib.suppress(IdempotencyConflict):
        store.commit(Change(deliveries=(Delivery(new_id(), kind, now, payload=payload),), idempotency=once))
