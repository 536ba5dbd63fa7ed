"""What became of an approved post stands on its page: when it goes out, where it is, or why it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.domain import unattended
from review_gate.domain.change import Change, Moment
from review_gate.domain.publication import Publication
from review_gate.domain.submission import Answer, Submission
from review_gate.gate import Seen
from tests.builders import RENE
from tests.pages.house import CAMILLE, SAMIRA, PageHouse


def page(house: PageHouse, found: Submission) -> str:
    return house.browser(CAMILLE).get(f"/items/{found.id}", **{"Accept-Language": "fr"}).text


def test_the_page_tells_what_became_of_it(house: PageHouse) -> None:
    found = house.hand_in("Ouvert demain dès dix heures")
    approved = house.gate.decide(found.id, Answer.APPROVE, RENE, Seen(1, found.text_sha256))
    out = Publication("masto-fr", approved.revision, datetime(2030, 1, 2, 9, 0, tzinfo=UTC))
    planned = replace(approved, publication=out, version=approved.version + 1)
    house.store.commit(Change(planned, approved.version))
    assert "part tout seul par masto-fr" in page(house, found) or "goes out by itself" in page(house, found)

    house.store.commit(unattended.not_published(planned, out, "<b>500</b>", Moment(utc_now(), uuid7)))
    told = page(house, found)
    assert "masto-fr" in told and "&lt;b&gt;500&lt;/b&gt;" in told and "outbox replay" in told

    failed = house.gate.get(found.id)
    url = "https://m.example/@brand/7"
    house.store.commit(unattended.published(failed, out, url, Moment(utc_now(), uuid7)))
    told = page(house, found)
    assert f'href="{url}"' in told and "/withdraw" not in told


def test_a_reviewer_knows_that_approving_publishes(house: PageHouse) -> None:
    found = house.hand_in("Ouvert demain dès dix heures")
    reviewer = house.browser(SAMIRA)
    assert "Approving publishes it" not in reviewer.get(f"/items/{found.id}").text
    house.gate.outlet_of = lambda draft: "masto-fr"
    told = reviewer.get(f"/items/{found.id}").text
    assert "Approving publishes it: it goes out by itself through masto-fr, at once." in told
