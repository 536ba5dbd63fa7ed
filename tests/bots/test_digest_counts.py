"""A day's replies counted by the database come to what reading each of them would."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest

from review_gate.adapters.stores import SqlStore
from review_gate.domain.change import Change
from review_gate.domain.verdict import Action
from review_gate.gate.digests import Digests
from review_gate.insight.digest import hundredths
from tests.bots.test_sample import Unseen, read_through
from tests.bots.test_store import SENT, said
from tests.builders import NOW, POLICY, FakeClock, Ids
from tests.postgres import new_postgres_url, postgres_server, postgres_url
from tests.stores.conftest import any_store, open_url

__all__ = ["any_store", "new_postgres_url", "open_url", "postgres_server", "postgres_url"]


@pytest.mark.parametrize("minutes", [20, 600, 1439])
def test_figures_and_sample_are_as_if_each_reply_was_read(any_store: SqlStore, minutes: int) -> None:
    dice = random.Random(minutes)
    clock = FakeClock(NOW + timedelta(minutes=minutes))
    digests = Digests(any_store, lambda: POLICY, clock, Ids("d"))
    since = digests.so_far().since
    every = [
        replace(
            said(bot=dice.choice("abc")), at=since + part * (clock() - since), score=score, action=dice.choice(SENT)
        )
        for part in (-0.001, 0.0, 1.0, *(dice.random() for _ in range(600)))
        for score in (dice.random() ** 3,)
    ]
    for hour in range(4):  # and some at the very turn of an hour
        every.append(replace(said(bot="a"), at=since + timedelta(hours=hour), score=0.3))
    any_store.commit(Change(replies=tuple(every)))
    order = sorted(range(len(every)), key=lambda n: (every[n].at, n))
    seen = [one for one in map(every.__getitem__, order) if since <= one.at < clock() and one.action is Action.ALLOW]
    found = Digests(any_store, lambda: POLICY, clock, Ids("e")).so_far()
    unseen = [Unseen(one.id, one.bot, one.score) for one in seen]
    draw = random.Random(found.day.toordinal())
    assert list(found.strata) == read_through(unseen, POLICY.digest.sample, draw)
    scores = defaultdict[str, Counter[int]](Counter)
    for one in seen:
        scores[one.bot][hundredths(one.score)] += 1
    assert found.scores == scores
    assert found.sent == {bot: counts.total() for bot, counts in scores.items()}
    assert len(found.sample) == POLICY.digest.sample
