"""The Python client against the real service over HTTP, and against a gate that misbehaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from review_gate.client import AsyncClient, Client, GateUnavailable, RequestRefused, Submission, Verdict, gated
from review_gate.domain.submission import Answer
from review_gate.gate import Seen
from tests.builders import RENE
from tests.web.server import Service, running

FRIENDLY = "Your parcel arrives on Friday, thank you for waiting"
RUDE = "Well, you are an idiot, dear customer of ours"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("client")) as found:
        yield found


@pytest.fixture(scope="module")
def gate(service: Service) -> Iterator[Client]:
    with Client(service.url, service.key("check", "submit", "read"), timeout=40) as client:
        yield client


def test_a_reply_is_allowed_or_becomes_a_submission(gate: Client) -> None:
    assert gate.check(FRIENDLY, bot="faq", conversation="c-1").allowed
    held = gate.check(RUDE, bot="rude", in_reply_to="Where is my parcel?")
    assert (held.action, held.allowed, held.failed) == ("hold", False, False)
    reason = held.reasons[0]
    assert reason.span is not None
    assert (reason.name, RUDE[slice(*reason.span)]) == ("toxicity.insult", "idiot")
    assert held.submission is not None
    assert gate.submission(held.submission).state == "held"


def test_a_draft_is_handed_in_revised_approved_and_withdrawn(gate: Client, service: Service) -> None:
    handed_in = gate.submit("We open at ten tomorrow", kind="post", channel="x", once="draft-1")
    assert gate.submit("We open at ten tomorrow", kind="post", channel="x", once="draft-1").id == handed_in.id
    revised = gate.revise(handed_in.id, "We open at nine tomorrow")
    assert (revised.revision, revised.text, revised.raw["channel"]) == (2, "We open at nine tomorrow", "x")
    service.gate.decide(revised.id, Answer.APPROVE, RENE, Seen(2, str(revised.raw["text_sha256"])))
    approved = gate.wait_for_decision(handed_in.id, seconds=20)
    assert approved.approved
    assert (approved.decisions[0].answer, approved.decisions[0].by) == ("approve", RENE.id)
    assert approved.published_url is None
    out = {**approved.raw, "publication": {"via": "masto", "stage": "published", "url": "https://m.example/7"}}
    assert Submission.of(out).published_url == "https://m.example/7"
    assert gate.withdraw(handed_in.id).state == "withdrawn"
    assert gate.verify("no token", "We open at nine tomorrow").reason == "signature"


def test_what_cannot_be_is_refused_with_the_gates_words(gate: Client, service: Service) -> None:
    with pytest.raises(RequestRefused) as refused:
        gate.check(" ")
    assert (refused.value.status, refused.value.code) == (422, "invalid-field")
    assert "must not be empty" in str(refused.value)
    with Client(service.url, "nonsense") as nobody, pytest.raises(RequestRefused) as unknown:
        nobody.submit("Hello")
    assert unknown.value.status == 401


def test_the_asynchronous_client_does_the_same(service: Service) -> None:
    async def play() -> None:
        async with AsyncClient(service.url, service.key("check", "submit", "read"), timeout=40) as client:
            verdicts = await asyncio.gather(client.check(FRIENDLY, bot="faq2"), client.check(RUDE, bot="rude2"))
            assert [verdict.action for verdict in verdicts] == ["allow", "hold"]
            handed_in = await client.submit("We open at ten tomorrow", kind="post")
            assert (await client.revise(handed_in.id, "At nine")).revision == 2
            assert (await client.wait_for_decision(handed_in.id, seconds=0)).state == "held"
            assert (await client.withdraw(handed_in.id)).state == "withdrawn"
            assert (await client.verify("no token", "At nine")).reason == "signature"
            with pytest.raises(RequestRefused):
                await client.check("")

    asyncio.run(play())


# --- a gate that misbehaves

ALLOW = {"action": "allow", "severity": "none", "reasons": []}


@dataclass
class Gate:
    """Answers what it is told, one after the other (the last one for ever), and records what it was asked."""

    answers: list[Any]
    asked: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        told = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(told, Exception):
            raise told
        status, body = told[:2]
        headers = told[2] if len(told) > 2 else {}
        return httpx.Response(status, content=body if isinstance(body, bytes) else json.dumps(body), headers=headers)

    def client(self, **options: Any) -> Client:
        return Client("http://gate", "rg_k", transport=httpx.MockTransport(self), sleep=self.slept.append, **options)


BROKEN: list[Any] = [
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("cut"),
    (500, {}),
    (502, b"<html>bad gateway</html>"),
    (503, {"type": "/problems/unavailable"}),
    (429, {}),
    (200, b""),
    (200, b"<html>a captive portal</html>"),
    (200, []),
    (200, {}),
    (200, {"action": "sure", "severity": "none", "reasons": []}),
    (200, {"action": "allow"}),
    (302, {}),
    (404, b"not found"),
]


@pytest.mark.parametrize("answer", BROKEN)
def test_no_answer_is_never_allow(answer: Any) -> None:
    verdict = Gate([answer]).client().check("Hello")
    assert (verdict.action, verdict.allowed, verdict.failed) == ("hold", False, True)
    with pytest.raises(GateUnavailable):
        Gate([answer]).client(on_error="raise").check("Hello")
    with pytest.raises(GateUnavailable):
        Gate([answer]).client().submit("Hello")
    release = Gate([answer]).client().verify("t", "Hello")
    assert (bool(release), release.reason) == (False, "unavailable")


@pytest.mark.parametrize("answer", BROKEN)
def test_nor_for_the_asynchronous_client(answer: Any) -> None:
    async def check() -> Verdict:
        async def sleep(seconds: float) -> None:
            gate.slept.append(seconds)

        gate = Gate([answer])
        async with AsyncClient("http://gate", "k", transport=httpx.MockTransport(gate), sleep=sleep) as client:
            return await client.check("Hello")

    assert not asyncio.run(check()).allowed


def test_it_asks_again_with_the_same_key_and_growing_pauses() -> None:
    gate = Gate([httpx.ConnectError("refused"), (503, {}), (200, ALLOW)])
    assert gate.client(retries=2).check("Hello").allowed
    assert len({request.headers["Idempotency-Key"] for request in gate.asked}) == 1
    assert len({request.content for request in gate.asked}) == 1
    assert len(gate.slept) == 2
    assert 0 <= gate.slept[0] <= 0.2
    assert 0 <= gate.slept[1] <= 0.4
    assert gate.client().check("Hello").allowed
    assert len({request.headers["Idempotency-Key"] for request in gate.asked}) == 2


def test_it_waits_as_long_as_it_is_told_and_then_gives_up() -> None:
    gate = Gate([(429, {}, {"Retry-After": "7"})])
    assert not gate.client(retries=3).check("Hello").allowed
    assert (gate.slept, len(gate.asked)) == ([7.0] * 3, 4)
    patient = Gate([(503, {}, {"Retry-After": "86400"})])
    patient.client(retries=1).check("Hello")
    assert patient.slept == [30.0]


def test_what_changes_something_without_a_key_is_asked_once() -> None:
    gate = Gate([(503, {})])
    for ask in (lambda c: c.revise("s", "Hello"), lambda c: c.withdraw("s")):
        with pytest.raises(GateUnavailable):
            ask(gate.client())
    assert len(gate.asked) == 2


def test_ids_cannot_lead_elsewhere() -> None:
    gate = Gate([(404, {"type": "/problems/not-found"})])
    with pytest.raises(RequestRefused):
        gate.client().submission("../bots/x?y#z")
    assert gate.asked[0].url.raw_path == b"/v1/submissions/..%2Fbots%2Fx%3Fy%23z?wait=0"


def test_address_and_key_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REVIEW_GATE_URL", raising=False)
    with pytest.raises(ValueError, match="REVIEW_GATE_URL"):
        Client(key="k")
    monkeypatch.setenv("REVIEW_GATE_URL", "http://gate/")
    monkeypatch.setenv("REVIEW_GATE_API_KEY", "rg_secret")
    gate = Gate([(200, ALLOW)])
    with Client(transport=httpx.MockTransport(gate)) as client:
        client.check("Hello")
        assert "rg_secret" not in repr(client)
    assert (str(gate.asked[0].url), gate.asked[0].headers["Authorization"]) == (
        "http://gate/v1/check", "Bearer rg_secret",
    )  # fmt: skip


# --- the decorator

HELD = {"action": "hold", "severity": "hold", "reasons": []}


def test_a_gated_function_returns_what_may_be_sent() -> None:
    gate = Gate([(200, ALLOW), (200, HELD | {"holding_text": "A colleague will answer."}), (200, HELD), (503, {})])
    held: list[tuple[str, Verdict]] = []

    @gated(bot="faq", client=gate.client(retries=0), channel="chat", on_held=lambda *what: held.append(what))
    def reply(message: str, conversation: str = "c-1") -> str:
        """Answers."""
        return f"You said: {message}"

    assert [reply("Hello") for _ in range(4)] == ["You said: Hello", "A colleague will answer.", None, None]
    assert json.loads(gate.asked[0].content) == {
        "text": "You said: Hello",
        "bot": "faq",
        "kind": "reply",
        "channel": "chat",
        "in_reply_to": "Hello",
    }
    reply("Hello", conversation="c-2")
    assert json.loads(gate.asked[-1].content)["conversation"] == "c-2"
    assert [verdict.failed for _, verdict in held] == [False, False, True, True]
    assert reply.__doc__ == "Answers."


def test_a_gated_coroutine_asks_either_client() -> None:
    def both(answers: list[Any]) -> list[Client | AsyncClient]:
        return [Gate(answers).client(), AsyncClient("http://gate", "k", transport=httpx.MockTransport(Gate(answers)))]

    for client in both([(200, ALLOW)]):

        @gated(bot="faq", client=client, fallback="One moment.")
        async def reply(message: str) -> str:
            return message

        assert asyncio.run(reply("Hello")) == "Hello"
    for client in both([(200, HELD)]):

        @gated(bot="faq", client=client, fallback="One moment.")
        async def again(message: str) -> str:
            return message

        assert asyncio.run(again("Hello")) == "One moment."


def test_a_plain_function_cannot_await() -> None:
    decorate: Callable[..., Any] = gated(bot="faq", client=AsyncClient("http://gate", "k"))
    with pytest.raises(TypeError, match="async def"):
        decorate(lambda message: message)
