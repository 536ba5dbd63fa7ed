"""What can be set, what it means, and what must hold between the settings."""

from __future__ import annotations

import ipaddress
import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from review_gate.settings.outlets import Outlet
from review_gate.settings.policy_file import SHIPPED
from review_gate.settings.rooms_file import RoomSetting
from review_gate.settings.words import Unfit

PROJECT = Path(__file__).resolve().parents[2]


class Settings(BaseModel):
    """Everything an operator sets. Secrets are never shown by repr or logged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database: str = "sqlite:var/gate.db"
    """`sqlite:PATH` or `postgresql://…`"""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    public_url: str | None = None
    """How people reach this service, for links in cards; by default http://HOST:PORT."""
    rules: Path | None = None
    """Folder of the rule packs; by default `rules` here, else the one that came with the program."""
    policy: Path | None = None
    """The policy file; by default the one that came with the program."""
    templates: Path | None = None
    """A file of approved templates, or a folder of them."""
    log: Literal["text", "json"] = "text"
    """What a line of the log looks like."""
    rate_limit: Annotated[int, Field(ge=0, le=10_000_000)] = 60_000
    """Requests a minute that each API key may make, over all processes; 0: no limit."""
    otlp_endpoint: str | None = None
    """Base address of an OpenTelemetry collector that gets traces over HTTP, such as http://localhost:4318."""
    language: Literal["en", "fr"] = "en"
    """Language of messages where nobody asks for another."""
    toxicity: Literal["embedded", "detoxify"] = "embedded"
    detoxify: Path | None = None
    """Folder of a Detoxify model, for `toxicity = "detoxify"`."""
    language_detector: Literal["eldc", "langdetect"] = "eldc"

    media_max_mib: Annotated[float, Field(gt=0, le=100)] = 10.0
    """The largest picture that is taken, in MiB."""
    media_max_megapixels: Annotated[float, Field(gt=0, le=170)] = 40.0
    """How many million pixels it may have."""
    media_fetch: bool = True
    """Whether pictures at other addresses are fetched, to be looked at."""
    media_allow_private: bool = False
    """Whether they may be fetched from private addresses, too: for a picture store inside one's own network."""
    ocr: Literal["auto", "rapidocr", "off"] = "auto"
    """What reads the text in pictures; auto: rapidocr where it is installed."""

    slack_bot_token: str | None = Field(None, repr=False)
    slack_signing_secret: str | None = Field(None, repr=False)
    slack_app_token: str | None = Field(None, repr=False)
    slack_client_id: str | None = None
    """With the client secret: the app is installed into several workspaces by OAuth, at /slack/install."""
    slack_client_secret: str | None = Field(None, repr=False)
    slack_teams: tuple[str, ...] = ()
    """The workspaces (T…) and organisations (E…) that may install the app; the first has the review channel."""
    slack_channel: str | None = None
    slack_language: Literal["en", "fr"] | None = None
    """Of the cards in that channel; by default `language`."""
    slack_rooms: tuple[RoomSetting, ...] = ()
    """Other review channels, for some markets or channels; see rooms_file.py."""
    slack_api_url: str = "https://slack.com/api/"
    slack_leads: tuple[str, ...] = ()
    """Slack user ids or e-mail addresses of those who may decide what others may not."""

    oidc_issuer: str | None = None
    """Address of the OpenID provider that people sign in with; `PUBLIC_URL/sign-in/company/back` is where it sends them
    back to."""
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = Field(None, repr=False)
    oidc_roles_claim: str = "groups"
    """The claim that roles are read from; a path with dots, such as realm_access.roles."""
    oidc_roles: dict[str, Literal["author", "reviewer", "lead", "rule_owner", "admin"]] = Field(default_factory=dict)
    """Value of that claim = role: a table in the file, `brand-reviewers=reviewer,brand-leads=lead` in a variable.
    Empty: roles are given with `review-gate user`."""

    webhook_url: str | None = None
    webhook_secret: str | None = Field(None, repr=False)
    webhook_allow_private: bool = False

    teams_webhook_url: str | None = Field(None, repr=False)
    """Of a workflow that posts into a Teams channel. A secret: who has it can post."""

    mail_server: str | None = None
    """HOST or HOST:PORT of the SMTP server that tells authors whom Slack does not know."""
    mail_security: Literal["starttls", "ssl", "none"] = "starttls"
    mail_from: Annotated[str | None, Field(validate_default=True)] = None
    """The sender's address."""
    mail_user: str | None = None
    mail_password: str | None = Field(None, repr=False)

    publish: tuple[Outlet, ...] = ()
    """What puts approved posts out by itself; see outlets.py."""

    @field_validator("publish")
    @classmethod
    def _apart(cls, value: tuple[Outlet, ...]) -> tuple[Outlet, ...]:
        for en, fr, seen in (("name", "le même nom", [one.name for one in value]),
                             ("channel and account", "les mêmes channel et account",
                              [(one.channel, one.account) for one in value])):  # fmt: skip
            if len(set(seen)) < len(seen):
                raise Unfit(f"two outlets have the same {en}", f"deux canaux de diffusion ont {fr}")
        return value

    @field_validator("otlp_endpoint")
    @classmethod
    def _collector(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "http://none")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unfit(
                "must be the collector's address for OTLP over HTTP, such as http://localhost:4318",
                "doit être l'adresse du collecteur pour OTLP sur HTTP, par exemple http://localhost:4318",
            )
        if "@" in parts.netloc or parts.query:
            raise Unfit(
                "no secret belongs into the address: put it into OTEL_EXPORTER_OTLP_HEADERS",
                "un secret n'a pas sa place dans l'adresse : mettez-le dans OTEL_EXPORTER_OTLP_HEADERS",
            )
        return None if value is None else value.rstrip("/")

    @field_validator("slack_rooms", mode="before")
    @classmethod
    def _rooms(cls, value: Any) -> Any:
        try:
            return json.loads(value) if isinstance(value, str) else value
        except json.JSONDecodeError as error:
            raise Unfit(
                f"must be JSON: {error.msg}, character {error.pos + 1}",
                f"doit être du JSON : erreur au caractère {error.pos + 1}",
            ) from error

    @field_validator("slack_leads", "slack_teams", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str | None, found: ValidationInfo) -> str | None:
        if value is None and found.data.get("mail_server"):
            raise Unfit(
                "with a mail server the sender's address is needed: set REVIEW_GATE_MAIL_FROM",
                "avec un serveur de messagerie, il faut l'adresse de l'expéditeur : renseignez REVIEW_GATE_MAIL_FROM",
            )
        if value is not None and "@" not in value:
            raise Unfit("must be an e-mail address", "doit être une adresse e-mail")
        return value

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pairs = [part.rpartition("=") for part in value.split(",") if part.strip()]
        if not all(name.strip() and role.strip() for name, _, role in pairs):
            raise Unfit(
                "must be written VALUE=ROLE,VALUE=ROLE, such as brand-leads=lead",
                "s'écrit VALEUR=RÔLE,VALEUR=RÔLE, par exemple brand-leads=lead",
            )
        return {name.strip(): role.strip() for name, _, role in pairs}

    @field_validator("oidc_issuer")
    @classmethod
    def _private(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"https://|http://(localhost|127\.0\.0\.1)[:/]", value):
            raise Unfit(
                "must start with https://: who signs in must not be listened to on the way",
                "doit commencer par https:// : personne ne doit pouvoir écouter une connexion",
            )
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise Unfit(
                "oidc_issuer needs oidc_client_id: the id that the provider knows this service by",
                "oidc_issuer demande oidc_client_id : l'identifiant sous lequel le fournisseur connaît ce service",
            )
        return self

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("whsec_"):
            raise Unfit(
                "must start with 'whsec_' and go on in base64: `review-gate key webhook` makes one",
                "doit commencer par « whsec_ » et continuer en base64 : `review-gate key webhook` en crée un",
            )
        return value

    @property
    def uses_stand_in(self) -> bool:
        """Without any Slack credential the local stand-in plays Slack; never beside real ones."""
        return not (self.slack_bot_token or self.slack_signing_secret or self.slack_app_token or self.slack_client_id)

    @model_validator(mode="after")
    def _oauth(self) -> Self:
        if self.slack_client_id and not (self.slack_client_secret and self.slack_teams and self.public_url):
            raise Unfit(
                "slack_client_id: OAuth needs SLACK_CLIENT_SECRET, REVIEW_GATE_PUBLIC_URL (https) and "
                "REVIEW_GATE_SLACK_TEAMS (ids of the workspaces that may install the app, the review channel's first)",
                "slack_client_id : OAuth demande SLACK_CLIENT_SECRET, REVIEW_GATE_PUBLIC_URL (https) et "
                "REVIEW_GATE_SLACK_TEAMS (identifiants des espaces de travail qui peuvent installer l'application, "
                "celui du canal de relecture en premier)",
            )
        return self

    @property
    def media_bytes(self) -> int:
        return int(self.media_max_mib * 2**20)

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return (self.public_url or self.address).rstrip("/")

    @property
    def seen_from_outside(self) -> bool:
        """Whether the public address may be one that others on the internet can reach, as far as it tells."""
        parts = urlsplit(self.public_url or "")
        host = parts.hostname or ""
        if parts.scheme != "https" or "." not in host or host.endswith((".local", ".internal", ".localhost")):
            return False
        try:
            return ipaddress.ip_address(host).is_global
        except ValueError:
            return True

    @property
    def rules_folder(self) -> Path:
        if self.rules is not None:
            return self.rules
        here = Path("rules")
        return here if here.is_dir() else PROJECT / "rules"

    @property
    def policy_file(self) -> Path:
        return self.policy or SHIPPED

    @property
    def sandbox_file(self) -> Path:
        """Where the stand-in for Slack keeps what it shows: beside the database."""
        path = self.database.removeprefix("sqlite:")
        folder = Path(path).parent if self.database.startswith("sqlite:") and path != ":memory:" else Path("var")
        return folder / "sandbox.db"
