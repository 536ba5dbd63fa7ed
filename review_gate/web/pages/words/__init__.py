"""Every word of the pages, in both languages. Templates and modules ask for them by key: `t('sign_in')`."""

from __future__ import annotations

from collections.abc import Mapping

from review_gate.domain.message import Message
from review_gate.web.pages.words.bots import WORDS as BOTS
from review_gate.web.pages.words.common import WORDS as COMMON
from review_gate.web.pages.words.compose import WORDS as COMPOSE
from review_gate.web.pages.words.digest import WORDS as DIGEST
from review_gate.web.pages.words.incidents import WORDS as INCIDENTS
from review_gate.web.pages.words.insight import WORDS as INSIGHT
from review_gate.web.pages.words.outcomes import WORDS as OUTCOMES
from review_gate.web.pages.words.review import WORDS as REVIEW

WORDS: Mapping[str, Message] = {**COMMON, **REVIEW, **COMPOSE, **INSIGHT, **BOTS, **DIGEST, **OUTCOMES, **INCIDENTS}


def say(key: str, language: str, **fills: object) -> str:
    """The words behind `key`, their {gaps} filled. Raises KeyError for a key that nobody wrote words for."""
    words = WORDS[key].in_(language)
    return words.format(**fills) if fills else words
