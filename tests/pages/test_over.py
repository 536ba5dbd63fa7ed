"""A planned time that is over: refused while one writes, explained once a draft has expired."""

from __future__ import annotations

from datetime import UTC, datetime

from review_gate.adapters.clock import uuid7
from review_gate.domain.change import Moment
from review_gate.domain.unattended import escalate_late, expire
from tests.pages.house import CAMILLE, INES, PageHouse

FINE = "Rendez-vous samedi dans notre magasin de Lille, 12 rue Nationale."


def test_a_time_that_is_over_is_refused_before_the_draft_expires_unseen(house: PageHouse) -> None:
    visitor = house.browser(CAMILLE)
    form = {"text": FINE, "kind": "post", "key": "late", "zone": "Europe/Paris"}
    over = visitor.send("/compose", **form, planned_at="2020-01-01T10:00")
    assert over.status_code == 422 and "This time is over" in over.text and FINE in over.text
    assert sum(facet.count for facet in house.store.facets()) == 0
    assert visitor.send("/compose", **form, planned_at="2099-01-01T10:00").status_code == 303


def test_an_expired_draft_says_why_it_did_not_go_out_and_what_its_author_can_do(house: PageHouse) -> None:
    made = house.hand_in(FINE)
    house.store.commit(expire(made, Moment(datetime.now(UTC), uuid7)))
    page = house.browser(CAMILLE).get(f"/items/{made.id}", **{"Accept-Language": "fr"}).text.replace("&#39;", "'")
    assert "l'a laissé expirer" in page
    assert "Personne n'a décidé avant l'heure prévue" in page and "Repartir de ce texte" in page


def test_why_the_gate_itself_did_something_is_told_in_the_readers_language(house: PageHouse) -> None:
    made = house.hand_in(FINE)
    house.store.commit(escalate_late(made, Moment(datetime.now(UTC), uuid7)))
    for path in (f"/items/{made.id}", "/audit"):
        french = house.browser(INES).get(path, **{"Accept-Language": "fr"}).text.replace("&#39;", "'")
        assert "l'heure prévue approche" in french and "planned time is near" not in french
        assert "planned time is near" in house.browser(INES).get(path).text
