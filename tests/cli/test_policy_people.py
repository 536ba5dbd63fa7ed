"""The policy file's part about people: what it says, and what it refuses, by name."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from review_gate.domain.duty import OnCall
from review_gate.domain.signoff import Rule
from review_gate.domain.verdict import Severity
from review_gate.settings import PolicyError, load_policy

HEAD = "policy: mine\nversion: 1\nthresholds: {toxicity: {insult: {hold: 0.7}}}\n"
GROUPS = "groups:\n  legal: [U012AB3CD, paul@example.com]\n  brand: [bo@example.com]\n"


def read(folder: Path, text: str) -> object:
    path = folder / "policy.yml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_policy(path)


def test_groups_rules_and_hours(tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    rule = (
        "sign_off:\n  - {name: promises, from: [legal, brand], match: all, approvals: 1,\n"
        "     when: {category: commitment, severity: warn, channel: [X], market: [fr], media: false}}\n"
        "  - {name: images, when: {media: true}, approvals: 2}\n"
    )
    duty = "on_call: {group: brand, zone: America/Montreal, days: [mon, sat], from: '08:30', until: '17:15'}\n"
    path.write_text(HEAD + GROUPS + rule + duty, encoding="utf-8")
    policy = load_policy(path)
    assert policy.groups == {"legal": ("U012AB3CD", "paul@example.com"), "brand": ("bo@example.com",)}
    assert policy.sign_off == (
        Rule(
            "promises", 1, ("legal", "brand"), each=True, severity=Severity.WARN, categories=frozenset({"commitment"}),
            channels=frozenset({"x"}), markets=frozenset({"FR"}), media=False,
        ),
        Rule("images", 2, media=True),
    )  # fmt: skip
    assert policy.on_call == OnCall("brand", "America/Montreal", (0, 5), time(8, 30), time(17, 15))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sign_off: [{name: a, from: [legal]}]", "there is no group 'legal'"),
        (GROUPS + "sign_off: [{name: a, from: brand, approvals: 2}]", "asks for 2 approvals, of 1 people"),
        (GROUPS + "sign_off: [{name: a, from: [brand, legal], match: all, approvals: 2}]", "of 1 people"),
        ("sign_off: [{name: a, when: {category: rude}}]", "there is no category 'rude'"),
        ("sign_off: [{name: a, wehn: {}}]", "wehn"),
        ("groups: {legal: [Paul]}", "groups.legal.0"),
        ("groups: {legal: []}", "groups.legal"),
        ("groups: {lead: [paul@example.com]}", "is every lead already"),
        ("on_call: {group: nights}", "there is no group 'nights'"),
        ("on_call: {zone: Paris}", "there is no time zone 'Paris'"),
        ("on_call: {from: '18:00', until: '09:00'}", "must be before"),
        ("on_call: {days: [monday]}", "on_call.days.0"),
    ],
)
def test_a_slip_is_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        read(tmp_path, text)


def test_what_the_default_policy_shows_as_examples_can_be_used(tmp_path: Path) -> None:
    """The lines that are commented out under groups and sign_off."""
    shipped = (Path(__file__).parents[2] / "review_gate" / "default_policy.yml").read_text(encoding="utf-8")
    text = shipped.replace("groups: {}", "groups:").replace("sign_off: []", "sign_off:").replace("\n#  ", "\n  ")
    path = tmp_path / "policy.yml"
    path.write_text(text.replace("group: null", "group: nights"), encoding="utf-8")
    policy = load_policy(path)
    assert [rule.name for rule in policy.sign_off] == ["images", "promises"]
    assert policy.on_call.group == "nights"
