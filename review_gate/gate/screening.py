"""The screening: from a draft and what surrounds it to a verdict. Reads nothing, writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from review_gate.domain.change import RememberedReply
from review_gate.domain.context import MARKET_LANGUAGES, Context
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.holding import NO_TEXTS, Holding, holding_kind
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.repetition import Said
from review_gate.domain.verdict import Hit, Meanwhile, Signal, SignalState, Verdict
from review_gate.domain.weigh import weigh
from review_gate.ports import LanguageDetector, Scorer

SURE = 0.6
"""From this sureness on the detected language counts more than what the author says."""


class Rules(Protocol):
    """The packs that are live now, ready to evaluate."""

    @property
    def versions(self) -> Mapping[str, int]: ...

    def evaluate(self, draft: Draft, context: Context) -> Sequence[Hit]: ...


class Screening:
    """Runs the scorers and the packs on a draft and weighs what they say.

    A scorer that raises becomes an errored signal, and so do packs that cannot be evaluated: both mean hold.
    """

    def __init__(
        self,
        detector: LanguageDetector,
        scorers: Sequence[Scorer],
        rules: Callable[[], Rules],
        policy: Policy,
        texts: Holding = NO_TEXTS,
    ) -> None:
        self._detector = detector
        self._scorers = tuple(scorers)
        self._rules = rules
        self._texts = texts
        self.policy = policy

    @property
    def model(self) -> str:
        return "+".join(scorer.model for scorer in self._scorers)

    def screen(
        self,
        draft: Draft,
        now: datetime,
        recent: Sequence[RememberedReply] = (),
        *,
        said: Said | None = None,
        paused: Message | None = None,
        bot_is_new: bool = False,
    ) -> Verdict:
        """The verdict on `draft` at `now`, given the bot's `recent` replies in the conversation (newest last) and what
        is known of having `said` this before."""
        language = self._language(draft.text)
        lang, languages = self._languages(draft, language, recent)
        context = Context(
            now=now,
            lang=lang,
            languages=languages,
            customer_lang=self._detected(draft.in_reply_to),
            recent=tuple(recent),
            said=said,
            paused=paused,
            bot_is_new=bot_is_new,
        )
        signals = [language]
        for scorer in self._scorers:
            signals.extend(_guarded(scorer, draft, context))
        versions: Mapping[str, int] = {}
        hits: Sequence[Hit] = ()
        try:
            rules = self._rules()
            versions, hits = rules.versions, rules.evaluate(draft, context)
        except Exception as error:
            signals.append(Signal("rules", "rules", state=SignalState.ERRORED, detail=type(error).__name__))
        verdict = weigh(draft, context, signals, hits, self.policy, model=self.model, packs=versions)
        return self.with_texts(verdict, draft)

    def with_texts(self, verdict: Verdict, draft: Draft) -> Verdict:
        """The verdict with what the bot may send meanwhile, where a person takes over."""
        kind = holding_kind(verdict)
        if draft.kind is not Kind.REPLY or kind is None:
            return verdict
        lang = self._detected(draft.in_reply_to) or verdict.lang
        return replace(verdict, holding=Meanwhile(kind, self._texts.text(kind, lang, draft.market)))

    def _language(self, text: str) -> Signal:
        try:
            return self._detector.detect(text)
        except Exception as error:
            return Signal("language", "language", state=SignalState.ERRORED, detail=type(error).__name__)

    def _detected(self, text: str | None) -> str | None:
        signal = self._language(text) if text else None
        return signal.detail if signal is not None and signal.state is SignalState.SCORED else None

    def _languages(
        self, draft: Draft, detected: Signal, recent: Sequence[RememberedReply]
    ) -> tuple[str | None, tuple[str, ...]]:
        """The draft's language and those whose rules apply. A text too short to tell takes the author's word, then the
        conversation's language, then the market's, then all that the policy names."""
        told = draft.lang.split("-")[0].lower() if draft.lang else None
        if detected.state is SignalState.SCORED and (detected.score or 0.0) >= SURE:
            # An author who names the language is believed for the rules too: short texts mix languages.
            return detected.detail, tuple(dict.fromkeys((detected.detail, *((told,) if told else ()))))
        if told is not None:
            return told, (told,)
        if detected.state is SignalState.SCORED:
            return detected.detail, tuple(dict.fromkeys((detected.detail, *self.policy.languages)))
        inside = [r.text for r in recent if draft.conversation and r.conversation == draft.conversation]
        for text in (draft.in_reply_to, *reversed(inside), *reversed(draft.history)):
            lang = self._detected(text)
            if lang is not None:
                return lang, (lang,)
        by_market = MARKET_LANGUAGES.get(draft.market or "", ())
        if by_market:
            return by_market[0], by_market
        return None, self.policy.languages


def _guarded(scorer: Scorer, draft: Draft, context: Context) -> Sequence[Signal]:
    try:
        return list(scorer.score(draft, context))
    except Exception as error:
        return [Signal(scorer.name, scorer.name, state=SignalState.ERRORED, detail=type(error).__name__)]
