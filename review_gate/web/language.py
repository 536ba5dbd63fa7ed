"""In which language to answer."""

from __future__ import annotations

from flask import current_app, request

from review_gate.domain.message import LANGUAGES


def language() -> str:
    """What the caller asks for (Accept-Language), else the operator's setting."""
    default: str = current_app.config.get("LANGUAGE", "en")
    return request.accept_languages.best_match(LANGUAGES, default=default) or default
