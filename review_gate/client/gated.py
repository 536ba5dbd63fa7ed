"""A decorator for the function that makes a bot's replies: what it returns has been through the gate."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar, cast

from review_gate.client.aio import AsyncClient
from review_gate.client.core import Draft
from review_gate.client.models import Verdict
from review_gate.client.sync import Client

P = ParamSpec("P")
Reply = TypeVar("Reply", str, Awaitable[str])


def gated(
    *,
    bot: str,
    client: Client | AsyncClient | None = None,
    fallback: str | None = None,
    conversation: str = "conversation",
    message: str = "message",
    on_held: Callable[[str, Verdict], None] | None = None,
    **fields: Any,
) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Wraps a function (or coroutine function) that returns a reply: the wrapped one returns what may be sent.

    That is the reply itself when the gate allows it; else the holding text that the gate answers, else `fallback`;
    None means: say nothing, a person takes over. `conversation` and `message` name the parameters that hold the
    conversation's id and the customer's message, where the function has them. `on_held` gets the reply and the verdict
    when it may not go out. `fields` go with each check (channel, market, …). Without a `client` one is made from
    REVIEW_GATE_URL and REVIEW_GATE_API_KEY at the first call.
    """

    def decorate(reply: Callable[P, Any]) -> Callable[P, Any]:
        signature = inspect.signature(reply)

        def draft(args: Any, kwargs: Any) -> Draft:
            given = signature.bind(*args, **kwargs).arguments
            known: dict[str, Any] = {"bot": bot, "kind": "reply", **fields}
            for field, parameter in (("conversation", conversation), ("in_reply_to", message)):
                if given.get(parameter):
                    known[field] = str(given[parameter])
            return cast(Draft, known)

        def sent(text: str, verdict: Verdict) -> str | None:
            if verdict.allowed:
                return text
            if on_held is not None:
                on_held(text, verdict)
            return verdict.holding_text or fallback

        if inspect.iscoroutinefunction(reply):
            made = _once(lambda: client or AsyncClient())

            @functools.wraps(reply)
            async def asked(*args: P.args, **kwargs: P.kwargs) -> str | None:
                text = await reply(*args, **kwargs)
                gate = made()
                found = gate.check(text, **draft(args, kwargs))
                return sent(text, found if isinstance(found, Verdict) else await found)

            return asked

        if isinstance(client, AsyncClient):
            raise TypeError("An AsyncClient needs an 'async def' function.")
        ours = _once(lambda: client or Client())

        @functools.wraps(reply)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> str | None:
            text = reply(*args, **kwargs)
            return sent(text, ours().check(text, **draft(args, kwargs)))

        return wrapped

    return decorate


T = TypeVar("T")


def _once(make: Callable[[], T]) -> Callable[[], T]:
    return functools.lru_cache(maxsize=1)(make)
