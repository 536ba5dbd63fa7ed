"""The same said to everybody in ever other words: measured against what the bot's replies have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from review_gate.adapters.clock import uuid7
from review_gate.adapters.scorers.repetition import RepetitionScorer
from review_gate.domain.repetition import how_often
from review_gate.domain.verdict import Action
from review_gate.gate import Gate
from review_gate.gate.meanings import Encoder
from review_gate.ports import Filter
from review_gate.signals.meaning import KEPT, LEAST, pack, register, unpack
from tests.bots.house import POLICY, House, house
from tests.builders import WordScorer

WIDTH = 384
DICE = np.random.RandomState(3)
COMMON = 8 * DICE.standard_normal(WIDTH)
"""What every reply sounds like: eight times as strong as what it says."""


def encode(texts: Sequence[str]) -> np.ndarray[Any, Any]:
    """The meaning is the first word's, the register everybody's."""
    rows = []
    for text in texts:
        seed = sum(map(ord, text.split()[0])) * 7919 + len(text.split()[0])
        rows.append(COMMON + np.random.RandomState(seed).standard_normal(WIDTH))
    found = np.stack(rows)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@contextmanager
def listening(encoder: Encoder | None = None, **repetition: Any) -> Iterator[House]:
    """A house whose gate compares meanings; the breaker looks away, so that the scorer alone speaks."""
    policy = replace(POLICY, repetition=replace(POLICY.repetition, similarity=0.95, **repetition))
    with house(policy, (WordScorer(), RepetitionScorer(policy.repetition)), holds=1.0, repeats=1.0) as at:
        used = encoder or Encoder(encode, b"test")
        at.gate = Gate(at.store, at.gate._screening, at.clock, uuid7, encoder=used)
        yield at


def healthy(at: House, count: int, start: int = 0) -> list[Action]:
    """So many different things, each in words of its own."""
    said = []
    for n in range(start, start + count):
        text = f"{word(n)} {word(n + 1000)} {word(n + 2000)} et {word(n + 3000)} aussi"
        said.append(at.says(text, conversation=f"h-{n}").verdict.action)
    return said


def word(n: int) -> str:
    return "".join(chr(97 + (n // 26**place + place * n) % 26) for place in range(7))


def sick(at: House, count: int) -> list[Action]:
    """One thing, in other words each time (but for the one that the made-up encoder listens to)."""
    said = []
    for n in range(count):
        text = f"navrés {word(n)} {word(n + 500)} {word(n + 900)} {word(n + 1300)}"
        said.append(at.says(text, conversation=f"s-{n // 2}").verdict.action)
    return said


def test_one_thing_in_ever_other_words_is_held_from_the_policys_limit_on() -> None:
    with listening() as at:
        assert set(healthy(at, LEAST + 10)) == {Action.ALLOW}
        at.clock.pass_(hours=2)
        assert set(healthy(at, 40, start=200)) == {Action.ALLOW}
        said = sick(at, 25)
        assert said[:20] == [Action.ALLOW] * 20
        assert said[20:] == [Action.HOLD] * 5
        held = at.store.submissions(Filter(), limit=1).items[0]
        (reason,) = held.verdict.reasons
        told = how_often(reason.evidence[0])
        assert told is not None
        assert told.en == "Said 24 times within the hour, in 12 conversations."
        assert [piece["conversation"] for piece in reason.evidence[1:]] == ["s-10", "s-11", "s-11"]


def test_without_an_encoder_or_switched_off_or_without_a_past_nothing_is_said() -> None:
    def fails(texts: Sequence[str]) -> Any:
        raise RuntimeError("no weights")

    with house() as at:
        healthy(at, LEAST + 10)
        assert at.store.past_vectors("faq", at.clock(), 1000) == []
    for encoder, repetition, past in (
        (None, {}, 10),
        (None, {"meaning_across": 1.0}, LEAST + 10),
        (Encoder(fails, b"test"), {}, LEAST + 10),
    ):
        with listening(encoder, **repetition) as at:
            healthy(at, past)
            at.clock.pass_(hours=2)
            assert set(sick(at, 25)) == {Action.ALLOW}


def test_vectors_of_other_weights_do_not_count() -> None:
    with listening(Encoder(encode, b"old.")) as at:
        healthy(at, LEAST + 10)
        at.clock.pass_(hours=2)
        at.gate = Gate(at.store, at.gate._screening, at.clock, uuid7, encoder=Encoder(encode, b"new."))
        assert set(sick(at, 25)) == {Action.ALLOW}


def test_what_was_held_is_no_part_of_the_register() -> None:
    with listening() as at:
        healthy(at, 5)
        at.says("idiot abcdef ghijkl mnopqr stuvwx")
        at.clock.pass_(seconds=1)
        assert len(at.store.past_vectors("faq", at.clock(), 1000)) == 5
        assert len(at.store.past_vectors("faq", at.clock(), 3)) == 2
        assert at.store.past_vectors("other", at.clock(), 1000) == []


@given(arrays(np.float32, WIDTH, elements=st.floats(-1, 1, width=32)))
def test_packing_keeps_the_direction(vector: np.ndarray[Any, Any]) -> None:
    packed = pack(vector)
    assert len(packed) == KEPT
    (row,) = unpack([packed])
    assert np.linalg.norm(row) == pytest.approx(1.0, abs=1e-5) or not row.any()


def test_what_is_near_stays_near_when_packed() -> None:
    dice = np.random.RandomState(1)
    one = dice.standard_normal((200, WIDTH))
    other = one + 0.7 * dice.standard_normal((200, WIDTH))
    packed = np.sum(unpack(map(pack, one)) * unpack(map(pack, other)), axis=1)
    exact = np.sum(one * other, axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    assert np.abs(packed - exact).mean() < 0.06


def test_a_register_needs_a_past_and_takes_away_what_is_common() -> None:
    rows = unpack(map(pack, encode([word(n) for n in range(LEAST + 40)])))
    assert register(rows[: LEAST - 1]) is None
    common = register(rows[:LEAST])
    assert common is not None
    before = rows[LEAST:] @ rows[LEAST:].T
    after = common.apart(rows[LEAST:]) @ common.apart(rows[LEAST:]).T
    others = ~np.eye(len(before), dtype=bool)
    assert before[others].mean() > 0.9
    assert abs(after[others].mean()) < 0.1
