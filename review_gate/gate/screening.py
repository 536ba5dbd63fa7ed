"""The screening: from a draft and what surrounds it to a verdict. Reads nothing, writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from review_gate.domain.change import RememberedReply
from review_gate.domain.context import Context
from review_gate.domain.draft import MAX_TEXT, Draft, Kind, Media
from review_gate.domain.holding import NO_TEXTS, Holding, holding_kind
from review_gate.domain.looks import in_picture, look_reasons, name_of, raised, without_looks
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.repetition import Said
from review_gate.domain.verdict import Hit, Meanwhile, Reason, Severity, Signal, SignalState, Source, Verdict
from review_gate.domain.weigh import weigh
from review_gate.gate.languages import Languages
from review_gate.ports import LanguageDetector, Scorer

WRITING = frozenset({"style", "tone", "disclosure", "wrong_language"})


class Rules(Protocol):
    """The packs that are live now, ready to evaluate."""

    @property
    def versions(self) -> Mapping[str, int]: ...

    @property
    def digest(self) -> str: ...

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
        self._spoken = Languages(detector, policy.languages)
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
        handed_in, draft = draft, without_looks(draft)
        language = self._spoken.signal(draft.text)
        lang, languages = self._spoken.of(draft, language, recent)
        context = Context(
            now=now,
            lang=lang,
            languages=languages,
            customer_lang=self._spoken.detected(draft.in_reply_to),
            recent=tuple(recent),
            said=said,
            paused=paused,
            bot_is_new=bot_is_new,
        )
        signals = [language]
        for scorer in self._scorers:
            signals.extend(_guarded(scorer, draft, context))
        versions: Mapping[str, int] = {}
        digest = ""
        hits: Sequence[Hit] = ()
        try:
            rules = self._rules()
            versions, digest, hits = rules.versions, rules.digest, rules.evaluate(draft, context)
        except Exception as error:
            signals.append(Signal("rules", "rules", state=SignalState.ERRORED, detail=type(error).__name__))
        verdict = weigh(draft, context, signals, hits, self.policy, model=self.model, packs=versions, rules=digest)
        if handed_in is not draft:
            verdict = self.with_pictures(verdict, handed_in, now)
        return self.with_texts(verdict, draft)

    def with_pictures(self, verdict: Verdict, draft: Draft, now: datetime) -> Verdict:
        """The verdict on `draft` with what the looks at its pictures add: never a milder one.

        Text that was read in a picture is screened twice: together with the draft, so that rules see a word in one and
        a word in the other, and alone, in its own language and by every scorer.
        """
        found = list(look_reasons(draft))
        shadow: list[Reason] = []
        read = [(media, media.look.words) for media in draft.media if media.look is not None and media.look.words]
        if not read:
            return raised(verdict, found)
        for media, words in read:
            name = name_of(draft, media)
            for hit in self._hits_with(media, draft, verdict, now):
                (shadow if hit.shadow else found).append(in_picture(hit.reason(), name))
            alone = Screening.screen(self, _as_text(words, draft, verdict), now)  # as itself: it is not counted
            found += [in_picture(reason, name) for reason in alone.reasons if _counts_in_picture(reason)]
        return raised(verdict, [reason for reason in found if not _told_of_text(reason, verdict)], shadow)

    def _hits_with(self, media: Media, draft: Draft, verdict: Verdict, now: datetime) -> list[Hit]:
        """The hits that come to the draft's own with the text in one of its pictures."""
        plain = without_looks(draft)
        whole = replace(draft, media=tuple(one if one is media else replace(one, look=None) for one in draft.media))
        context = self._spoken.context(plain, now)
        try:
            rules = self._rules()
            before = {(hit.rule, hit.found) for hit in rules.evaluate(plain, context)}
            return [hit for hit in rules.evaluate(whole, context) if (hit.rule, hit.found) not in before]
        except Exception:  # the screening of the text alone says so as a reason
            return []

    def with_texts(self, verdict: Verdict, draft: Draft) -> Verdict:
        """The verdict with what the bot may send meanwhile, where a person takes over."""
        kind = holding_kind(verdict)
        if draft.kind is not Kind.REPLY or kind is None:
            return verdict
        lang = self._spoken.detected(draft.in_reply_to) or verdict.lang
        return replace(verdict, holding=Meanwhile(kind, self._texts.text(kind, lang, draft.market)))


def _as_text(words: str, draft: Draft, verdict: Verdict) -> Draft:
    """A picture's text as a post of its own. Where it is too short to tell its language it has the draft's."""
    return Draft(
        words[:MAX_TEXT],
        channel=draft.channel,
        market=draft.market,
        lang=verdict.lang,
        planned_at=draft.planned_at,
    )


def _told_of_text(reason: Reason, verdict: Verdict) -> bool:
    """Whether the same rule has found the same word in the text: once is enough."""
    return reason.source is Source.RULE and any(
        (one.rule, one.found) == (reason.rule, reason.found) for one in verdict.reasons
    )


def _counts_in_picture(reason: Reason) -> bool:
    """How a post is written (capitals, length, its language) is no matter for the letters on a poster; and of a shop's
    sign, two words without a sentence, a scorer is seldom sure enough for a mere warning to mean something."""
    least = Severity.HOLD if reason.source is Source.SCORER else Severity.WARN
    return reason.severity >= least and reason.category not in WRITING


def _guarded(scorer: Scorer, draft: Draft, context: Context) -> Sequence[Signal]:
    try:
        return list(scorer.score(draft, context))
    except Exception as error:
        return [Signal(scorer.name, scorer.name, state=SignalState.ERRORED, detail=type(error).__name__)]
