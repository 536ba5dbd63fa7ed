"""What the web process does: one application with the API, the pages, Slack's requests and what is measured."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.domain.draft import Draft
from review_gate.gate import Screening
from review_gate.gate.proofs import Proofs
from review_gate.gate.releases import Releases
from review_gate.rulebook.errors import PackErrors
from review_gate.slack.endpoints import slack_blueprint
from review_gate.slack.install import install_blueprint
from review_gate.web.app import create_app
from review_gate.web.digests import digests_blueprint
from review_gate.web.integrations import drop_ins
from review_gate.web.media import media_blueprint
from review_gate.web.meters import StateCollector
from review_gate.web.operate import operate
from review_gate.web.pages import pages_blueprint
from review_gate.web.pages.base import signed_in
from review_gate.web.proofs import proofs_blueprint
from review_gate.web.scoring import TextScores
from review_gate.web.verify import verify_blueprint

if TYPE_CHECKING:
    from review_gate.bootstrap.services import Services

log = logging.getLogger(__name__)


def web_app(parts: Services, stopping: threading.Event | None = None) -> Flask:
    """The web application. Loads the model first, so that the first request is as fast as the others."""
    Screening.screen(parts.screening, Draft("Bonjour, hello"), utc_now())  # nobody asked: not counted
    try:
        parts.packs.current()
    except PackErrors:  # drafts are still taken, and all of them held; /readyz and `doctor` say why
        log.error("No rule pack could be loaded: everything is held")
    settings, store = parts.settings, parts.store
    keys, blueprints = parts.signer.jwks, _blueprints(parts)
    app = create_app(parts.gate, store, parts.missing, keys, settings.language, blueprints, stopping)
    state = StateCollector(
        lambda: store.vitals(utc_now()), lambda: parts.screening.model, lambda: parts.packs.current(), utc_now
    )
    operate(app, parts.meters, state, store, store, settings.rate_limit)
    return parts.tracing.web(app)


def _blueprints(parts: Services) -> list[Blueprint]:
    settings, store = parts.settings, parts.store
    # For callers who bring bare texts: the toxicity scorer alone.
    scores = TextScores(parts.scorers[0], parts.detector, utc_now, settings.language)
    blueprints: list[Blueprint] = [slack_blueprint(parts.slack.app, parts.slack_secret)]
    if settings.uses_stand_in:
        blueprints.append(parts.stand_in.blueprint)
    if parts.slack.workspaces is not None:
        blueprints.append(install_blueprint(parts.slack.workspaces, store, utc_now, parts.slack_api_url))
    blueprints += drop_ins(scores, store, parts.policy, utc_now, uuid7, settings.public_url)
    return [
        *blueprints,
        pages_blueprint(parts.pages),
        verify_blueprint(Releases(store, parts.signer, utc_now, uuid7), store, utc_now),
        proofs_blueprint(Proofs(store, parts.signer, utc_now), parts.gate, store),
        digests_blueprint(parts.gate.digests, store),
        media_blueprint(store, store, parts.studio.uploads, parts.studio.links, signed_in(parts.pages)),
    ]
