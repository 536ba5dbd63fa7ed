"""The drop-in interfaces of other services, put together."""

from __future__ import annotations

from flask import Blueprint

from review_gate.domain.policy import Policy
from review_gate.ports import Clock, NewId, Store
from review_gate.web.openai import openai_blueprint
from review_gate.web.perspective import perspective_blueprint
from review_gate.web.scoring import TextScores


def drop_ins(
    scores: TextScores, store: Store, policy: Policy, clock: Clock, new_id: NewId, url: str | None = None
) -> tuple[Blueprint, ...]:
    """Perspective and OpenAI moderations. `url`: the public address, where the operator set one."""
    return (
        perspective_blueprint(scores, store, clock, new_id, url),
        openai_blueprint(scores, store, policy),
    )
