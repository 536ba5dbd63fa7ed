"""The breaker as a pure state machine, and the statistic that opens it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_gate.domain import breaker as switch
from review_gate.domain.breaker import HELD, TOXIC, Breaker, BreakerPolicy, BreakerState, alarm, new_breaker, relapse
from review_gate.domain.change import Trace
from review_gate.domain.message import Message
from review_gate.domain.verdict import Action, Reason, Severity, Source
from tests.builders import NOW, moment, verdict

POLICY = BreakerPolicy()
WHY = Message("it repeats itself", "il se répète")


def traces(letters: str) -> list[Trace]:
    """One reply a letter, newest last: R the same saying each time, a-z others, H held, T toxic, W a watch word."""
    marks = {"H": (HELD,), "T": (HELD, TOXIC), "W": ("word:boycott",)}
    return [
        Trace(NOW, 7 if letter == "R" else 100 + place, marks.get(letter, ()), Action.ALLOW)
        for place, letter in enumerate(letters)
    ]


@pytest.mark.parametrize(
    ("letters", "fires"),
    [
        ("", False),
        ("RRRa", False),
        ("RRR", False),
        ("aRRR", False),  # three of four
        ("RRRRRR", False),
        ("RRRRRRR", True),  # seven of seven: 0.25 ** 7 = 6e-5
        ("abcdefghijRRRRRRR", True),
        ("RRRRRaRRRR", True),  # nine of ten
        ("RaRbRcRdRe", False),  # five of ten; a tenth the same after a quiet one does not count either
        ("RRRRRRRa", False),  # the newest says something else
        ("abRcdRefRghRijRkl", False),  # one in three of a busy bot's replies
        ("HHHa", False),
        ("HaHH", False),
        ("HHHHHHH", True),
        ("TTT", False),
        ("TTTT", False),  # toxic four times: too few for at_least
        ("aTTTTT", True),
        ("WWW", False),
        ("WWWWWWW", True),
    ],
)
def test_when_it_opens_by_itself(letters: str, fires: bool) -> None:
    assert (alarm(traces(letters), POLICY) is not None) is fires


def test_it_says_why_in_both_languages() -> None:
    why = alarm(traces("abRRRRRRR"), POLICY)
    assert why == Message(
        "7 of the last 7 replies say the same thing", "7 des 7 dernières réponses disent la même chose"
    )


@settings(deadline=None)
@given(st.integers(1, 200), st.sampled_from([0.05, 0.2, 0.25, 0.5]), st.sampled_from([1e-2, 1e-4, 1e-6]))
def test_the_needed_count_is_where_the_binomial_tail_falls_below_the_limit(
    length: int, share: float, limit: float
) -> None:
    def tail(count: int) -> float:
        return sum(comb(length, k) * share**k * (1 - share) ** (length - k) for k in range(count, length + 1))

    needed = switch._needed(share, limit)[length]
    assert tail(needed) < limit
    assert tail(needed - 1) >= limit


@pytest.mark.parametrize(("share", "fires"), [(0.0, True), (1.0, False)])
def test_tolerating_nothing_or_everything(share: float, fires: bool) -> None:
    assert (alarm(traces("RRRRR" * 20), BreakerPolicy(repeats=share)) is not None) is fires


def test_a_share_below_the_tolerated_one_hardly_ever_opens_it() -> None:
    """5,000 replies of a bot whose favourite answer makes up an eighth of them."""
    random.seed(4)
    said = traces("".join("R" if random.random() < 0.125 else "a" for _ in range(5000)))
    fired = sum(alarm(said[max(0, end - 200) : end], POLICY) is not None for end in range(1, len(said)))
    assert fired == 0


@pytest.mark.parametrize(
    ("letters", "fires"),
    [("", False), ("abcdef", False), ("aH", True), ("Ha", False), ("RaR", False), ("RaRR", True), ("T", True)],
)
def test_what_opens_a_half_open_one_again(letters: str, fires: bool) -> None:
    assert (relapse(traces(letters)) is not None) is fires


def test_a_persons_pause_waits_for_a_person() -> None:
    paused = switch.pause(new_breaker("faq", NOW), "U1", "Léa", WHY, moment()).breaker
    assert (paused.state, paused.version, paused.by, paused.reopens_at) == (BreakerState.OPEN, 2, "U1", None)
    assert paused.at(NOW + timedelta(days=30)) == paused
    assert paused.told == Message("Léa: it repeats itself", "Léa : il se répète")


@pytest.mark.parametrize(("minutes", "later", "state"), [
    (None, 10_000, BreakerState.OPEN),
    (30.0, 29, BreakerState.OPEN),
    (30.0, 30, BreakerState.HALF_OPEN),
])  # fmt: skip
def test_the_cool_down(minutes: float | None, later: int, state: BreakerState) -> None:
    tripped = switch.trip(new_breaker("faq", NOW), WHY, moment(), BreakerPolicy(cool_down_minutes=minutes)).breaker
    now = tripped.at(NOW + timedelta(minutes=later))
    assert (now.state, now.version) == (state, 2)


def test_every_change_is_an_event_with_name_and_reason() -> None:
    breaker: Breaker = new_breaker("faq", NOW)
    seen = []
    for switched in (
        first := switch.pause(breaker, "U1", "Léa", WHY, moment()),
        second := switch.resume(first.breaker, "U1", "Léa", Message("fixed", "réparé"), moment()),
        switch.settle(second.breaker, moment()),
    ):
        event = switched.event
        seen.append((event.kind, event.actor, event.data["was"], event.data["state"], event.data["why"]))
    assert seen == [
        ("bot.paused", "U1", "closed", "open", "it repeats itself"),
        ("bot.resumed", "U1", "open", "half_open", "fixed"),
        ("bot.closed", "gate", "half_open", "closed", "the replies under watch were fine"),
    ]


@pytest.mark.parametrize(
    ("reason", "marks"),
    [
        (Reason(Source.SCORER, Severity.HOLD, WHY, category="repetition", scorer="repetition"), (HELD,)),
        (Reason(Source.SCORER, Severity.HOLD, WHY, category="hate", scorer="toxicity", label="insult"), (HELD, TOXIC)),
        (Reason(Source.RULE, Severity.BLOCK, WHY, category="profanity", rule="p.1"), (HELD, TOXIC)),
        (Reason(Source.SCORER, Severity.WARN, WHY, scorer="toxicity", label="insult"), ()),
        (Reason(Source.SCORER, Severity.HOLD, WHY, category="distress", label="death"), ()),  # the customer's
        (Reason(Source.POLICY, Severity.HOLD, WHY, rule="toxicity.errored"), ()),  # the gate's own trouble
    ],
)
def test_what_counts_against_a_bot(reason: Reason, marks: tuple[str, ...]) -> None:
    assert switch.marks(replace(verdict(), reasons=(reason,))) == marks
