"""The packs that ship: their shape, and what they find in the case set. `measure.py` prints the whole table."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest

from review_gate.domain.verdict import CATEGORIES
from review_gate.rulebook.load import load_packs
from review_gate.rulebook.rule import Packs
from tests.packs.measure import CASES, RULES, by_rules, cases, encoder, measure

BY_OTHER_MEANS = {"repetition", "wrong_language"}
"""Categories that no pack's rule carries: scorers find them."""


@pytest.fixture(scope="module")
def packs() -> Packs:
    """With examples checked: a rule that does not do what its examples say fails here."""
    return load_packs(RULES, encoder())


def test_every_category_has_a_live_rule(packs: Packs) -> None:
    found = {rule.category for rule in packs.rules if rule.status == "live"}
    assert set(CATEGORIES) - found == BY_OTHER_MEANS


def test_every_rule_says_who_why_and_until_when(packs: Packs) -> None:
    for rule in packs.rules:
        assert rule.owner and rule.rationale and rule.source, rule.id
        assert rule.expires is not None and rule.expires > date(2027, 1, 1), rule.id
        assert rule.message.en != rule.message.fr, rule.id


def test_cases_are_well_formed_and_even() -> None:
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) >= 320
    assert all((row["category"] is not None) == row["risky"] for row in rows)
    splits = Counter(row["split"] for row in rows)
    assert abs(splits["tune"] - splits["kept"]) < 20
    languages = Counter(row["language"] for row in rows)
    assert 0.8 < languages["fr"] / languages["en"] < 1.25


def test_no_risky_case_is_an_example_of_a_rule() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in RULES.glob("*.yml")).replace("''", "'")
    risky = [case for case in cases() if case["risky"] and len(case["text"]) > 30]
    assert [case["id"] for case in risky if case["text"] in text] == []


@pytest.mark.parametrize(
    ("split", "found", "right", "held", "warned"),
    [("other_e", 0.9, 0.85, 0.02, 0.07)],
)
def test_figures_hold(packs: Packs, split: str, found: float, right: float, held: float, warned: float) -> None:
    figures = measure(by_rules(packs), split)["all"]
    notes = "\n".join(figures.notes)
    assert figures.found >= found * figures.risky, notes
    assert figures.right >= right * figures.risky, notes
    assert figures.held <= held * figures.harmless, notes
    assert figures.warned <= warned * figures.harmless, notes
