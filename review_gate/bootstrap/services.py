"""From settings to a store, a screening, a gate, Slack: the parts that serving.py and carrying.py work with."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256

from flask import Flask

from review_gate.adapters.accounts import Accounts
from review_gate.adapters.clock import utc_now, uuid7
from review_gate.adapters.language import DETECTORS
from review_gate.adapters.oidc import Client, Company
from review_gate.adapters.pictures.studio import Studio
from review_gate.adapters.release import ReleaseSigner
from review_gate.adapters.scorers.distress import DistressScorer
from review_gate.adapters.scorers.embedded import ToxicityScorer
from review_gate.adapters.scorers.encoder import SentenceEncoder
from review_gate.adapters.scorers.repetition import RepetitionScorer
from review_gate.adapters.scorers.sentiment import negative
from review_gate.adapters.scorers.tone import ToneScorer
from review_gate.adapters.scorers.toxicity_choice import open_toxicity
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.adapters.tracing import Untraced
from review_gate.bootstrap.carrying import Carrying
from review_gate.bootstrap.serving import web_app
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.submission import Role
from review_gate.domain.verdict import Hit
from review_gate.gate import Gate, Screening
from review_gate.gate.bots import Bots
from review_gate.gate.drills import Drills
from review_gate.gate.meanings import TAG, Encoder
from review_gate.gate.measured import MeasuredScreening
from review_gate.gate.memory import Memory
from review_gate.ports import LanguageDetector, Scorer
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.rule import Packs
from review_gate.rulebook.watch import LivePacks
from review_gate.settings import Settings, load_policy
from review_gate.settings.drill_file import load_drills
from review_gate.settings.holding_file import load_holding
from review_gate.settings.outlets import outlet_of
from review_gate.slack import standin
from review_gate.slack.face import SlackFace, Workspace
from review_gate.slack.rooms import Room
from review_gate.slack.socket import SocketMode
from review_gate.slack.workspaces import OAuth
from review_gate.web.meters import Meters
from review_gate.web.pages import Parts
from review_gate.web.readiness import unready


class Rulebook:
    """The live packs as the screening wants them."""

    def __init__(self, packs: Packs) -> None:
        self._packs = packs

    @property
    def versions(self) -> Mapping[str, int]:
        return self._packs.versions

    @property
    def digest(self) -> str:
        return self._packs.digest

    def evaluate(self, draft: Draft, context: Context) -> Sequence[Hit]:
        return evaluate(self._packs, draft, context)


class Services:
    """Everything one process needs, each part made when it is first asked for. `tracing` comes from `open_tracing` in
    the processes of the service; a command traces nothing."""

    def __init__(self, settings: Settings, tracing: Untraced | None = None) -> None:
        self.settings = settings
        self.tracing = tracing or Untraced()

    @cached_property
    def policy(self) -> Policy:
        return load_policy(self.settings.policy_file)

    @cached_property
    def store(self) -> SqlStore:
        return self.tracing.store(open_store(self.settings.database))

    @cached_property
    def packs(self) -> LivePacks:
        return LivePacks(self.settings.rules_folder, similarity=SentenceEncoder(), aside=True)

    @cached_property
    def scorers(self) -> tuple[Scorer, ...]:
        sentences = SentenceEncoder()
        repetition = RepetitionScorer(self.policy.repetition, sentences.encode)
        scorers = (
            ToxicityScorer(open_toxicity(self.settings.toxicity, self.settings.detoxify)),
            repetition,
            DistressScorer(),
            ToneScorer(sentences.encode, negative=negative(sentences)),
        )
        return tuple(self.tracing.scorer(scorer) for scorer in scorers)

    @cached_property
    def detector(self) -> LanguageDetector:
        return DETECTORS[self.settings.language_detector]()

    @cached_property
    def screening(self) -> Screening:
        measured = MeasuredScreening(
            self.detector, self.scorers, lambda: self.tracing.rules(Rulebook(self.packs.current())), self.policy,
            load_holding(), self.meters.screened,
        )  # fmt: skip
        return self.tracing.screening(measured)

    @cached_property
    def meters(self) -> Meters:
        return Meters()

    @cached_property
    def gate(self) -> Gate:
        outlets = self.settings.publish
        sentences = SentenceEncoder()
        encoder = Encoder(sentences.encode, sha256(sentences.version.encode()).digest()[:TAG])
        return Gate(
            self.store, lambda: self.screening, utc_now, uuid7, lambda draft: outlet_of(outlets, draft), encoder
        )

    @cached_property
    def drills(self) -> Drills:
        return Drills(self.store, lambda: self.screening, load_drills(), utc_now, uuid7)

    @cached_property
    def studio(self) -> Studio:
        return Studio(self.store, self.settings, utc_now, uuid7)

    @cached_property
    def signer(self) -> ReleaseSigner:
        return ReleaseSigner(self.store)

    # --- Slack, or its local stand-in

    @cached_property
    def slack_secret(self) -> str:
        """Slack's signing secret; the stand-in's is made once and kept in the store."""
        if self.settings.slack_signing_secret:
            return self.settings.slack_signing_secret
        if not self.settings.uses_stand_in:  # Socket Mode alone: nothing signed with an unknown secret may pass
            return secrets.token_hex(32)
        return str(self.store.put_note_once("stand_in", "secret", {"secret": secrets.token_hex(32)})["secret"])

    @property
    def slack_token(self) -> str:
        if self.settings.slack_client_id:  # comes by OAuth, to where the app is installed
            return ""
        return self.settings.slack_bot_token or standin.TOKEN

    @property
    def oauth(self) -> OAuth | None:
        settings = self.settings
        if not settings.slack_client_id or not settings.slack_client_secret:
            return None
        return OAuth(settings.slack_client_id, settings.slack_client_secret, settings.slack_teams, settings.url)

    @property
    def slack_api_url(self) -> str:
        return self.stand_in.api_url if self.settings.uses_stand_in else self.settings.slack_api_url

    @property
    def slack_channel(self) -> str | None:
        return standin.CHANNEL if self.settings.uses_stand_in else self.settings.slack_channel

    @cached_property
    def slack(self) -> SlackFace:
        settings = self.settings
        made_up = standin.LEADS if settings.uses_stand_in else ()
        workspace = Workspace(
            token=self.slack_token,
            channel=self.slack_channel or "",
            api_url=self.slack_api_url,
            leads=settings.slack_leads or made_up,
            language=settings.slack_language or settings.language,
            spacing_seconds=0.0 if settings.uses_stand_in else 1.0,
            page_url=self.page_url,
            thumbnail=self.studio.links.thumbnail if settings.seen_from_outside else None,
            digest_url=lambda day: f"{settings.url}/digest/{day}",
            hosts=frozenset({f"{settings.host}:{settings.port}"}) if settings.uses_stand_in else frozenset(),
            oauth=self.oauth,
            rooms=[
                Room(one.channel, one.language, frozenset(one.markets), frozenset(c.casefold() for c in one.channels))
                for one in settings.slack_rooms
            ],
        )
        bots = Bots(self.store, Memory(self.store, lambda: self.policy), utc_now, uuid7)
        return SlackFace(workspace, self.gate, self.store, utc_now, uuid7, bots)

    @cached_property
    def stand_in(self) -> standin.StandIn:
        return standin.StandIn(self.settings.sandbox_file, self.slack_secret, self.settings.address)

    # --- the two processes

    def web(self, stopping: threading.Event | None = None) -> Flask:
        """The application; when `stopping` is set, whoever waits for a decision is answered at once."""
        return web_app(self, stopping)

    @cached_property
    def pages(self) -> Parts:
        """What the pages work with."""
        secure = self.settings.url.startswith("https://")
        accounts = Accounts(self.store, utc_now)
        return Parts(
            self.gate, self.store, accounts, self.packs.current, utc_now, uuid7, self.studio.uploads, secure,
            self.company,
        )  # fmt: skip

    @cached_property
    def company(self) -> Company | None:
        """The company's sign-in, where the settings name one."""
        settings = self.settings
        if settings.oidc_issuer is None or settings.oidc_client_id is None:
            return None
        roles = {value: Role(role) for value, role in settings.oidc_roles.items()}
        back = f"{settings.url}/sign-in/company/back"
        client = Client(
            settings.oidc_issuer, settings.oidc_client_id, back, settings.oidc_client_secret, settings.oidc_roles_claim,
            roles,
        )  # fmt: skip
        return Company(client, utc_now)

    def socket_mode(self) -> SocketMode | None:
        """The connection that Slack's clicks come in by when there is no public address."""
        token = self.settings.slack_app_token
        return None if token is None else SocketMode(self.slack.app, token)

    def page_url(self, submission_id: str) -> str:
        """The address of a submission's page."""
        return f"{self.settings.url}/items/{submission_id}"

    @cached_property
    def carrying(self) -> Carrying:
        return Carrying(self)

    def missing(self) -> list[Message]:
        """What keeps the gate from taking drafts, in words."""
        return unready(lambda: self.store.ping(), lambda: self.packs.current().versions)

    def close(self) -> None:
        if "store" in self.__dict__:
            self.store.close()
        self.tracing.close()
