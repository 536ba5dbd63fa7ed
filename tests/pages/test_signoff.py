"""The page says who still has to approve, lets in the click of whom the policy asks, and proves what people decided."""

from __future__ import annotations

from pathlib import Path

from review_gate.domain.signoff import Rule
from review_gate.domain.submission import State
from tests.pages.house import PEOPLE, SAMIRA, PageHouse, running


def test_the_page_says_whose_approval_is_missing_and_takes_it(tmp_path: Path) -> None:
    reviewers = [email for email, _, roles in PEOPLE if any(role.value in {"reviewer", "lead"} for role in roles)]
    first, legal = reviewers[:2]
    with running(tmp_path, groups={"legal": (legal,)}, sign_off=(Rule("promises", 1, ("legal",)),)) as house:
        held = house.hand_in("Our shop opens at nine.")
        one, two = house.browser(first), house.browser(legal)
        seen = {"revision": "1", "sha": held.text_sha256}
        assert "Still needed: 1 approval from legal (promises)" in one.get(f"/items/{held.id}").text
        assert one.send(f"/items/{held.id}/approve", **seen).status_code == 303
        assert house.gate.get(held.id).state is State.HELD
        page = one.get(f"/items/{held.id}").text
        assert 'data-key="a"' not in page
        assert one.send(f"/items/{held.id}/approve", **seen).status_code == 403
        assert two.send(f"/items/{held.id}/approve", **seen).status_code == 303
        assert house.gate.get(held.id).state is State.APPROVED


def test_a_proof_of_human_review_is_offered_once_a_person_has_decided(house: PageHouse) -> None:
    held = house.hand_in("Our shop opens at nine.")
    reviewer = house.browser(SAMIRA)
    page = reviewer.get(f"/items/{held.id}").text
    assert "Nobody has decided yet" in page and f"/items/{held.id}/proof" not in page
    seen = {"revision": "1", "sha": held.text_sha256}
    assert reviewer.send(f"/items/{held.id}/reject", **seen, comment="Too early").status_code == 303
    page = reviewer.get(f"/items/{held.id}").text
    assert "Nobody has decided yet" not in page and f"/items/{held.id}/proof" in page
