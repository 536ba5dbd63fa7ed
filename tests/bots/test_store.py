"""What bots have said and how they are switched, on every store."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import nextafter
from typing import Any

import pytest

from review_gate.adapters.stores import SqlStore
from review_gate.domain import breaker as switch
from review_gate.domain.breaker import LONGEST, BreakerState, new_breaker
from review_gate.domain.change import Change, RememberedReply, Saying, Trace
from review_gate.domain.errors import Stale
from review_gate.domain.known import INSIDE, SHOWN, Asked, Known
from review_gate.domain.message import Message
from review_gate.domain.repetition import DATED
from review_gate.domain.template import Template
from review_gate.domain.verdict import Action
from review_gate.insight.digest import hundredths
from review_gate.insight.sample import BORDERS
from review_gate.ports import WentOut
from review_gate.signals.fingerprint import bands, fingerprint, masked_words, saying_key
from tests.builders import NOW, Ids, moment
from tests.postgres import new_postgres_url, postgres_server, postgres_url
from tests.stores.conftest import any_store, open_url, store, url

__all__ = ["any_store", "new_postgres_url", "open_url", "postgres_server", "postgres_url", "store", "url"]

IDS = Ids("bot")
SENT = (Action.ALLOW, Action.ALLOW, Action.ALLOW, Action.HOLD)
TEXT = "Votre commande part ce soir de notre entrepôt de Lyon."


def said(text: str = TEXT, bot: str = "faq", minutes: float = 0.0, conversation: str | None = "c-1",
         saying: int | None = 5, marks: tuple[str, ...] = ()) -> RememberedReply:  # fmt: skip
    mark = fingerprint(masked_words(text))
    at = NOW + timedelta(minutes=minutes)
    return RememberedReply(IDS(), bot, conversation, text, mark, at, Action.ALLOW, saying, marks, 0.25)


def form(text: str = TEXT, bot: str = "faq", minutes: float = 0.0) -> Saying:
    words = masked_words(text)
    at = NOW + timedelta(minutes=minutes)
    return Saying(saying_key(words, bot), bot, " ".join(sorted(words)), bands(fingerprint(words), bot), at)


def test_replies_come_back_as_they_were(any_store: SqlStore) -> None:
    replies = (
        said(marks=("held", "word:fuite de données")),
        said(minutes=1, conversation="c-2", saying=6),
        said(minutes=2, bot="other"),
        said(minutes=3, conversation=None, saying=None),
        said(minutes=4),
    )
    any_store.commit(Change(replies=replies))
    mine = [reply for reply in replies if reply.bot == "faq"]
    assert any_store.recent_replies("faq", NOW) == mine
    assert any_store.recent_replies("faq", NOW, conversation="c-1") == [mine[0], mine[3]]
    assert any_store.recent_replies("faq", NOW, limit=1, conversation="c-1") == [mine[3]]
    assert any_store.replies_saying(5, NOW) == [replies[0], replies[2], replies[4]]
    assert any_store.replies_saying(5, NOW, limit=1) == [replies[4]]
    assert (any_store.count_saying(5, NOW), any_store.count_saying(5, NOW, most=2)) == (3, 2)
    assert any_store.count_saying(5, NOW + timedelta(minutes=3)) == 1
    any_store.commit(Change(replies=tuple(said(conversation=c, saying=7) for c in ("c-9", None, None, "c-9"))))
    assert any_store.said_to(7, NOW) == (4, 3)
    assert any_store.said_to(5, NOW, most=1) == (1, 1)
    assert any_store.traces("faq", NOW + timedelta(minutes=1)) == [
        Trace(reply.at, reply.saying, reply.marks, reply.action) for reply in mine[1:]
    ]


def asked(**fields: Any) -> Asked:
    return replace(Asked("faq", "c-1", form().key, NOW, NOW, NOW, 10), **fields)


def test_what_a_check_wants_to_know_comes_at_once(any_store: SqlStore) -> None:
    assert any_store.known(asked()) == Known()
    key, minute = form().key, timedelta(minutes=1)
    replies = [
        said(
            minutes=n,
            saying=key if n % 2 else 7,
            conversation=f"c-{n % 3}",
            marks=("held", "word:prise d'otage")[: n % 3],
        )
        for n in range(9)
    ]
    others = [said(minutes=20, bot="other", saying=key), said(minutes=21, conversation=None, saying=None)]
    templates = [Template(name, "Bonjour !", "lea", "lea", NOW, NOW + minute, uses=0) for name in ("b", "é", "a")]
    for template in templates:
        any_store.commit(Change(approves=template))
    any_store.commit(
        Change(replies=(*replies[::-1], *others), sayings=(form(minutes=7),), breaker=new_breaker("faq", NOW))
    )
    any_store.commit(Change(sayings=(replace(form(minutes=8), allowed_by="léa"),), template=("b", NOW)))
    known = any_store.known(asked())
    assert known == Known(
        breaker=new_breaker("faq", NOW),
        traces=tuple(Trace(r.at, r.saying, r.marks, r.action) for r in (*replies, others[1])),
        recent=(replies[1], replies[4], replies[7]),
        said_at=NOW + 8 * minute,
        allowed_by="léa",
        same=(replies[5], replies[7], others[0]),
        times=5,
        templates=(templates[2], replace(templates[0], uses=1), templates[1]),
    )
    later = any_store.known(asked(traces_since=NOW + 8 * minute, since=NOW + 5 * minute, hour=NOW + 7 * minute))
    assert (len(later.traces), later.recent, later.times) == (2, (replies[7],), 2)
    assert any_store.known(asked(often=2)).times == 2
    short = any_store.known(asked(saying=None, conversation=None))
    assert (short.traces, short.recent, short.same, short.times) == (known.traces, (), (), 0)
    assert (short.said_at, short.allowed_by) == (None, None)
    assert any_store.known(asked(bot="new")) == replace(known, breaker=None, traces=(), recent=())


def test_what_a_check_wants_to_know_has_an_end(any_store: SqlStore) -> None:
    replies = [said(minutes=n / 9, saying=form().key) for n in range(LONGEST + 9)]
    any_store.commit(Change(replies=tuple(replies)))
    known = any_store.known(asked())
    assert [trace.at for trace in known.traces] == [reply.at for reply in replies[9:]]
    assert (known.recent, known.same) == (tuple(replies[-INSIDE:]), tuple(replies[-SHOWN:]))


def test_what_went_out_without_a_person(any_store: SqlStore) -> None:
    first, second, third = said(), said(minutes=1, bot="b"), said(minutes=2)
    held = replace(said(minutes=1), action=Action.HOLD)
    any_store.commit(Change(replies=(first, second, third, held)))
    span = (NOW, NOW + timedelta(minutes=2), BORDERS)
    assert set(any_store.went_out(*span)) == {WentOut(bot, 1, 25, 1) for bot in ("b", "faq")}
    assert any_store.went_out_id(*span, ("b", 1), 0) == second.id
    assert any_store.went_out_id(*span, ("b", 1), 1) is any_store.went_out_id(*span, ("b", 0), 0) is None
    assert any_store.replies_by_id([third.id, first.id, "gone"]) == [first, third]
    assert any_store.replies_by_id([]) == []


def test_what_went_out_is_counted_and_drawn_as_if_each_reply_was_looked_at(any_store: SqlStore) -> None:
    dice = random.Random(7)
    edges = [n / 100 for n in range(101)] + [n / 10 for n in range(11)] + [nextafter(n / 100, 0) for n in range(1, 101)]
    scores = [*edges, *(dice.random() ** 3 for _ in range(400)), 0.29, 0.57, 0.1 + 0.2, 1e-12, 0.0, 1.0]
    every = [
        replace(said(minutes=dice.randrange(1800) / 10, bot=dice.choice("abc")), score=score, action=dice.choice(SENT))
        for score in scores
    ]
    any_store.commit(Change(replies=tuple(every)))
    since, until = NOW + timedelta(minutes=5), NOW + timedelta(minutes=175)
    order = sorted(range(len(every)), key=lambda n: (every[n].at, n))
    seen = [every[n] for n in order if since <= every[n].at < until and every[n].action is Action.ALLOW]
    strata = defaultdict[tuple[str, int], list[str]](list)
    for one in seen:
        strata[one.bot, bisect_right(BORDERS, one.score)].append(one.id)
    found = any_store.went_out(since, until, BORDERS)
    counts = {(one.bot, one.reached, one.hundredths): one.count for one in found}
    assert counts == Counter((one.bot, bisect_right(BORDERS, one.score), hundredths(one.score)) for one in seen)
    assert len(found) == len(counts) < len(seen), "no row for each reply"
    assert len(strata) == 12
    for key, ids in strata.items():
        for place in dice.sample(range(len(ids)), 4):
            assert any_store.went_out_id(since, until, BORDERS, key, place) == ids[place], key
        assert any_store.went_out_id(since, until, BORDERS, key, len(ids)) is None


def test_a_saying_is_found_by_its_key_or_by_what_it_shares(any_store: SqlStore) -> None:
    other = "Le remboursement de votre billet arrive sous cinq jours ouvrés sur la carte."
    any_store.commit(Change(sayings=(form(), form(other))))
    assert any_store.sayings_like(form().key, form().bands) == [form()]
    near = form("Votre commande part ce soir de notre grand entrepôt de Nantes.")
    assert near.key != form().key
    assert any_store.sayings_like(near.key, near.bands) == [form()]
    foreign = form(bot="another")
    assert any_store.sayings_like(foreign.key, foreign.bands) == []
    assert any_store.sayings_like(1, ()) == []


def test_what_sayings_mean_is_kept_apart_from_them(any_store: SqlStore) -> None:
    meant = replace(form(), vector=b"tag.\0\xff\x7f")
    any_store.commit(Change(sayings=(meant,), replies=(said(saying=form().key), said(saying=form().key))))
    other = form("Le remboursement de votre billet arrive sous cinq jours ouvrés sur la carte.")
    any_store.commit(Change(sayings=(other, form(minutes=1)), replies=(said(saying=other.key),)))
    assert any_store.vectors([form().key, other.key, 7]) == {form().key: meant.vector}
    assert any_store.vectors([]) == {}
    assert any_store.sayings_like(form().key, ()) == [form(minutes=1)], "read without it"
    assert any_store.past_vectors("faq", NOW + timedelta(minutes=1), 10) == [meant.vector]
    assert any_store.past_vectors("faq", NOW, 10) == []
    assert any_store.past_vectors("other", NOW + timedelta(minutes=1), 10) == []


def test_saying_it_again_moves_the_date_and_keeps_the_permission(any_store: SqlStore) -> None:
    any_store.commit(Change(sayings=(replace(form(), allowed_by="léa"),)))
    any_store.commit(Change(sayings=(form(minutes=9),)))
    assert any_store.sayings_like(form().key, ()) == [replace(form(minutes=9), allowed_by="léa")]


def test_what_is_old_or_too_much_is_forgotten_but_not_what_may_repeat(any_store: SqlStore) -> None:
    allowed = replace(form("Nos magasins ouvrent à neuf heures du lundi au samedi."), allowed_by="léa")
    fresh = form("Le remboursement de votre billet arrive sous cinq jours.", minutes=2 - DATED / timedelta(minutes=1))
    old = form(minutes=1 - DATED / timedelta(minutes=1))  # it may have been said until DATED after its date
    any_store.commit(Change(sayings=(old, fresh, allowed), replies=tuple(said(minutes=n) for n in range(10))))
    assert any_store.forget(NOW + timedelta(minutes=2), at_most=5) == 5
    left = any_store.recent_replies("faq", NOW)
    assert [reply.at for reply in left] == [NOW + timedelta(minutes=n) for n in range(5, 10)]
    assert any_store.sayings_like(form().key, ()) == []
    assert any_store.sayings_like(allowed.key, ()) == [allowed]
    assert any_store.sayings_like(fresh.key, ()) == [fresh]
    assert any_store.forget(NOW, at_most=100) == 0


def test_a_switch_is_compared_and_set(any_store: SqlStore) -> None:
    assert any_store.breaker("faq") is None
    fresh = new_breaker("faq", NOW)
    any_store.commit(Change(breaker=fresh))
    paused = switch.pause(fresh, "U1", "Léa", Message("wrong", "faux"), moment()).breaker
    any_store.commit(Change(breaker=paused))
    assert any_store.breaker("faq") == paused
    for late in (fresh, replace(paused, state=BreakerState.CLOSED), replace(paused, version=4)):
        with pytest.raises(Stale):
            any_store.commit(Change(breaker=late, replies=(said(),)))
    assert any_store.recent_replies("faq", NOW) == []  # nothing of the refused change was written
    any_store.commit(Change(breaker=new_breaker("a-bot", NOW)))
    assert [breaker.bot for breaker in any_store.breakers()] == ["a-bot", "faq"]


def test_two_nodes_see_the_same_past(url: str, open_url: Callable[[str], SqlStore]) -> None:
    one, other = open_url(url), open_url(url)
    one.commit(Change(sayings=(form(),), replies=(said(saying=form().key),)))
    assert other.sayings_like(form().key, ()) == [form()]
    other.commit(Change(sayings=(form(minutes=1),), replies=(said(minutes=1, saying=form().key),)))
    assert one.count_saying(form().key, NOW) == 2


def test_templates_are_kept_and_their_uses_counted(any_store: SqlStore) -> None:
    template = Template("shipped", "Bonjour {name} !", "lea", "lea", NOW, NOW + timedelta(days=9), market="FR")
    any_store.commit(Change(approves=template))
    any_store.commit(Change(approves=replace(template, name="a-first")))
    for _ in range(3):
        any_store.commit(Change(template=("shipped", NOW)))
    any_store.commit(Change(template=("gone", NOW)))
    any_store.commit(Change(approves=replace(template, owner="nina")))
    assert any_store.templates() == [
        replace(template, name="a-first"), replace(template, owner="nina", uses=3)
    ]  # fmt: skip
    any_store.commit(Change(retires="shipped"))
    assert [one.name for one in any_store.templates()] == ["a-first"]
    with pytest.raises(Stale):
        any_store.commit(Change(retires="shipped", approves=replace(template, name="new")))
    assert [one.name for one in any_store.templates()] == ["a-first"], "nothing of a refused change is written"
