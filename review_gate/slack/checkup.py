"""Looks at the Slack side of an installation and says what to fix: token, scopes, channel, membership, clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from review_gate.domain.message import Message
from review_gate.ports import Clock, Undeliverable
from review_gate.slack.client import call, error_code
from review_gate.slack.manifest import SCOPES

SKEW_SECONDS = 60
"""Slack's requests are refused after five minutes: a clock that is off by more than this wants repair before."""
_CHANNEL = re.compile(r"[CG][A-Z0-9]{4,20}")
_SECRET = re.compile(r"[0-9a-f]{32}")


def checkup(
    client: WebClient, channel: str, clock: Clock, signing_secret: str | None = None, others: Sequence[str] = ()
) -> list[Message]:
    """What to fix, in the order in which to fix it; nothing when all is well. `others` are further review channels."""
    found = list(_settings(channel, signing_secret))
    answer, wrong = _ask(lambda: client.auth_test())
    if answer is None:
        return [*found, wrong]
    found += _scopes(answer)
    found += _clock(answer, clock)
    if not found or _CHANNEL.fullmatch(channel):
        found += _channel(client, channel)
    for other in others:
        found += _channel(client, other)
    return found


def _settings(channel: str, signing_secret: str | None) -> Iterator[Message]:
    if not _CHANNEL.fullmatch(channel):
        yield Message(
            f"REVIEW_GATE_SLACK_CHANNEL is '{channel}': write the channel's id (as in C012AB3CD), not its name.",
            f"REVIEW_GATE_SLACK_CHANNEL vaut « {channel} » : écrivez l'identifiant (comme C012AB3CD), pas le nom.",
        )
    if signing_secret is not None and not _SECRET.fullmatch(signing_secret):
        yield Message(
            "SLACK_SIGNING_SECRET does not look like one: 32 characters, 0-9 and a-f, from 'Basic Information'.",
            "SLACK_SIGNING_SECRET n'en a pas l'air : 32 caractères, 0-9 et a-f, à la page « Basic Information ».",
        )


def _scopes(answer: SlackResponse) -> Iterator[Message]:
    given = {scope.strip() for scope in _header(answer, "x-oauth-scopes").split(",")} - {""}
    missing = sorted(SCOPES.keys() - given)
    if given and missing:
        words = ", ".join(missing)
        yield Message(
            f"The app lacks the scopes {words}: paste `review-gate slack manifest` into its settings, reinstall it.",
            f"Il manque à l'app : {words}. Collez `review-gate slack manifest` dans ses réglages, puis réinstallez-la.",
        )


def _clock(answer: SlackResponse, clock: Clock) -> Iterator[Message]:
    try:
        theirs = parsedate_to_datetime(_header(answer, "date"))
    except ValueError:
        return
    theirs = theirs if theirs.tzinfo is not None else theirs.replace(tzinfo=UTC)
    seconds = int(abs((clock() - theirs).total_seconds()))
    if seconds > SKEW_SECONDS:
        yield Message(
            f"This machine's clock is {seconds} s off Slack's: switch time synchronisation on, or clicks are refused.",
            f"L'horloge diffère de {seconds} s de celle de Slack : synchronisez-la, sinon les clics seront refusés.",
        )


def _channel(client: WebClient, channel: str) -> Iterator[Message]:
    answer, wrong = _ask(lambda: client.conversations_info(channel=channel))
    if answer is None:
        yield wrong
        return
    info = answer.get("channel") or {}
    name = str(info.get("name") or channel)
    if info.get("is_archived"):
        yield Message(
            f"The channel #{name} is archived: bring it back, or set REVIEW_GATE_SLACK_CHANNEL to another.",
            f"Le canal #{name} est archivé : rétablissez-le, ou changez REVIEW_GATE_SLACK_CHANNEL.",
        )
    elif info.get("is_member") is False:
        yield Message(
            f"The app is not in #{name}: write `/invite @Review Gate` there.",
            f"L'app n'est pas dans #{name} : écrivez-y `/invite @Review Gate`.",
        )


def _ask(method: Callable[[], SlackResponse]) -> tuple[SlackResponse | None, Message]:
    """The answer, or what is wrong."""
    try:
        return call(method), Message("", "")
    except Undeliverable as refused:
        return None, Message(f"{refused}.", f"{refused}.")
    except SlackApiError as error:
        code = error_code(error)
        return None, Message(f"Slack answers {code}.", f"Slack répond {code}.")


def _header(answer: SlackResponse, name: str) -> str:
    headers = {key.lower(): value for key, value in (answer.headers or {}).items()}
    value = headers.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value)
