"""The daily look: made once, marked by people, and what the marks tell."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from review_gate.adapters.clock import uuid7
from review_gate.adapters.stores import SqlStore
from review_gate.domain.breaker import Breaker
from review_gate.domain.change import DeliveryKind
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.errors import NotFound, NotPermitted
from review_gate.domain.submission import Answer
from review_gate.domain.verdict import Signal
from review_gate.gate import Seen
from review_gate.gate.alerts import ClusterWatch
from review_gate.gate.digests import Digests
from review_gate.gate.memory import Memory
from review_gate.web.app import create_app
from review_gate.web.auth import make_key, new_key
from review_gate.web.digests import digest_json, digests_blueprint
from tests.bots.house import KEY, LEAD, MORNING, POLICY, House, house
from tests.builders import RENE

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
EIGHT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)  # in Paris


def a_day(at: House) -> Digests:
    """Twelve replies go out, two are held: one approved, one refused; one bot is stopped."""
    for n in range(12):
        at.says(f"Votre commande {chr(97 + n) * 6} part ce soir de {chr(98 + n) * 7}", bot=("faq", "shop")[n % 2])
    for text, answer in (("You idiot, wait.", Answer.REJECT), ("Poor idiot savant, wait.", Answer.APPROVE)):
        held = at.says(text, bot="faq").submission
        assert held is not None
        at.gate.decide(held.id, answer, RENE, Seen(1, held.text_sha256))
    at.gate.bots.pause("shop", "prices", LEAD)
    return Digests(at.store, lambda: POLICY, at.clock, uuid7)


def test_the_day_in_figures() -> None:
    with house() as at:
        digests = a_day(at)
        at.clock.now = EIGHT
        found = digests.of(TODAY)
        assert found.sent == {"faq": 6, "shop": 6}
        assert found.held == {"faq": 2}
        assert found.reasons == {"hate": 2}
        assert (found.rightly, found.wrongly, found.late) == (1, 1, 0)
        assert found.stopped == {"shop": "Léa: prices"}
        assert len(found.sample) == 12
        assert found.precision is not None
        assert (found.precision.value, found.precision.of) == (0.5, 2)
        assert digests.recall(found) is None


def test_it_is_made_at_the_policys_hour_once_and_stays_as_it_was() -> None:
    with house() as at:
        digests = a_day(at)
        at.clock.now = EIGHT.replace(hour=6, minute=59)
        assert digests.due() is None
        digests()
        assert at.store.note("digest", TODAY.isoformat()) is None
        at.clock.now = EIGHT
        digests()
        first = digests.of(TODAY)
        at.store.forget(EIGHT, 10)
        assert digests.of(TODAY) == first
        for day in (date(2026, 11, 25), date(2026, 11, 1), date.min, date.max):
            with pytest.raises(NotFound):
                digests.of(day)


def test_one_submission_that_cannot_be_read_keeps_the_day_from_nothing_else() -> None:
    with house() as at:
        digests = a_day(at)
        watch = ClusterWatch(at.store, at.clock, uuid7)
        with at.store.database.write() as session:
            (bad,) = session.execute("SELECT id FROM submissions WHERE body LIKE '%savant%'").fetchone()
            session.execute("UPDATE submissions SET body = '{}' WHERE id = ?", (bad,))
        assert watch.look() == 0
        at.clock.now = EIGHT
        digests()
        found = digests.of(TODAY)
        assert (found.sent, found.held, found.rightly) == ({"faq": 6, "shop": 6}, {"faq": 1}, 1)
        assert found.unread == (bad,)
        assert digest_json(digests, found)["unread"] == [bad]


def test_one_that_cannot_be_made_is_tried_again_after_a_while() -> None:
    with house() as at:
        tries: list[int] = []

        class Lame(SqlStore):
            def breakers(self) -> Sequence[Breaker]:
                tries.append(1)
                if len(tries) < 3:
                    raise RuntimeError("a bug")
                return super().breakers()

        a_day(at)
        digests = Digests(Lame(at.store.database), lambda: POLICY, at.clock, uuid7)
        at.clock.now = EIGHT
        for _ in range(30):
            with suppress(RuntimeError):
                digests()
            at.clock.pass_(seconds=5)
        assert len(tries) == 3
        assert at.store.note("digest", TODAY.isoformat()) is not None


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 10, 24), 24), (date(2026, 10, 25), 25), (date(2027, 3, 28), 23)]
)
def test_a_day_is_one_of_the_zone_so_that_none_of_its_replies_is_left_out_or_counted_twice(
    day: date, hours: int
) -> None:
    """Clocks are put back on 25 October 2026 and forward on 28 March 2027."""
    with house() as at:
        digests = Digests(at.store, lambda: POLICY, at.clock, uuid7)
        eight = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
        for ago in (hours + 0.5, hours - 0.5, 0.5):  # the first of them belongs to the day before
            at.clock.now = eight - timedelta(hours=ago)
            at.says(f"Votre commande {'abc'[int(ago) % 3] * 6} part ce soir de Lyon")
        at.clock.now = eight
        Memory(at.store, lambda: POLICY).forget(eight)
        found = digests.of(day)
        assert found.until - found.since == timedelta(hours=hours)
        assert found.sent == {"faq": 2}


def test_a_short_memory_for_repetition_does_not_shorten_the_daily_look() -> None:
    policy = replace(POLICY, repetition=replace(POLICY.repetition, window_hours=2))
    with house(policy) as at:
        at.says("Votre commande aaaaaa part ce soir de Lyon")
        at.clock.now = EIGHT
        Memory(at.store, lambda: policy).forget(EIGHT)
        assert Digests(at.store, lambda: policy, at.clock, uuid7).of(TODAY).sent == {"faq": 1}


def test_marks_feed_the_estimates() -> None:
    with house() as at:
        digests = a_day(at)
        at.clock.now = EIGHT
        sample = digests.of(TODAY).sample
        for item in sample[:-1]:
            digests.mark(TODAY, item.id, False, RENE)
        found = digests.mark(TODAY, sample[-1].id, True, RENE)
        assert [item.mark for item in found.sample] == [False] * 11 + [True]
        assert found.sample[0].by == RENE.id
        recalled = digests.recall(found)
        assert recalled is not None
        assert recalled.value == 0.5  # one held rightly, one missed: every reply was looked at
        assert recalled.low < 0.5 < recalled.high
        suggestion = digests.suggestion(found)
        assert suggestion is not None
        assert (suggestion.threshold, suggestion.caught, suggestion.bad) == (0.01, 1, 1)
        with pytest.raises(NotPermitted):
            digests.mark(TODAY, sample[0].id, True, KEY)
        with pytest.raises(NotFound):
            digests.mark(TODAY, "nobody", True, RENE)


def test_the_channel_gets_it_once_and_again_after_each_mark() -> None:
    with house() as at:
        a_day(at)
        at.clock.now = EIGHT
        for _ in range(2):  # two couriers
            Digests(at.store, lambda: POLICY, at.clock, uuid7)()
        (told,) = shown(at)
        assert told == {"digest": TODAY.isoformat()}
        digests = Digests(at.store, lambda: POLICY, at.clock, uuid7)
        digests.mark(TODAY, digests.of(TODAY).sample[0].id, False, RENE)
        assert shown(at) == [told] * 2


def shown(at: House) -> list[Any]:
    found = at.store.claim_deliveries(DeliveryKind.NOTICE, at.clock(), 20, lease_seconds=0)
    return [delivery.payload for delivery in found]


def test_a_day_without_anything_to_tell_is_not_told() -> None:
    with house() as at:
        at.clock.now = EIGHT
        at.gate.digests()
        assert at.gate.digests.of(TODAY).quiet
        assert shown(at) == []


def test_what_has_happened_so_far_is_there_before_the_hour() -> None:
    with house() as at:
        digests = a_day(at)
        found = digests.so_far()
        assert (found.day, found.sent) == (TODAY, {"faq": 6, "shop": 6})
        assert found.until == at.clock()
        with pytest.raises(NotFound):
            digests.of(TODAY)


def test_what_went_out_so_far_is_counted_once_a_minute_and_all_else_is_as_it_is_now() -> None:
    with house() as at:
        digests = a_day(at)
        before = digests.so_far()
        at.says("Bonjour, notre boutique de Lille ouvre à dix heures.", bot="faq")
        with at.store.database.write() as session:
            session.execute("UPDATE replies SET text = '[erased]'")
        at.clock.now = before.until + timedelta(seconds=59)
        at.gate.bots.pause("faq", "enough", LEAD)
        within = digests.so_far()
        assert (within.sent, within.strata) == (before.sent, before.strata)
        assert {one.text for one in within.sample} == {"[erased]"} and set(within.stopped) == {"faq", "shop"}
        at.clock.pass_(seconds=1)
        assert digests.so_far().sent == {**before.sent, "faq": before.sent["faq"] + 1}


def test_a_cluster_is_part_of_its_day() -> None:
    with house() as at:
        for n in range(12):
            at.clock.pass_(seconds=10)
            at.gate.submit(Draft(f"You idiot no. {n}"), KEY)
        ClusterWatch(at.store, at.clock, uuid7).look()
        at.clock.pass_(seconds=1)
        (cluster,) = at.gate.digests.so_far().clusters
        assert (cluster.kind, cluster.count, cluster.examples[-1]) == ("hate", 12, "You idiot no. 11")
        at.clock.now = EIGHT
        assert at.gate.digests.of(TODAY).clusters == (cluster,)
        at.clock.pass_(hours=24)
        assert at.gate.digests.of(date(2026, 11, 25)).clusters == ()


class Bof:
    """Scores 0.4 for one word: under every limit."""

    name = "toxicity"
    model = "bof"

    def score(self, draft: Draft, context: Context) -> Sequence[Signal]:
        return [Signal(self.name, "insult", 0.4 if "Bof" in draft.text else 0.02)]


def test_marks_of_a_month_give_a_limit_that_can_be_tried() -> None:
    """Ten days with twelve replies each. What scored 0.4 (three a day) should have been held, the rest was fine."""
    with house(at_least=1000, scorers=(Bof(),)) as at:
        digests = at.gate.digests
        for n in range(10):
            day = TODAY + n * DAY
            at.clock.now = EIGHT + n * DAY - DAY
            for m in range(12):
                at.says(f"{'Bof' if m < 3 else 'Oui'}, commande {n * 100 + m} en route", bot=("a", "b")[m % 2])
            at.clock.now = EIGHT + n * DAY
            for item in digests.of(day).sample:
                digests.mark(day, item.id, "Bof" in item.text, RENE)
        month = digests.lately()
        assert (month.days, month.marked, month.missed, month.limit) == (10, 120, 30, 0.4)
        assert month.recall is not None
        assert (month.recall.value, month.precision) == (0.0, None)
        tried = digests.try_limit(0.4)
        assert (tried.sent, tried.held, tried.a_day, tried.by_bot) == (120, 30, 3.0, {"a": 20, "b": 10})
        assert (tried.caught, tried.bad, tried.disturbed, tried.fine) == (30, 30, 0, 90)
        assert {item.score for item in tried.examples} == {0.4}
        assert set(tried.by_day.values()) == {3}
        assert digests.try_limit(0.41).held == 0
        assert digests.try_limit(0.0).held == 120
        at.store.forget(at.clock(), 10)  # the replies are gone, the digests know
        assert digests.try_limit(0.4).held == 30
        assert len(digests.last(TODAY + 2 * DAY)) == 3


def test_a_digest_from_before_there_were_scores_can_still_be_read() -> None:
    with house() as at:
        digests = a_day(at)
        at.clock.now = EIGHT
        digests.of(TODAY)
        kept = dict(at.store.note("digest", TODAY.isoformat()) or {})
        del kept["clusters"], kept["scores"]
        at.store.put_note("digest", TODAY.isoformat(), kept)
        assert digests.of(TODAY).sent == {"faq": 6, "shop": 6}
        assert digests.try_limit(0.0).held == 0


def test_over_http() -> None:
    with house() as at:
        digests = a_day(at)
        at.clock.now = EIGHT
        text = new_key()
        at.store.add_key(make_key("lead", frozenset({"admin"}), text, "k", MORNING))
        app = create_app(at.gate, at.store, list, lambda: {"keys": []}, "en", [digests_blueprint(digests, at.store)])
        client, headers = app.test_client(), {"Authorization": f"Bearer {text}"}
        shown = client.get(f"/v1/digests/{TODAY}", headers=headers).json
        assert (shown["sent"], shown["recall"]) == ({"faq": 6, "shop": 6}, None)
        body = {"reply": shown["sample"][0]["id"], "mark": "fine"}
        marked = client.post(f"/v1/digests/{TODAY}/marks", json=body, headers=headers).json
        assert marked["sample"][0]["mark"] == "fine"
        assert marked["recall"]["value"] == 1.0
        tried = client.get("/v1/digests/replay?limit=0", headers=headers).json
        assert (tried["held"], tried["marked"]["disturbed"], len(tried["examples"])) == (12, 1, 10)
        assert client.get("/v1/digests/replay?limit=2", headers=headers).status_code == 422
        assert client.get("/v1/digests/yesterday", headers=headers).status_code == 422
        assert client.get("/v1/digests/2031-01-01", headers=headers).status_code == 404
        assert client.post(f"/v1/digests/{TODAY}/marks", json={**body, "mark": "?"}, headers=headers).status_code == 422
