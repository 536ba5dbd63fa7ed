"""The daily look: made once, marked by people, and what the marks tell."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from review_gate.adapters.clock import uuid7
from review_gate.domain.errors import NotFound, NotPermitted
from review_gate.domain.submission import Answer
from review_gate.gate import Seen
from review_gate.gate.digests import Digests
from review_gate.web.app import create_app
from review_gate.web.auth import make_key, new_key
from review_gate.web.digests import digests_blueprint
from tests.bots.house import KEY, LEAD, MORNING, POLICY, House, house
from tests.builders import RENE

TODAY = date(2026, 11, 24)
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
        for day in (date(2026, 11, 25), date(2026, 11, 1)):
            with pytest.raises(NotFound):
                digests.of(day)


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
        assert client.get("/v1/digests/yesterday", headers=headers).status_code == 422
        assert client.get("/v1/digests/2031-01-01", headers=headers).status_code == 404
        assert client.post(f"/v1/digests/{TODAY}/marks", json={**body, "mark": "?"}, headers=headers).status_code == 422
