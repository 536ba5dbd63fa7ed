"""The synchronous client."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, Unpack

import httpx

from review_gate.client import core
from review_gate.client.errors import GateUnavailable, RequestRefused
from review_gate.client.models import OnError, Outcome, Release, Submission, Verdict


class Client:
    """Asks the gate. Safe to use from several threads; close it, or use it in a `with` block.

    `timeout`: seconds for each try. `retries`: so many more tries when the gate does not answer, with growing, random
    pauses from `backoff` seconds on. `on_error`: what `check` and `verify` answer when it does not answer at all:
    'hold' (the safe answer, default) or 'raise' (GateUnavailable). There is no way to make them answer 'allow'.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = 5.0,
        retries: int = 2,
        backoff: float = 0.2,
        on_error: OnError = "hold",
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = core.Settings.of(url, key, timeout, retries, backoff)
        self._on_error = on_error
        self._sleep = sleep
        self._http = httpx.Client(base_url=self._settings.url, headers=self._settings.headers, transport=transport)

    def check(self, text: str, *, once: str | None = None, **fields: Unpack[core.Draft]) -> Verdict:
        """Whether a reply may be sent. `once`: your own idempotency key. Raises RequestRefused for a request that
        cannot be (a bad key, a blank text)."""
        try:
            return core.read(Verdict.of, self._ask(core.draft_request("/v1/check", text, fields, once)))
        except GateUnavailable as error:
            if self._on_error == "raise":
                raise
            return Verdict.unanswered(str(error))

    def submit(self, text: str, *, once: str | None = None, **fields: Unpack[core.Draft]) -> Submission:
        """Hands a draft in. Raises RequestRefused, GateUnavailable."""
        return core.read(Submission.of, self._ask(core.draft_request("/v1/submissions", text, fields, once)))

    def revise(self, submission_id: str, text: str, **fields: Unpack[core.Draft]) -> Submission:
        """A new text for a submission. Asked once: the gate would take a second one for one more revision."""
        request = core.submission_request(submission_id, "revisions", {"text": text, **fields})
        return core.read(Submission.of, self._ask(request, retry=False))

    def withdraw(self, submission_id: str) -> Submission:
        """Takes a submission back. Raises RequestRefused, GateUnavailable."""
        request = core.submission_request(submission_id, "withdraw")
        return core.read(Submission.of, self._ask(request, retry=False))

    def submission(self, submission_id: str, *, wait: int = 0) -> Submission:
        """One submission; with `wait` (seconds, 30 at most) as soon as somebody has decided, or then."""
        request = core.reading_request(submission_id, wait, self._settings.timeout)
        return core.read(Submission.of, self._ask(request))

    def report_outcome(
        self, submission_id: str, *, once: str | None = None, **readings: Unpack[core.Readings]
    ) -> Outcome:
        """Says what happened after a submission was published. A later report replaces what it names. Raises
        RequestRefused, GateUnavailable."""
        request = core.outcome_request("submissions", submission_id, readings, once)
        return core.read(Outcome.of, self._ask(request))

    def report_reply_outcome(
        self, reply_id: str, *, once: str | None = None, **readings: Unpack[core.Readings]
    ) -> Outcome:
        """Says what happened after a bot's reply was sent: `reply_id` is the `reply` of its verdict."""
        request = core.outcome_request("replies", reply_id, readings, once)
        return core.read(Outcome.of, self._ask(request))

    def wait_for_decision(self, submission_id: str, *, seconds: float) -> Submission:
        """The submission once it is no longer held, or as it is after `seconds`."""
        until = time.monotonic() + seconds
        while True:
            left = max(0, min(core.LONGEST_WAIT, int(until - time.monotonic())))
            found = self.submission(submission_id, wait=left)
            if found.state != "held" or time.monotonic() >= until:
                return found
            if left == 0:
                self._sleep(min(1.0, max(0.0, until - time.monotonic())))

    def verify(
        self,
        token: str,
        text: str,
        *,
        channel: str | None = None,
        account: str | None = None,
        media: Sequence[Mapping[str, str | None]] = (),
        use: bool = False,
        once: str | None = None,
    ) -> Release:
        """Whether exactly this may be published now on `token`. `use` uses the token up: publish at most once.

        `once` is the key of your attempt, so that asking again after a lost answer is told yes again.
        """
        request = core.verify_request(token, text, channel, account, media, use, once)
        try:
            return core.read(core.released, self._ask(request))
        except RequestRefused as refused:
            return core.release_of(refused)
        except GateUnavailable as error:
            if self._on_error == "raise":
                raise
            return Release(False, "unavailable", str(error), failed=True)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, request: core.Request, *, retry: bool = True) -> Mapping[str, Any]:
        tried = 0
        while True:
            tried += 1
            try:
                response = self._http.request(request.method, request.path, **request.options(self._settings))
                if response.status_code not in core.PASSING:
                    return core.answer(response)
                why, after = f"The gate answered {response.status_code}.", response.headers.get("Retry-After")
            except httpx.HTTPError as error:
                why, after = f"The gate did not answer ({type(error).__name__}).", None
            pause = self._settings.pause(tried, after) if retry else None
            if pause is None:
                raise GateUnavailable(why)
            self._sleep(pause)
