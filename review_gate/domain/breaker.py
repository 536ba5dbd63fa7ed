"""The switch that stops a bot: closed, open, half-open. Pure: the caller brings time and ids.

closed --trip, pause--> open --resume, cool-down--> half-open --enough clean replies--> closed
                                                    half-open --a bad reply, pause--> open

Closed lets replies through, open none, half-open a few under watch: any finding holds the reply and opens again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import exp, lgamma, log, log1p

from review_gate.domain.change import Event, Moment, Trace
from review_gate.domain.message import Message
from review_gate.domain.verdict import Severity, Source, Verdict

NO_REASON = Message("", "")

GATE = "gate"
"""Who opens a breaker that opens by itself."""

HELD = "held"
TOXIC = "toxic"
WORD = "word:"
"""The marks of a trace: the screening held it, it was toxic, it (or what it answers) has a watched word."""

TOXIC_CATEGORIES = frozenset({"hate", "profanity", "violence"})

LONGEST = 256
"""So many of the last replies are looked at, at most."""

SLOW = timedelta(minutes=1)
"""Of a half-open bot that has said nothing for so long the count is written down: its earlier replies may be forgotten
before it has said enough. Of a busy one they are still there, and replies at the same moment do not race for it."""

RELAPSE = 3
"""A saying that comes so often among the few replies of a half-open bot opens it again."""


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When a bot is stopped without anybody's click.

    `window_minutes`: how far back it looks. `repeats`, `holds`, `toxicity`, `keywords`: the share (0..1) of a bot's
    replies that may say the same, be held, be toxic, or touch one of `watch_words`, before it is stopped; 1 switches
    the test off. `false_alarm` (0..1): how improbable what was seen must be if the share were still tolerable.
    `at_least`: so many of the kind have to be there in any case. `cool_down_minutes`: how long until a breaker that
    opened by itself lets a few replies through; None waits for a person. `trial_replies`: so many clean ones close it.
    """

    window_minutes: float = 1440.0
    repeats: float = 0.25
    holds: float = 0.25
    toxicity: float = 0.05
    keywords: float = 0.2
    watch_words: tuple[str, ...] = ()
    false_alarm: float = 1e-4
    at_least: int = 5
    cool_down_minutes: float | None = None
    trial_replies: int = 10


@dataclass(frozen=True, slots=True)
class Breaker:
    """One bot's switch. `version` counts its changes, `since` is the last one, by whom and why. `reopens_at`: when an
    open one lets a few through by itself. `clean`: of a half-open one, how many clean replies of its trial have been
    written down, up to `counted_at`."""

    bot: str
    state: BreakerState
    version: int
    since: datetime
    by: str = ""
    by_name: str = ""
    why: Message = NO_REASON
    reopens_at: datetime | None = None
    clean: int = 0
    counted_at: datetime | None = None

    def at(self, now: datetime) -> Breaker:
        """The breaker as it is at `now`: half-open when its cool-down is over. `version` stays: nothing is written."""
        if self.state is BreakerState.OPEN and self.reopens_at is not None and self.reopens_at <= now:
            return replace(self, state=BreakerState.HALF_OPEN, since=self.reopens_at, reopens_at=None)
        return self

    @property
    def told(self) -> Message:
        """Who stopped it and why, for people."""
        who = Message("the gate", "le portail") if self.by == GATE else Message(self.by_name, self.by_name)
        return Message(f"{who.en}: {self.why.en}", f"{who.fr} : {self.why.fr}")


@dataclass(frozen=True, slots=True)
class Switched:
    """A breaker after a change, and the event that tells of it."""

    breaker: Breaker
    event: Event


def new_breaker(bot: str, now: datetime) -> Breaker:
    """The breaker of a bot that calls for the first time."""
    return Breaker(bot, BreakerState.CLOSED, 1, now)


def pause(breaker: Breaker, by: str, by_name: str, why: Message, moment: Moment) -> Switched:
    """Open, until a person resumes it."""
    return _switch(breaker, BreakerState.OPEN, "bot.paused", by, by_name, why, moment)


def trip(breaker: Breaker, why: Message, moment: Moment, policy: BreakerPolicy) -> Switched:
    """Open by itself; half-open after the policy's cool-down, if it has one."""
    minutes = policy.cool_down_minutes
    reopens_at = None if minutes is None else moment.now + timedelta(minutes=minutes)
    return _switch(breaker, BreakerState.OPEN, "bot.tripped", GATE, GATE, why, moment, reopens_at)


def resume(breaker: Breaker, by: str, by_name: str, why: Message, moment: Moment) -> Switched:
    """Half-open: a few replies go through under watch, then it closes by itself."""
    return _switch(breaker, BreakerState.HALF_OPEN, "bot.resumed", by, by_name, why, moment)


def counted(breaker: Breaker, clean: int, now: datetime) -> Breaker:
    """Half-open as before, with so many clean replies of its trial written down. No event: nothing was switched."""
    return replace(breaker, version=breaker.version + 1, clean=clean, counted_at=now)


def settle(breaker: Breaker, moment: Moment) -> Switched:
    """Closed again after its trial."""
    why = Message("the replies under watch were fine", "les réponses sous surveillance étaient correctes")
    return _switch(breaker, BreakerState.CLOSED, "bot.closed", GATE, GATE, why, moment)


