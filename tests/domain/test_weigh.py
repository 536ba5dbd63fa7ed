"""From signals and hits to a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.message import Message
from review_gate.domain.verdict import Action, Hit, Severity, Signal, SignalState, Verdict
from review_gate.domain.weigh import weigh
from tests.builders import NOW, POLICY, reply

CONTEXT = Context(now=NOW, lang="en", languages=("en",))
CLEAN = Signal("toxicity", "insult", 0.01)
POST = Draft("Hello", kind=Kind.POST)
REPLY = reply("Hello")


def hit(severity: Severity, shadow: bool = False) -> Hit:
    return Hit("test.rule", "test", 3, "newsjack", severity, Message("no", "non"), (0, 5), "Hello", shadow=shadow)


def weighed(draft: Draft, signals: Sequence[Signal] = (CLEAN,), hits: Sequence[Hit] = (),
            context: Context = CONTEXT) -> Verdict:  # fmt: skip
    return weigh(draft, context, signals, hits, POLICY, model="m", packs={"test": 3})


@pytest.mark.parametrize(
    ("draft", "signals", "hits", "action", "severity"),
    [
        (POST, [CLEAN], [], Action.HOLD, Severity.NONE),  # a post is always held, however clean
        (REPLY, [CLEAN], [], Action.ALLOW, Severity.NONE),
        (REPLY, [CLEAN], [hit(Severity.NOTE)], Action.ALLOW, Severity.NOTE),
        (REPLY, [CLEAN], [hit(Severity.WARN)], Action.ALLOW, Severity.WARN),
        (REPLY, [CLEAN], [hit(Severity.HOLD)], Action.HOLD, Severity.HOLD),
        (REPLY, [CLEAN], [hit(Severity.BLOCK)], Action.BLOCK, Severity.BLOCK),
        (POST, [CLEAN], [hit(Severity.BLOCK)], Action.BLOCK, Severity.BLOCK),
        (REPLY, [CLEAN], [hit(Severity.NOTE), hit(Severity.HOLD)], Action.HOLD, Severity.HOLD),
        (REPLY, [CLEAN], [hit(Severity.BLOCK, shadow=True)], Action.ALLOW, Severity.NONE),
        (REPLY, [Signal("toxicity", "insult", 0.4)], [], Action.ALLOW, Severity.WARN),
        (REPLY, [Signal("toxicity", "insult", 0.6)], [], Action.HOLD, Severity.HOLD),
        (REPLY, [Signal("toxicity", "insult", 0.95)], [], Action.BLOCK, Severity.BLOCK),
        (REPLY, [Signal("toxicity", "unheard_of", 0.99), CLEAN], [], Action.ALLOW, Severity.NONE),
        (REPLY, [], [], Action.HOLD, Severity.HOLD),  # a required scorer that did not run
        (REPLY, [Signal("toxicity", "insult", state=SignalState.ERRORED, detail="X")], [], Action.HOLD, Severity.HOLD),
        (REPLY, [Signal("toxicity", "x", state=SignalState.INAPPLICABLE, detail="ja")], [], Action.HOLD, Severity.HOLD),
        (REPLY, [CLEAN, Signal("rules", "rules", state=SignalState.ERRORED)], [], Action.HOLD, Severity.HOLD),
        (REPLY, [CLEAN, Signal("tone", "x", state=SignalState.INAPPLICABLE)], [], Action.ALLOW, Severity.NONE),
    ],
)
def test_the_highest_severity_wins(draft: Draft, signals: list[Signal], hits: list[Hit], action: Action,
                                   severity: Severity) -> None:  # fmt: skip
    verdict = weighed(draft, signals, hits)
    assert (verdict.action, verdict.severity) == (action, severity)


def test_a_paused_bot_is_never_allowed() -> None:
    verdict = weighed(REPLY, context=replace(CONTEXT, paused=Message("Léa: it repeats itself", "Léa : il se répète")))
    assert verdict.action is Action.HOLD
    assert [reason.rule for reason in verdict.reasons] == ["paused"]


def test_shadow_hits_are_recorded_beside_the_reasons() -> None:
    verdict = weighed(REPLY, hits=[hit(Severity.HOLD, shadow=True)])
    assert verdict.reasons == ()
    assert [reason.rule for reason in verdict.shadow] == ["test.rule"]


def test_every_reason_says_something_in_both_languages() -> None:
    broken = Signal("toxicity", "toxicity", state=SignalState.ERRORED, detail="RuntimeError")
    verdict = weighed(REPLY, [broken, Signal("toxicity", "insult", 0.7)], [hit(Severity.WARN)])
    assert len(verdict.reasons) == 3
    for reason in verdict.reasons:
        assert reason.message.en and reason.message.fr and reason.message.en != reason.message.fr


severities = st.sampled_from([Severity.NOTE, Severity.WARN, Severity.HOLD, Severity.BLOCK])
states = st.sampled_from(list(SignalState))


no_scores = st.sampled_from([None, nan, inf, -inf, -0.01, 1.01])


@given(st.lists(severities), st.lists(st.tuples(states, st.floats(0, 1) | no_scores)))
def test_nothing_broken_or_grave_is_ever_allowed(
    grades: list[Severity], scored: list[tuple[SignalState, float | None]]
) -> None:
    signals = [Signal("toxicity", "insult", s if state is SignalState.SCORED else None, state) for state, s in scored]
    verdict = weighed(REPLY, signals, [hit(grade) for grade in grades])
    if verdict.action is Action.ALLOW:
        assert all(grade <= Severity.WARN for grade in grades)
        assert any(state is SignalState.SCORED for state, _ in scored)
        assert all(state is not SignalState.ERRORED for state, _ in scored)
        assert all(s is not None and 0 <= s < 0.6 for state, s in scored if state is SignalState.SCORED)
    assert weighed(POST, signals, [hit(grade) for grade in grades]).action is not Action.ALLOW


@pytest.mark.parametrize("score", [None, nan, inf, -inf, -0.01, 1.01])
def test_what_is_no_score_counts_as_a_failed_check(score: float | None) -> None:
    verdict = weighed(REPLY, [CLEAN, Signal("toxicity", "threat", score), Signal("tone", "fits", score)])
    assert verdict.action is Action.HOLD
    assert [reason.rule for reason in verdict.reasons] == ["tone.errored", "toxicity.errored"]
    assert [signal.score for signal in verdict.signals] == [0.01, None, None]  # nothing that JSON cannot say
    assert "NotAScore" in verdict.reasons[0].message.fr


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_the_ends_of_the_scale_are_scores(score: float) -> None:
    verdict = weighed(REPLY, [CLEAN, Signal("tone", "fits", score)])
    assert (verdict.action, verdict.signals[1].score) == (Action.ALLOW, score)


@pytest.mark.parametrize("score", [nan, inf, -inf, -0.01, 1.01])
def test_a_policy_weighs_no_nonsense(score: float) -> None:
    with pytest.raises(ValueError, match="no score"):
        POLICY.severity_of("toxicity", "insult", score)
