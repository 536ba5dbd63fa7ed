"""An example goes into a pack's text, and nothing else changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from review_gate.domain.draft import Draft, Kind, Media
from review_gate.rulebook.edit import example_of, flow, with_examples
from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.load import packs_from_text
from review_gate.settings.settings import PROJECT

LINES = """should_hit:  # what it is for
  - "kept"  # from March
  # a note
  - |
    two
    lines

  # behind them
should_pass: []"""
SHAPES = {
    "lines": LINES,
    "brackets": "should_hit: [\n  'kept',  # from March\n  'two',\n  ]\nshould_pass: ['ok']",
    "one text": "should_hit: kept\nshould_pass: 'ok'",
    "none": "severity: warn",
    "groups": 'should_hit:\n  - text: "kept"\n    market: FR\nshould_pass:\n  - ok',
}


def pack(shape: str, end: str = "\n") -> str:
    """A pack with two rules; the second has examples of this shape."""
    rule = "\n    ".join(["- id: a.two", *(f"  {line}" for line in SHAPES[shape].splitlines())])
    return f"# ours\npack: a\nversion: 9  # counts up\nrules:\n    - {{id: a.one, should_hit: [x]}}\n    {rule}{end}"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("end", ["\n", "", "\n\n# the end\n"])
def test_in_whatever_form_the_examples_are_written(shape: str, end: str) -> None:
    old = pack(shape, end)
    new = with_examples(old, "a.yml", "a.two", flow("new: #1"), flow("fine"))
    before, after = yaml.safe_load(old), yaml.safe_load(new)
    first, second = after["rules"]
    assert after["version"] == 10 and first == before["rules"][0]
    known = before["rules"][1].get("should_hit", [])
    assert sorted(map(str, second["should_hit"])) == sorted(
        map(str, [*(known if isinstance(known, list) else [known]), "new: #1"])
    )
    assert "fine" in second["should_pass"]
    for comment in (
        "# ours",
        "# counts up",
        "# from March",
        "# a note",
        "# behind them",
        "# what it is for",
        "# the end",
    ):
        assert (comment in old) == (comment in new)


@given(st.text(min_size=1), st.sampled_from(sorted(SHAPES)))
def test_any_text_comes_back_as_it_was(text: str, shape: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return
    rule = yaml.safe_load(with_examples(pack(shape), "a.yml", "a.two", flow(text)))["rules"][1]
    assert text in rule["should_hit"]


@pytest.mark.parametrize("path", sorted((PROJECT / "rules").glob("*.yml")), ids=lambda path: path.stem)
def test_each_of_our_packs_can_be_added_to(path) -> None:  # type: ignore[no-untyped-def]
    old = path.read_text("utf-8")
    for rule in yaml.safe_load(old)["rules"][:3]:
        new = with_examples(old, path.name, rule["id"], flow("new"))
        added = [line for line in new.splitlines() if line not in old.splitlines()]
        assert len(added) == 2 and len(new.splitlines()) == len(old.splitlines()) + 1, rule["id"]


def test_a_rule_that_is_not_there_is_named() -> None:
    with pytest.raises(PackErrors, match=r"a\.yml:1:1: there is no rule 'a\.three' here"):
        with_examples(pack("lines"), "a.yml", "a.three", flow("x"))
    with pytest.raises(PackErrors, match="not YAML"):
        with_examples("pack: [", "a.yml", "a.two", flow("x"))


def test_a_draft_becomes_an_example_with_what_rules_look_at() -> None:
    at = datetime(2026, 11, 13, 18, tzinfo=UTC)
    assert example_of(Draft('He said "no"')) == '"He said \\"no\\""'
    draft = Draft("x", Kind.POST, market="FR", planned_at=at, media=(Media("https://e.example/a.png", "a"),))
    rule = f"""
pack: a
version: 1
owner: me
rules:
  - {{id: a.one, kind: existence, category: style, severity: warn, status: shadow, message: {{en: a, fr: b}},
     rationale: r, source: s, terms: [x], should_hit: [{example_of(draft)}]}}
"""
    (example,) = packs_from_text(rule).rules[0].should_hit
    assert example.draft == draft
    reply = Draft("x", Kind.REPLY)
    assert yaml.safe_load(example_of(reply)) == {"text": "x", "kind": "reply"}
