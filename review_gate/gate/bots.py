"""Bots under control: stopped by a person, by themselves, and let in again."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from review_gate.domain import breaker as switch
from review_gate.domain.breaker import (
    HELD,
    Breaker,
    BreakerPolicy,
    BreakerState,
    Switched,
    new_breaker,
    paused_message,
)
from review_gate.domain.change import Change, Event, Moment, Saying, Trace
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.errors import NotFound, NotPermitted, UnfitName
from review_gate.domain.message import Message
from review_gate.domain.permits import REVIEWING
from review_gate.domain.submission import Person
from review_gate.domain.verdict import Action, Reason, Severity, Source, Verdict
from review_gate.gate.again import again
from review_gate.gate.memory import Memory, Recalled
from review_gate.ports import Clock, NewId, Store
from review_gate.signals.fingerprint import masked_words

NAME_MOST = 200
"""Characters that a bot's name may have, as in a check."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The verdict on a bot's reply after its breaker had a look, and what is to be written with it."""

    verdict: Verdict
    trace: Trace
    breaker: Breaker | None = None
    events: tuple[Event, ...] = ()


def watch(bot: str, recalled: Recalled, trace: Trace, verdict: Verdict, moment: Moment,
          policy: BreakerPolicy) -> Watched:  # fmt: skip
    """Lets the breaker see one reply: it may open now, and then this reply is held already."""
    breaker = recalled.breaker
    if breaker is None:
        return Watched(verdict, trace, new_breaker(bot, moment.now))
    if breaker.state is BreakerState.OPEN:
        return Watched(verdict, trace)
    start = max(breaker.since, moment.now - timedelta(minutes=policy.window_minutes))
    if breaker.state is BreakerState.CLOSED:
        why = switch.alarm((*_since(recalled.traces, start), trace), policy)
        return Watched(verdict, trace) if why is None else _stop(breaker, why, trace, verdict, moment, policy)
    verdict, trace = _on_trial(verdict, trace)
    trial = (*_since(recalled.traces, breaker.since), trace)
    why = switch.relapse(trial)
    if why is not None:
        return _stop(breaker, why, trace, verdict, moment, policy)
    clean, write_down = _clean(breaker, trial, moment.now)
    if clean >= policy.trial_replies:
        settled = switch.settle(breaker, moment)
        return Watched(verdict, trace, settled.breaker, (settled.event,))
    return Watched(verdict, trace, switch.counted(breaker, clean, moment.now) if write_down else None)


def _clean(breaker: Breaker, trial: tuple[Trace, ...], now: datetime) -> tuple[int, bool]:
    """How many clean replies of the trial there are up to its newest trace, and whether to write that down."""
    fresh = [item for item in trial if breaker.counted_at is None or item.at > breaker.counted_at]
    clean = breaker.clean + sum(item.action is Action.ALLOW for item in fresh)
    before = trial[-2].at if len(trial) > 1 else breaker.since
    return clean, now - before >= switch.SLOW or len(fresh) >= switch.LONGEST


def _since(traces: tuple[Trace, ...], start: datetime) -> tuple[Trace, ...]:
    return traces[bisect_left(traces, start, key=attrgetter("at")) :]  # they come in order


def _stop(breaker: Breaker, why: Message, trace: Trace, verdict: Verdict, moment: Moment,
          policy: BreakerPolicy) -> Watched:  # fmt: skip
    tripped = switch.trip(breaker, why, moment, policy)
    held = _held(verdict, "paused", paused_message(tripped.breaker.told))
    return Watched(held, trace._replace(action=held.action), tripped.breaker, (tripped.event,))


def _on_trial(verdict: Verdict, trace: Trace) -> tuple[Verdict, Trace]:
    """While a bot is watched, any finding is enough to hold its reply."""
    if verdict.action is not Action.ALLOW or not verdict.findings:
        return verdict, trace
    why = Message(
        "This bot is being watched after a pause: with any finding a person looks first.",
        "Ce bot est sous surveillance après une pause : au moindre signalement, une personne regarde d'abord.",
    )
    held = _held(verdict, "on_trial", why)
    return held, trace._replace(action=held.action, marks=tuple(dict.fromkeys((HELD, *trace.marks))))


def _held(verdict: Verdict, rule: str, why: Message) -> Verdict:
    reason = Reason(Source.POLICY, Severity.HOLD, why, rule=rule)
    action = verdict.action if verdict.action is Action.BLOCK else Action.HOLD
    return replace(
        verdict, action=action, severity=max(verdict.severity, Severity.HOLD), reasons=(reason, *verdict.reasons)
    )


@dataclass(frozen=True, slots=True)
class BotSeen:
    """A bot as lists show it: its switch and its last hour."""

    breaker: Breaker
    replies: int
    held: int


class Bots:
    """What people do to bots. One commit each; a lost race raises Stale, but for an emergency stop."""

    def __init__(self, store: Store, memory: Memory, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._memory = memory
        self._clock = clock
        self._new_id = new_id

    def all(self) -> tuple[BotSeen, ...]:
        """Every bot that ever called or was paused, by name."""
        return tuple(self._seen(breaker) for breaker in self._store.breakers())

    def get(self, bot: str) -> BotSeen:
        """Raises NotFound, with the names there are."""
        breaker = self._store.breaker(bot)
        if breaker is None:
            known = ", ".join(b.bot for b in self._store.breakers()) or "-"
            raise NotFound(
                Message(f"No bot '{bot}' has called yet. Known: {known}.",
                        f"Aucun bot « {bot} » n'a encore appelé. Connus : {known}.")
            )  # fmt: skip
        return self._seen(breaker)

    def pause(self, bot: str, why: str, person: Person) -> BotSeen:
        """Stops a bot at once, whatever becomes of its switch meanwhile; also one that has not called yet: its first
        call finds the switch open. Raises UnfitName."""
        _fit(bot)
        return again(lambda: self._pause(bot, why, person))

    def _pause(self, bot: str, why: str, person: Person) -> BotSeen:
        moment = self._moment()
        breaker = self._store.breaker(bot)
        fresh = new_breaker(bot, moment.now) if breaker is None else breaker
        switched = switch.pause(fresh, person.id, person.display_name, Message(why, why), moment)
        return self._commit(switched, first=breaker is None)

    def resume(self, bot: str, why: str, person: Person) -> BotSeen:
        """Lets a bot in again, under watch first. Raises NotFound; NotPermitted when it is not paused."""
        breaker = self.get(bot).breaker
        if breaker.state is not BreakerState.OPEN:
            raise NotPermitted(
                Message(f"The bot '{bot}' is not paused: there is nothing to resume.",
                        f"Le bot « {bot} » n'est pas en pause : il n'y a rien à reprendre.")
            )  # fmt: skip
        moment = self._moment()
        return self._commit(switch.resume(breaker, person.id, person.display_name, Message(why, why), moment))

    def allow_repeat(self, bot: str, text: str, person: Person) -> None:
        """From now on the bot may repeat this, whatever names and numbers are put in.

        Raises NotPermitted, UnfitName."""
        _fit(bot)
        if not person.roles & REVIEWING:
            raise NotPermitted(
                Message("Only a reviewer may say what may repeat.", "Seul un relecteur peut autoriser une répétition.")
            )
        moment = self._moment()
        saying = self.allowed_saying(Draft(text, kind=Kind.REPLY, bot=bot), person)
        event = Event(moment.id(), moment.now, "bot.repeat_allowed", person.id, None, {"bot": bot, "text": text})
        self._store.commit(Change(sayings=(saying,), events=(event,)))

    def allowed_saying(self, draft: Draft, person: Person) -> Saying:
        """What a bot's reply counts as, allowed by `person` from now on: for the caller to commit."""
        saying, _ = self._memory.saying(masked_words(draft.text), draft.bot or "", self._clock())
        return replace(saying, allowed_by=person.id)

    def _seen(self, breaker: Breaker) -> BotSeen:
        now = self._clock()
        traces = self._store.traces(breaker.bot, now - timedelta(hours=1), 1000)
        held = sum(trace.action is not Action.ALLOW for trace in traces)
        return BotSeen(breaker.at(now), len(traces), held)

    def _commit(self, switched: Switched, *, first: bool = False) -> BotSeen:
        breaker = replace(switched.breaker, version=1) if first else switched.breaker
        self._store.commit(Change(breaker=breaker, events=(switched.event,)))
        return self._seen(breaker)

    def _moment(self) -> Moment:
        return Moment(self._clock(), self._new_id)


def _fit(bot: str) -> None:
    """Raises UnfitName for a name that a check does not take: a stop for it would stop nothing."""
    if not bot.strip() or len(bot) > NAME_MOST:
        raise UnfitName(
            Message(
                f"A bot's name has 1 to {NAME_MOST} characters, this one {len(bot)}.",
                f"Le nom d'un bot compte de 1 à {NAME_MOST} caractères, celui-ci {len(bot)}.",
            )
        )
