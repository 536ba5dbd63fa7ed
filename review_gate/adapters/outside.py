"""What the settings open to the outside besides Slack: a mail server, outlets that publish."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from review_gate.adapters.mail import PORTS, MailNotifier, MailServer
from review_gate.adapters.publishers import open_publisher
from review_gate.adapters.publishers.pictures import Pictures
from review_gate.domain.change import Delivery
from review_gate.ports import Clock, Misconfigured, Publisher
from review_gate.settings import Settings

log = logging.getLogger(__name__)


def open_mail(settings: Settings) -> MailNotifier | None:
    """What tells people by e-mail; None where no server is set."""
    if not settings.mail_server or not settings.mail_from:
        return None
    host, _, port = settings.mail_server.partition(":")
    number = int(port) if port.isdigit() else PORTS[settings.mail_security]
    server = MailServer(
        host, number, settings.mail_security, settings.mail_from, settings.mail_user, settings.mail_password
    )
    return MailNotifier(server)


def open_publishers(settings: Settings, clock: Clock, pictures: Pictures) -> dict[str, Publisher]:
    """What puts posts out, by the name of its outlet. One that is not set up right is left out, and said so: cards and
    webhooks must not stop because of it."""
    found = {}
    for outlet in settings.publish:
        try:
            found[outlet.name] = open_publisher(outlet, clock, pictures)
        except Misconfigured as error:
            log.error("%s. Its posts do not go out until then", error)
    return found


class Nobody:
    """Carries cards where no channel is set: there is nobody to show them to."""

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        return {"skipped": "no channel is set"}
