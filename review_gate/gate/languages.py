"""Which language a draft is in, and whose rules and models apply to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from review_gate.domain.change import RememberedReply
from review_gate.domain.context import MARKET_LANGUAGES, Context
from review_gate.domain.draft import Draft
from review_gate.domain.verdict import Signal, SignalState
from review_gate.ports import LanguageDetector

SURE = 0.6
"""From this sureness on the detected language counts more than what the author says."""


class Languages:
    """Tells languages with `detector`; `known` are those that count where nothing can be told."""

    def __init__(self, detector: LanguageDetector, known: tuple[str, ...]) -> None:
        self._detector = detector
        self._known = known

    def signal(self, text: str) -> Signal:
        """What the detector says; a detector that raises becomes an errored signal."""
        try:
            return self._detector.detect(text)
        except Exception as error:
            return Signal("language", "language", state=SignalState.ERRORED, detail=type(error).__name__)

    def detected(self, text: str | None) -> str | None:
        """The language of a text, however sure; None where nothing can be told."""
        signal = self.signal(text) if text else None
        return signal.detail if signal is not None and signal.state is SignalState.SCORED else None

    def context(self, draft: Draft, now: datetime) -> Context:
        """What is known of a draft on its own: its language, those that count, the customer's."""
        lang, languages = self.of(draft, self.signal(draft.text), ())
        return Context(now, lang, languages, self.detected(draft.in_reply_to))

    def of(
        self, draft: Draft, detected: Signal, recent: Sequence[RememberedReply]
    ) -> tuple[str | None, tuple[str, ...]]:
        """The draft's language and those whose rules apply. A text too short to tell takes the author's word, then the
        conversation's language, then the market's, then all that are known."""
        told = draft.lang.split("-")[0].lower() if draft.lang else None
        if detected.state is SignalState.SCORED and (detected.score or 0.0) >= SURE:
            # An author who names the language is believed for the rules too: short texts mix languages.
            return detected.detail, tuple(dict.fromkeys((detected.detail, *((told,) if told else ()))))
        if told is not None:
            return told, (told,)
        if detected.state is SignalState.SCORED:
            return detected.detail, tuple(dict.fromkeys((detected.detail, *self._known)))
        inside = [r.text for r in recent if draft.conversation and r.conversation == draft.conversation]
        for text in (draft.in_reply_to, *reversed(inside), *reversed(draft.history)):
            lang = self.detected(text)
            if lang is not None:
                return lang, (lang,)
        by_market = MARKET_LANGUAGES.get(draft.market or "", ())
        if by_market:
            return by_market[0], by_market
        return None, self._known
