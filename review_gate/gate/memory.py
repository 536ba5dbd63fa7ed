"""What the gate remembers of its bots: gathered before the screening, written down after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from review_gate.domain.breaker import LONGEST, Breaker, marks
from review_gate.domain.change import Moment, RememberedReply, Saying, Trace
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.policy import Policy, RepetitionPolicy
from review_gate.domain.repetition import NOT_MEANT, Said, share
from review_gate.domain.verdict import SignalState, Verdict
from review_gate.gate.meanings import Encoder, Meanings
from review_gate.gate.rhythm import Rhythm
from review_gate.ports import Clock, Replies
from review_gate.signals.fingerprint import bands, fingerprint, masked_words, most_alike, saying_key
from review_gate.signals.normalise import fold

HOUR = timedelta(hours=1)
INSIDE = 20
"""So many earlier replies of one conversation are looked at."""
DAILY_LOOK = timedelta(hours=26)
"""So long replies are kept at least, however short the policy's window: the daily look goes over a day, which has 25
hours when clocks are put back, and is made a moment later."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is known when a reply comes in. `breaker` is as it is now, None for a bot that never called; `traces` are
    the bot's last replies within the hour and the breaker's window, newest last; `said` is None for what may repeat
    because it is short, and `recent` are the earlier replies in the conversation."""

    breaker: Breaker | None = None
    traces: tuple[Trace, ...] = ()
    recent: tuple[RememberedReply, ...] = ()
    said: Said | None = None


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
        oldest = now - timedelta(hours=policy.repetition.window_hours)
        look_back = max(HOUR, timedelta(minutes=policy.breaker.window_minutes))
        breaker = self._store.breaker(draft.bot)
        traces = tuple(self._store.traces(draft.bot, now - look_back, LONGEST))
        recent: tuple[RememberedReply, ...] = ()
        if draft.conversation is not None:
            recent = tuple(self._store.recent_replies(draft.bot, oldest, INSIDE, draft.conversation))
        said = self._said(draft, draft.bot, policy.repetition, now, traces, recent)
        return Recalled(breaker.at(now) if breaker else None, traces, recent, said)

    def _said(
        self,
        draft: Draft,
        bot: str,
        policy: RepetitionPolicy,
        now: datetime,
        traces: tuple[Trace, ...],
        recent: tuple[RememberedReply, ...],
    ) -> Said | None:
        words = masked_words(draft.text)
        if len(words) < policy.minimum_words:
            return None
        saying, near = self.saying(words, bot, now)
        if saying.allowed_by is None and most_alike(saying.words, _allowed(policy.allowed), policy.similarity):
            saying = replace(saying, allowed_by="policy")
        oldest = now - timedelta(hours=policy.window_hours)
        times, people = self._store.count_saying(saying.key, now - HOUR, policy.across_per_hour), 0
        if times >= policy.across_per_hour:  # it may be too often: how often exactly, and to how many
            times, people = self._store.said_to(saying.key, now - HOUR)
        hour = [trace for trace in traces if trace.at > now - HOUR]
        meant = NOT_MEANT
        if self._meanings is not None and saying.allowed_by is None and policy.meaning_across < 1.0:
            vector = self._meanings.vector(draft.text)
            if saying.key == saying_key(words, bot):
                saying = replace(saying, vector=vector)
            limit, alike = policy.across_per_hour, policy.meaning_across
            meant = self._meanings.said(bot, vector, saying.key, hour, now, limit, alike)
        return Said(
            saying,
            near,
            tuple(reply for reply in recent if reply.saying is not None),
            tuple(self._store.replies_saying(saying.key, oldest)),
            times,
            share(hour, saying.key),
            people,
            meant,
        )

    def saying(self, words: Sequence[str], bot: str, now: datetime) -> tuple[Saying, float]:
        """What a reply with these masked words counts as, and how alike the two are (0..1)."""
        key = saying_key(words, bot)
        own = Saying(key, bot, " ".join(sorted(words)), bands(fingerprint(words), bot), now)
        there = self._store.sayings_like(key, own.bands)
        if there and there[0].key == key:
            return replace(there[0], last_at=now), 1.0
        found = most_alike(own.words, (other.words for other in there), self._policy().repetition.similarity)
        if found is None:
            return own, 1.0
        return replace(there[found[0]], last_at=now), found[1]

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


@lru_cache(maxsize=16)
def _allowed(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(" ".join(sorted(masked_words(text))) for text in texts)


def watched(text: str, words: tuple[str, ...]) -> frozenset[str]:
    """Which of `words` are in `text`, whatever their case and accents."""
    pattern = _pattern(words)
    return frozenset() if pattern is None else frozenset(pattern.findall(fold(text)))


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, map(fold, words)), key=len, reverse=True))})\b")
