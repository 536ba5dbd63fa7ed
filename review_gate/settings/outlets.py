"""Outlets: which approved posts go out by themselves, through what. None is set unless the operator writes one down:

[[publish]]
name = "masto-fr"          # its secret is REVIEW_GATE_PUBLISH_MASTO_FR
kind = "mastodon"
channel = "mastodon"       # the drafts' channel and account: both must be the same
account = "brand-fr"
url = "https://mastodon.social"
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from review_gate.domain.draft import Draft, Kind
from review_gate.settings.words import Unfit

VARIABLE = "REVIEW_GATE_PUBLISH_"


class _Outlet(BaseModel):
    """`insecure` allows http:// and private addresses, for a service in one's own network."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    channel: Annotated[str, Field(min_length=1)]
    account: str | None = None
    url: str
    insecure: bool = False
    secret: str | None = Field(None, repr=False)
    """From the environment only."""

    @model_validator(mode="after")
    def _safe(self) -> _Outlet:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Unfit("url must be an http(s) address", "url doit être une adresse http(s)")
        if parts.scheme == "http" and not self.insecure:
            raise Unfit(
                "url must be https:// (insecure = true allows http:// in your own network)",
                "url doit commencer par https:// (insecure = true permet http:// dans votre propre réseau)",
            )
        return self

    @property
    def variable(self) -> str:
        """The environment variable that holds its secret."""
        return variable_of(self.name)


class Mastodon(_Outlet):
    """The secret is an access token with the scopes read and write."""

    kind: Literal["mastodon"]
    visibility: Literal["public", "unlisted", "private"] = "public"


class Bluesky(_Outlet):
    """The secret is an app password of `handle`."""

    kind: Literal["bluesky"]
    handle: Annotated[str, Field(min_length=3)]
    url: str = "https://bsky.social"


class Postiz(_Outlet):
    """The secret is the API key; `integration` the channel's id there, `platform` its kind ("x", "linkedin", …),
    `options` what that platform asks for besides."""

    kind: Literal["postiz"]
    integration: Annotated[str, Field(min_length=1)]
    platform: Annotated[str, Field(min_length=1)]
    options: dict[str, Any] = {}
    url: str = "https://api.postiz.com/public/v1"


class Webhook(_Outlet):
    """The secret signs the call (`whsec_…`)."""

    kind: Literal["webhook"]

    @model_validator(mode="after")
    def _signed(self) -> Webhook:
        if self.secret is not None and not self.secret.startswith("whsec_"):
            raise Unfit(
                f"{self.variable} must start with 'whsec_': `review-gate key webhook` makes one",
                f"{self.variable} doit commencer par « whsec_ » : `review-gate key webhook` en crée un",
            )
        return self


Outlet = Annotated[Mastodon | Bluesky | Postiz | Webhook, Field(discriminator="kind")]


def variable_of(name: str) -> str:
    """The environment variable for the secret of the outlet `name`."""
    return VARIABLE + name.upper().replace("-", "_")


def outlet_of(outlets: Sequence[Outlet], draft: Draft) -> str | None:
    """The name of the outlet that puts `draft` out: same channel, same account. Replies are never put out here: they
    belong into their conversation."""
    if draft.kind is not Kind.POST:
        return None
    names = (one.name for one in outlets if (one.channel, one.account) == (draft.channel, draft.account))
    return next(names, None)
