"""The asynchronous client: the same calls, awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, Unpack

import httpx

from review_gate.client import core
from review_gate.client.errors import GateUnavailable, RequestRefused
from review_gate.client.models import OnError, Outcome, Release, Submission, Verdict


class AsyncClient:
    """Like `Client`, whose words hold here too."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = 5.0,
        retries: int = 2,
        backoff: float = 0.2,
        on_error: OnError = "hold",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = core.Settings.of(url, key, timeout, retries, backoff)
        self._on_error = on_error
        self._sleep = sleep
        self._http = httpx.AsyncClient(base_url=self._settings.url, headers=self._settings.headers, transport=transport)

    async def check(self, text: str, *, once: str | None = None, **fields: Unpack[core.Draft]) -> Verdict:
        """See Client.check."""
        try:
            return core.read(Verdict.of, await self._ask(core.draft_request("/v1/check", text, fields, once)))
        except GateUnavailable as error:
            if self._on_error == "raise":
                raise
            return Verdict.unanswered(str(error))

    async def submit(self, text: str, *, once: str | None = None, **fields: Unpack[core.Draft]) -> Submission:
        """See Client.submit."""
        return core.read(Submission.of, await self._ask(core.draft_request("/v1/submissions", text, fields, once)))

    async def revise(self, submission_id: str, text: str, **fields: Unpack[core.Draft]) -> Submission:
        """See Client.revise."""
        request = core.submission_request(submission_id, "revisions", {"text": text, **fields})
        return core.read(Submission.of, await self._ask(request, retry=False))

    async def withdraw(self, submission_id: str) -> Submission:
        """See Client.withdraw."""
        request = core.submission_request(submission_id, "withdraw")
        return core.read(Submission.of, await self._ask(request, retry=False))

    async def submission(self, submission_id: str, *, wait: int = 0) -> Submission:
        """See Client.submission."""
        request = core.reading_request(submission_id, wait, self._settings.timeout)
        return core.read(Submission.of, await self._ask(request))

    async def report_outcome(
        self, submission_id: str, *, once: str | None = None, **readings: Unpack[core.Readings]
    ) -> Outcome:
        """See Client.report_outcome."""
        request = core.outcome_request("submissions", submission_id, readings, once)
        return core.read(Outcome.of, await self._ask(request))

    async def report_reply_outcome(
        self, reply_id: str, *, once: str | None = None, **readings: Unpack[core.Readings]
    ) -> Outcome:
        """See Client.report_reply_outcome."""
        request = core.outcome_request("replies", reply_id, readings, once)
        return core.read(Outcome.of, await self._ask(request))

    async def wait_for_decision(self, submission_id: str, *, seconds: float) -> Submission:
        """See Client.wait_for_decision."""
        until = time.monotonic() + seconds
        while True:
            left = max(0, min(core.LONGEST_WAIT, int(until - time.monotonic())))
            found = await self.submission(submission_id, wait=left)
            if found.state != "held" or time.monotonic() >= until:
                return found
            if left == 0:
                await self._sleep(min(1.0, max(0.0, until - time.monotonic())))

    async def verify(
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
        """See Client.verify."""
        request = core.verify_request(token, text, channel, account, media, use, once)
        try:
            return core.read(core.released, await self._ask(request))
        except RequestRefused as refused:
            return core.release_of(refused)
        except GateUnavailable as error:
            if self._on_error == "raise":
                raise
            return Release(False, "unavailable", str(error), failed=True)

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask(self, request: core.Request, *, retry: bool = True) -> Mapping[str, Any]:
        tried = 0
        while True:
            tried += 1
            try:
                response = await self._http.request(request.method, request.path, **request.options(self._settings))
                if response.status_code not in core.PASSING:
                    return core.answer(response)
                why, after = f"The gate answered {response.status_code}.", response.headers.get("Retry-After")
            except httpx.HTTPError as error:
                why, after = f"The gate did not answer ({type(error).__name__}).", None
            pause = self._settings.pause(tried, after) if retry else None
            if pause is None:
                raise GateUnavailable(why)
            await self._sleep(pause)