def _switch(breaker: Breaker, state: BreakerState, kind: str, by: str, by_name: str, why: Message, moment: Moment,
            reopens_at: datetime | None = None) -> Switched:  # fmt: skip
    after = Breaker(breaker.bot, state, breaker.version + 1, moment.now, by, by_name, why, reopens_at)
    data = {"bot": breaker.bot, "state": state.value, "was": breaker.state.value, "why": why.en, "why_fr": why.fr,
            "by_name": by_name}  # fmt: skip
    return Switched(after, Event(moment.id(), moment.now, kind, by, None, data))


def paused_message(told: Message) -> Message:
    """What a reviewer and the bot's owner read when a stopped bot asks; `told` says who stopped it and why."""
    return Message(
        f"This bot is paused ({told.en}): a person answers meanwhile.",
        f"Ce bot est en pause ({told.fr}) : une personne répond en attendant.",
    )


# --- when it opens by itself


def marks(verdict: Verdict, watched: Iterable[str] = ()) -> tuple[str, ...]:
    """What the breaker counts of a reply: that the bot's own words were held or toxic, and the `watched` words found.

    What is the customer's (distress) or the gate's (a scorer that failed) is not the bot's fault and not counted.
    """
    held = [r for r in verdict.reasons if r.severity >= Severity.HOLD and r.source is not Source.POLICY]
    own = [r for r in held if r.category != "distress" and r.label != "wants_human"]
    toxic = any(r.category in TOXIC_CATEGORIES or r.scorer == "toxicity" for r in own)
    return (*((HELD,) if own else ()), *((TOXIC,) if toxic else ()), *(WORD + word for word in sorted(watched)))


def alarm(traces: Sequence[Trace], policy: BreakerPolicy) -> Message | None:
    """Why a closed breaker has to open after the newest of `traces` (newest last), or None.

    Looks back from the newest reply over every length up to LONGEST. A share counts as too high when, were it only the
    tolerated one, so many or more would turn up with a probability below `false_alarm` (exact binomial tail). Three of
    four never suffice: `at_least`, and the tail itself, ask for more.
    """
    if not traces:
        return None
    newest = traces[-1]
    if newest.saying is not None:
        found = _excess([trace.saying == newest.saying for trace in traces], policy.repeats, policy)
        if found:
            return Message(
                "{} of the last {} replies say the same thing".format(*found),
                "{} des {} dernières réponses disent la même chose".format(*found),
            )
    if HELD in newest.marks:
        found = _excess([HELD in trace.marks for trace in traces], policy.holds, policy)
        if found:
            return Message(
                "{} of the last {} replies had to be held".format(*found),
                "{} des {} dernières réponses ont dû être retenues".format(*found),
            )
    if TOXIC in newest.marks:
        found = _excess([TOXIC in trace.marks for trace in traces], policy.toxicity, policy)
        if found:
            return Message(
                "{} of the last {} replies were toxic".format(*found),
                "{} des {} dernières réponses étaient toxiques".format(*found),
            )
    for mark in sorted(newest.marks):
        if mark.startswith(WORD):
            found = _excess([mark in trace.marks for trace in traces], policy.keywords, policy)
            if found:
                word = mark.removeprefix(WORD)
                return Message(
                    f"'{word}' turns up in {found[0]} of the last {found[1]} exchanges",
                    f"« {word} » apparaît dans {found[0]} des {found[1]} derniers échanges",
                )
    return None


def relapse(traces: Sequence[Trace]) -> Message | None:
    """Why a half-open breaker has to open again after the newest of its trial's `traces`, or None."""
    if not traces:
        return None
    newest = traces[-1]
    if HELD in newest.marks or TOXIC in newest.marks:
        return Message("a reply under watch had to be held", "une réponse sous surveillance a dû être retenue")
    same = sum(trace.saying == newest.saying for trace in traces) if newest.saying is not None else 0
    if same >= RELAPSE:
        return Message(
            f"it said the same thing {same} times under watch", f"il a dit {same} fois la même chose sous surveillance"
        )
    return None


def _excess(flags: Sequence[bool], tolerated: float, policy: BreakerPolicy) -> tuple[int, int] | None:
    """(how many, of how many): the shortest stretch up to now with too many; None when there is none."""
    if sum(flags) < policy.at_least:
        return None
    needed = _needed(tolerated, policy.false_alarm)
    count = 0
    for length, flag in enumerate(reversed(flags[-LONGEST:]), start=1):
        count += flag
        if count >= max(needed[length], policy.at_least):
            return count, length
    return None


@lru_cache(maxsize=64)
def _needed(tolerated: float, false_alarm: float) -> tuple[int, ...]:
    """For each length 0..LONGEST the smallest count whose upper tail is below `false_alarm` (length + 1: none is)."""
    return tuple(_smallest(length, tolerated, false_alarm) for length in range(LONGEST + 1))


def _smallest(length: int, tolerated: float, false_alarm: float) -> int:
    if not 0.0 < tolerated < 1.0:  # nothing is tolerated: once is enough; everything is: never
        return 1 if tolerated <= 0.0 else length + 1
    tail = 0.0
    for count in range(length, 0, -1):
        ways = lgamma(length + 1) - lgamma(count + 1) - lgamma(length - count + 1)
        tail += exp(ways + count * log(tolerated) + (length - count) * log1p(-tolerated))
        if tail >= false_alarm:
            return count + 1
    return 1
