"""What the gate remembers of its bots: gathered before the screening, written down after it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter

from review_gate.domain.breaker import LONGEST, Breaker, BreakerState, marks
from review_gate.domain.change import Moment, RememberedReply, Saying, Trace
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.known import Asked, Known
from review_gate.domain.policy import Policy
from review_gate.domain.repetition import DATED, NOT_MEANT, Said, share
from review_gate.domain.template import Template
from review_gate.domain.verdict import SignalState, Verdict
from review_gate.gate.meanings import Encoder, Meanings
from review_gate.gate.rhythm import Rhythm
from review_gate.ports import Clock, Replies
from review_gate.signals.fingerprint import bands, fingerprint, masked_words, most_alike, saying_key
from review_gate.signals.normalise import fold

HOUR = timedelta(hours=1)
DAILY_LOOK = timedelta(hours=26)
"""So long replies are kept at least, however short the policy's window: the daily look goes over a day, which has 25
hours when clocks are put back, and is made a moment later."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is known when a reply comes in. `breaker` is as it is now, None for a bot that never called; `traces` are
    the bot's last replies within the hour and the breaker's window, or since its trial began, newest last; `said` is
    None for what may repeat because it is short, and `recent` are the earlier replies in the conversation. `templates`
    are all there are, None where nobody has looked."""

    breaker: Breaker | None = None
    traces: tuple[Trace, ...] = ()
    recent: tuple[RememberedReply, ...] = ()
    said: Said | None = None
    templates: tuple[Template, ...] | None = None


NOTHING = Recalled()


class Memory:
    """Reads and writes nothing but what the bots have said and how they are switched."""

    def __init__(self, store: Replies, policy: Callable[[], Policy], encoder: Encoder | None = None) -> None:
        self._store = store
        self._policy = policy
        self._meanings = None if encoder is None else Meanings(store, encoder)

    def recall(self, draft: Draft, now: datetime) -> Recalled:
        """What the store holds about the bot and about such a reply. Nothing for a draft without a bot."""
        if draft.bot is None or draft.kind is not Kind.REPLY:
            return NOTHING
        policy = self._policy()
        words = masked_words(draft.text)
        asked = Asked(
            draft.bot,
            draft.conversation,
            saying_key(words, draft.bot) if len(words) >= policy.repetition.minimum_words else None,
            traces_since=now - max(HOUR, timedelta(minutes=policy.breaker.window_minutes)),
            since=now - timedelta(hours=policy.repetition.window_hours),
            hour=now - HOUR,
            often=policy.repetition.across_per_hour,
        )
        known = self._store.known(asked)
        said = None if asked.saying is None else self._said(draft.text, asked.saying, asked, known, now)
        breaker = known.breaker and known.breaker.at(now)
        traces = known.traces
        if breaker is not None and breaker.state is BreakerState.HALF_OPEN and breaker.since < asked.traces_since:
            traces = tuple(self._store.traces(draft.bot, breaker.since, LONGEST))
        return Recalled(breaker, traces, known.recent, said, known.templates)

    def _said(self, text: str, key: int, asked: Asked, known: Known, now: datetime) -> Said:
        policy, words, bot = self._policy().repetition, masked_words(text), asked.bot
        near, times, same, people = 1.0, known.times, known.same, 0
        if known.said_at is None:
            saying, near = self.saying(words, bot, now)
            if saying.key != key:
                times = self._store.count_saying(saying.key, asked.hour, asked.often)
                same = tuple(self._store.replies_saying(saying.key, asked.since))
        else:
            saying = replace(_own(words, bot, _moved(known.said_at, now)), allowed_by=known.allowed_by)
        if saying.allowed_by is None and most_alike(saying.words, _allowed(policy.allowed), policy.similarity):
            saying = replace(saying, allowed_by="policy")
        if times >= policy.across_per_hour:  # it may be too often: how often exactly, and to how many
            times, people = self._store.said_to(saying.key, asked.hour)
        hour = known.traces[bisect_right(known.traces, asked.hour, key=attrgetter("at")) :]
        meant = NOT_MEANT
        if self._meanings is not None and saying.allowed_by is None and policy.meaning_across < 1.0:
            vector = self._meanings.vector(text)
            if saying.key == key:
                saying = replace(saying, vector=vector)
            limit, alike = policy.across_per_hour, policy.meaning_across
            meant = self._meanings.said(bot, vector, saying.key, hour, now, limit, alike)
        inside = tuple(reply for reply in known.recent if reply.saying is not None)
        return Said(saying, near, inside, same, times, share(hour, saying.key), people, meant)

    def saying(self, words: Sequence[str], bot: str, now: datetime) -> tuple[Saying, float]:
        """What a reply with these masked words counts as, and how alike the two are (0..1)."""
        own = _own(words, bot, now)
        there = self._store.sayings_like(own.key, own.bands)
        if there and there[0].key == own.key:
            return replace(there[0], last_at=_moved(there[0].last_at, now)), 1.0
        found = most_alike(own.words, (other.words for other in there), self._policy().repetition.similarity)
        if found is None:
            return own, 1.0
        nearest = there[found[0]]
        return replace(nearest, last_at=_moved(nearest.last_at, now)), found[1]

    def trace(self, draft: Draft, recalled: Recalled, verdict: Verdict, now: datetime) -> Trace:
        """What is left of this reply for the breaker. What a stopped bot wanted to say is no repetition: it did not
        say it."""
        said = recalled.said
        stopped = any(reason.rule in ("paused", "frozen") for reason in verdict.reasons)
        counts = said is not None and not said.allowed and not stopped
        seen = marks(verdict, watched(f"{draft.in_reply_to or ''}\n{draft.text}", self._policy().breaker.watch_words))
        return Trace(now, said.saying.key if said is not None and counts else None, seen, verdict.action)

    def remembered(self, draft: Draft, trace: Trace, verdict: Verdict, moment: Moment) -> tuple[RememberedReply, ...]:
        """The reply as it is remembered."""
        if draft.bot is None or draft.kind is not Kind.REPLY:
            return ()
        scores = [s.score for s in verdict.signals if s.state is SignalState.SCORED and s.scorer == "toxicity"]
        return (
            RememberedReply(
                moment.id(),
                draft.bot,
                draft.conversation,
                draft.text,
                fingerprint(masked_words(draft.text)),
                trace.at,
                verdict.action,
                trace.saying,
                trace.marks,
                max((score for score in scores if score is not None), default=0.0),
            ),
        )

    def forget(self, now: datetime) -> int:
        """Drops what is older than the policy's window and the daily look, or too much. Answers how many replies
        went."""
        policy = self._policy().repetition
        oldest = now - max(timedelta(hours=policy.window_hours), DAILY_LOOK)
        return self._store.forget(oldest, policy.remember_at_most)


class Forgetting:
    """A chore of the courier: forgets what is old, every `every` seconds at most."""

    def __init__(self, memory: Memory, clock: Clock, every: float = 600.0) -> None:
        self._memory = memory
        self._clock = clock
        self._rhythm = Rhythm(clock, every)

    def __call__(self) -> None:
        if self._rhythm.due():
            self._memory.forget(self._clock())


def _moved(last_at: datetime, now: datetime) -> datetime:
    """The date of a saying that was last said at `last_at` and is said again."""
    return last_at if now - last_at < DATED else now


def _sorted(words: Sequence[str]) -> str:
    return " ".join(sorted(words))


def _own(words: Sequence[str], bot: str, now: datetime) -> Saying:
    """A saying of these words themselves, said now."""
    return Saying(saying_key(words, bot), bot, _sorted(words), bands(fingerprint(words), bot), now)


@lru_cache(maxsize=16)
def _allowed(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_sorted(masked_words(text)) for text in texts)


def watched(text: str, words: tuple[str, ...]) -> frozenset[str]:
    """Which of `words` are in `text`, whatever their case and accents."""
    pattern = _pattern(words)
    return frozenset() if pattern is None else frozenset(pattern.findall(fold(text)))


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, map(fold, words)), key=len, reverse=True))})\b")
