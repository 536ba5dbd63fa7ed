"""Lists of the pages where the record of one submission cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from review_gate.domain.submission import Submission
from tests.pages.house import CAMILLE, INES, PageHouse

FINE = "Rendez-vous samedi dans notre magasin de Lille, 12 rue Nationale."


@pytest.fixture
def two(house: PageHouse) -> tuple[Submission, Submission]:
    """One that is fine, and one due before it whose record is damaged."""
    now = datetime.now(UTC)
    fine, bad = (house.hand_in(FINE, planned_at=now + timedelta(hours=hours)) for hours in (3, 2))
    spoil(house, bad)
    return fine, bad


def spoil(house: PageHouse, one: Submission) -> None:
    with house.store.database.write() as session:
        session.execute("UPDATE submissions SET body = '{}' WHERE id = ?", (one.id,))


@pytest.mark.parametrize(
    ("email", "path", "stays"),
    [
        (INES, "/queue", "it is held"),
        (INES, "/queue?channel=", "it is held"),
        (CAMILLE, "/mine", "it stays as it is"),
        (INES, "/calendar", "it stays as it is"),
        (INES, "/digest/now", "it stays as it is"),
    ],
)
def test_all_others_are_shown_and_it_is_named(
    house: PageHouse, two: tuple[Submission, Submission], email: str, path: str, stays: str
) -> None:
    fine, bad = two
    page = house.browser(email).get(path)
    assert page.status_code == 200
    assert f"1 submission cannot be read: {bad.id}; {stays}; `review-gate doctor` says more." in page.text
    assert fine.id in page.text or "magasin de Lille" in page.text or path.startswith("/digest")


def test_a_queue_of_which_nothing_can_be_read_is_not_called_empty(
    house: PageHouse, two: tuple[Submission, Submission]
) -> None:
    spoil(house, two[0])
    page = house.browser(INES).get("/queue", **{"Accept-Language": "fr"}).text
    assert "2 submissions cannot be read" in page or "2 soumissions sont illisibles" in page
    assert "empty" not in page


def test_the_next_one_to_look_at_lies_behind_those_that_cannot_be_read(house: PageHouse) -> None:
    now = datetime.now(UTC)
    mine, *bad, last = (house.hand_in(f"{FINE} {n}", planned_at=now + timedelta(hours=n)) for n in (1, 2, 3, 4))
    for one in bad:
        spoil(house, one)
    visitor = house.browser(INES)
    assert f"/items/{last.id}" in visitor.get(f"/items/{mine.id}?said=claim").text


@pytest.mark.parametrize(
    ("language", "told"), [("en", "is damaged and cannot be read"), ("fr", "endommagé et illisible")]
)
def test_opening_it_says_what_is_wrong_and_whom_to_tell(
    house: PageHouse, two: tuple[Submission, Submission], language: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, bad = two
    with house.store.database.write() as session:
        session.execute("UPDATE submissions SET body = ? WHERE id = ?", (f'{{"draft": {{"text": "{FINE}"}}}}', bad.id))
    page = house.browser(INES).get(f"/items/{bad.id}", **{"Accept-Language": language})
    assert page.status_code == 503
    assert told in page.text
    assert "review-gate doctor" in page.text
    assert bad.id in caplog.text
    assert "Nationale" not in caplog.text  # pydantic would quote the beginning and the end
