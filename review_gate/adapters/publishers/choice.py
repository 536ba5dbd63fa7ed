"""From an outlet in the settings to the publisher behind it."""

from __future__ import annotations

from review_gate.adapters.publishers.bluesky import BlueskyPublisher
from review_gate.adapters.publishers.mastodon import MastodonPublisher
from review_gate.adapters.publishers.pictures import Pictures
from review_gate.adapters.publishers.postiz import PostizPublisher
from review_gate.adapters.publishers.webhook import WebhookPublisher
from review_gate.domain.message import Message
from review_gate.ports import Clock, Misconfigured, Publisher
from review_gate.settings.outlets import Bluesky, Mastodon, Outlet, Postiz


def open_publisher(outlet: Outlet, clock: Clock, pictures: Pictures) -> Publisher:
    """Raises Misconfigured, with what to do, when its secret or a package is missing. Asks nobody anything yet."""
    if outlet.secret is None:
        raise Misconfigured(
            Message(
                f"Outlet '{outlet.name}' has no secret: set {outlet.variable}",
                f"Le canal de diffusion « {outlet.name} » n'a pas de secret : renseignez {outlet.variable}",
            )
        )
    if isinstance(outlet, Mastodon):
        return MastodonPublisher(outlet.url, outlet.secret, outlet.visibility, pictures)
    if isinstance(outlet, Bluesky):
        return BlueskyPublisher(outlet.url, outlet.handle, outlet.secret, clock, pictures)
    if isinstance(outlet, Postiz):
        return PostizPublisher(outlet.url, outlet.secret, outlet.integration, outlet.platform, outlet.options, clock,
                               pictures)  # fmt: skip
    return WebhookPublisher(outlet.url, outlet.secret, outlet.channel, outlet.account, clock,
                            allow_private=outlet.insecure)  # fmt: skip
