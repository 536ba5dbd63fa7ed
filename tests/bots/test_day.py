"""A small version of the simulated day (bench/repetition.py runs it with 100,000 replies)."""

from __future__ import annotations

from review_gate.domain.verdict import Action
from review_gate.signals.fingerprint import masked_words, similarity
from tests.bots.day import ILL, answers, day, dress
from tests.bots.house import KEY, house
from tests.builders import reply


def test_the_bot_that_repeats_itself_is_stopped_within_ten_replies_and_no_other() -> None:
    before, stopped_at, held_healthy = 0, None, 0
    with house() as at:
        for spoken in day(4_000):
            at.clock.now = spoken.at
            checked = at.gate.check(reply(spoken.text, bot=spoken.bot, conversation=spoken.conversation), KEY)
            if spoken.ill and stopped_at is None:
                before += 1
                if checked.verdict.action is Action.HOLD and at.state(ILL) == "open":
                    stopped_at = spoken.at
            elif not spoken.ill:
                held_healthy += checked.verdict.action is not Action.ALLOW
        paused = [seen.breaker.bot for seen in at.gate.bots.all() if seen.breaker.state.value != "closed"]
    assert stopped_at is not None
    assert before <= 10
    assert paused == [ILL]
    assert held_healthy == 0


def test_the_made_up_day_is_hard_enough() -> None:
    """The same answer in two dresses differs as written and is the same masked; two answers of a bot are not."""
    import random

    dice = random.Random(3)
    one, other = answers(1)[:2]
    texts = [dress(one, dice) for _ in range(20)]
    assert len(set(texts)) == 20
    same = [similarity(masked_words(texts[0]), masked_words(text)) for text in texts[1:]]
    assert sum(value >= 0.8 for value in same) >= 17
    assert similarity(masked_words(one), masked_words(other)) < 0.8
