"""What the doctor finds of the services around the gate. Each answers what it found, and raises with what to fix."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from review_gate.cli.common import reason
from review_gate.domain.message import Message

if TYPE_CHECKING:
    from review_gate.bootstrap import Services


class Note(Message):
    """Nothing to fix, and nothing that one would call fine."""


class Advice(Exception):
    """What to fix."""

    def __init__(self, *messages: Message) -> None:
        self.message = _lines(messages)
        super().__init__(str(self.message))


def _lines(messages: Iterable[Message]) -> Message:
    each = list(messages)
    return Message("\n".join(one.en for one in each), "\n".join(one.fr for one in each))


SECONDS = 3.0
"""How long the running service may take to say whether it is ready."""


def service(services: Services) -> Message:
    """What the service that runs says of itself: it sees what a fresh look cannot, such as a file that is no longer the
    one it has open."""
    import httpx

    address = services.settings.address
    try:
        said = httpx.get(
            f"{address}/readyz", headers={"Accept-Language": services.settings.language}, timeout=SECONDS
        ).json()
        missing = [str(one) for one in said["missing"]]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return Note(
            f"not running at {address}: start it with `review-gate serve`",
            f"il ne tourne pas à l'adresse {address} : démarrez-le avec `review-gate serve`",
        )
    if missing:
        raise Advice(*(Message(f"at {address}: {one}", f"à l'adresse {address} : {one}") for one in missing))
    return Message(f"ready at {address}", f"prêt, à l'adresse {address}")


def slack(services: Services) -> Message:
    settings = services.settings
    if settings.uses_stand_in:
        return Message(
            "no credentials: the local stand-in plays Slack at /sandbox",
            "pas d'identifiants : Slack est simulé sur place, à l'adresse /sandbox",
        )
    wanted = (
        ("SLACK_BOT_TOKEN ({} SLACK_CLIENT_ID)", settings.slack_bot_token or settings.slack_client_id),
        ("REVIEW_GATE_SLACK_CHANNEL", settings.slack_channel),
        ("SLACK_SIGNING_SECRET {} SLACK_APP_TOKEN", settings.slack_signing_secret or settings.slack_app_token),
    )
    missing = ", ".join(name for name, value in wanted if not value)
    if missing:
        raise Advice(Message(f"set {missing.format('or', 'or')}", f"renseignez {missing.format('ou', 'ou')}"))
    from review_gate.adapters.clock import utc_now
    from review_gate.slack.checkup import checkup
    from review_gate.slack.client import web_client

    places = services.slack.workspaces
    token = services.slack_token if places is None else places.home()
    client = web_client(token, services.slack_api_url)
    others = [room.channel for room in settings.slack_rooms]
    found = checkup(client, services.slack_channel or "", utc_now, settings.slack_signing_secret, others)
    if found:
        raise Advice(*found)
    return Message(
        f"token, scopes, clock and channel {services.slack_channel} are fine",
        f"jeton, droits, horloge et canal {services.slack_channel} : tout va bien",
    )


def webhook(services: Services) -> Message:
    settings = services.settings
    if not settings.webhook_url:
        return Message(
            "none set: decisions are kept here only (REVIEW_GATE_WEBHOOK_URL)",
            "aucun : les décisions restent ici (REVIEW_GATE_WEBHOOK_URL)",
        )
    if not settings.webhook_secret:
        raise Advice(
            Message(
                "set REVIEW_GATE_WEBHOOK_SECRET: `review-gate key webhook` makes one",
                "renseignez REVIEW_GATE_WEBHOOK_SECRET : `review-gate key webhook` en crée un",
            )
        )
    from review_gate.adapters.guard import addresses, is_public

    host = urlsplit(settings.webhook_url).hostname or ""  # the rest of the address may be a secret
    try:
        inside = not all(map(is_public, addresses(host)))
    except (OSError, UnicodeError):
        raise Advice(
            Message(
                f"the host '{host}' of REVIEW_GATE_WEBHOOK_URL cannot be found",
                f"l'hôte « {host} » de REVIEW_GATE_WEBHOOK_URL est introuvable",
            )
        ) from None
    if inside and not settings.webhook_allow_private:
        raise Advice(
            Message(
                f"'{host}' is a private address, nothing is sent there: set REVIEW_GATE_WEBHOOK_ALLOW_PRIVATE=true to "
                "allow it",
                f"« {host} » est une adresse privée, rien n'y est envoyé : REVIEW_GATE_WEBHOOK_ALLOW_PRIVATE=true "
                "l'autorise",
            )
        )
    return Message(f"set, to {host}", f"en place, vers {host}")


def teams(services: Services) -> Message:
    url = services.settings.teams_webhook_url
    if not url:
        return Message("none set (REVIEW_GATE_TEAMS_WEBHOOK_URL)", "aucune adresse (REVIEW_GATE_TEAMS_WEBHOOK_URL)")
    if not url.startswith("https://"):
        raise Advice(
            Message(
                "REVIEW_GATE_TEAMS_WEBHOOK_URL must be the https:// address that the workflow shows",
                "REVIEW_GATE_TEAMS_WEBHOOK_URL doit être l'adresse https:// que le flux de travail affiche",
            )
        )
    return Message("set (not tried: a try would be a message)", "en place (non essayée : ce serait un message)")


def mail(services: Services) -> Message:
    if services.carrying.mail is None:
        return Message(
            "none set: authors whom Slack does not know read the page (REVIEW_GATE_MAIL_SERVER)",
            "aucun serveur : les auteurs que Slack ne connaît pas lisent la page (REVIEW_GATE_MAIL_SERVER)",
        )
    return services.carrying.mail.check()


def publish(services: Services) -> Message:
    from review_gate.adapters.clock import utc_now
    from review_gate.adapters.publishers import open_publisher

    if not services.settings.publish:
        return Message(
            "no outlet is set: approved posts go out by the webhook alone",
            "aucun canal de diffusion : les publications approuvées ne partent que par le webhook",
        )
    fine, wrong = [], []
    for outlet in services.settings.publish:
        try:
            with closing(open_publisher(outlet, utc_now, services.studio.approved)) as publisher:
                said = publisher.check()
                fine.append(Message(f"{outlet.name} {said.en}", f"{outlet.name} {said.fr}"))
        except Exception as error:
            why = reason(error)
            wrong.append(Message(f"{outlet.name}: {why.en}", f"{outlet.name} : {why.fr}"))
    if wrong:
        raise Advice(*wrong)
    return _lines(fine)


def traces(services: Services) -> Message:
    from review_gate.adapters.tracing import open_tracing

    endpoint = services.settings.otlp_endpoint
    if endpoint is None:
        return Message("none are sent (REVIEW_GATE_OTLP_ENDPOINT)", "aucune n'est envoyée (REVIEW_GATE_OTLP_ENDPOINT)")
    parts = urlsplit(endpoint)
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"  # the rest of the address may be a secret
    open_tracing(endpoint).close()
    from review_gate.adapters.spans import reaches

    if not reaches(endpoint):
        raise Advice(
            Message(
                f"no collector takes them at {place}: start one, or set REVIEW_GATE_OTLP_ENDPOINT",
                f"aucun collecteur ne les reçoit à {place} : démarrez-en un, ou changez REVIEW_GATE_OTLP_ENDPOINT",
            )
        )
    return Message(f"sent to {place}", f"envoyées à {place}")
