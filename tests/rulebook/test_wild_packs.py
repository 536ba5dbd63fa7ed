"""Packs that nobody would write: each text gives packs or mistakes with their places, and never another exception."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_gate.rulebook.errors import PackErrors
from review_gate.rulebook.kinds import KINDS
from review_gate.rulebook.load import load_packs, packs_from_text
from tests.rulebook.test_pack_errors import GOOD

KEYS = [
    "pack", "version", "owner", "rules", "id", "kind", "category", "severity", "languages", "message",
    "rationale", "source", "expires", "terms", "except", "should_hit", "should_pass", "status", "text", "max",
    "min", "from", "to", "when", "context", "near", "dates", "market", "swap", "en", "fr", "?", "<<", "=", "''",
]  # fmt: skip
VALUES = [
    "~", "yes", "0", "-1", "1e999", "99999999999999999999", ".nan", "0x1f", "1:30:00", "2026-13-45",
    "2028-01-01", "2001-12-14t21:59:43.10-05:00", "hold", "block", "live", "shadow", "newsjack", "[]", "{}",
    "[[]]", "*a", "@x", "`x`", "%x", "'*'", "!!python/name:os.system", "!!set {a}", "", "[fr, en]",
    "{a: {b: [c]}}", "[promo, ~, 3, {a: b}]", '"(a+)+"', '"[z-a]"', '"(?P<x>a)"', "# only", '"{found} {0} {"',
    '"\\x00"', '"\\ud800"', '"\\U0010FFFF"', "!!binary aGk=", "!!float x", "!!int ''", "&a x", "!!timestamp 2026-99-99",
    "|\n        many\n        lines", ">-\n        x", "a: b", "- a", "\u00ab\u202f{found}\u202f\u00bb",
    "\u202e", "e\u0301", "x" * 3000, *KINDS,
]  # fmt: skip
SIGNS = [
    "\n", "\n  ", "\n    ", "\t", ": ", "- ", "&a ", "!!str ", "---\n", "...\n", "\x85", "\u2028", "\ufeff",
    "\0", "\x07", "\ud800", ":", "{", "}", "[", "]", ",", "'", '"', "|", ">", "#",
]  # fmt: skip
SCRAPS = st.sampled_from([*KEYS, *VALUES, *SIGNS])
LINES = GOOD.splitlines()


@st.composite
def bent(draw: st.DrawFn) -> str:
    """The good pack with a few of its lines left out, doubled, moved in, or with another value."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        match draw(st.integers(0, 4)):
            case 0:
                lines[place : place + 1] = []
            case 1:
                lines.insert(place, line)
            case 2:
                lines[place] = " " * draw(st.integers(0, 9)) + line.lstrip()
            case 3:
                lines[place] = f"{line.partition(':')[0]}: {draw(st.sampled_from(VALUES))}"
            case _:
                lines.insert(place, f"    {draw(st.sampled_from(KEYS))}: {draw(st.sampled_from(VALUES))}")
        lines = lines or [""]
    return "\n".join(lines)


def told(text: str) -> list[str]:
    """The mistakes of a text, as people read them; none for a good one."""
    try:
        packs_from_text(text, "wild.yml")
    except PackErrors as found:
        assert found.errors and found.in_("fr")
        return [str(error) for error in found.errors]
    return []


def well_told(text: str) -> None:
    lines = len(re.split(r"\r\n|[\r\n\x85\u2028\u2029\x0b\x0c\x1c-\x1e]", text))
    for mistake in told(text):
        place = re.match(r"wild\.yml:(\d+):(\d+): \S", mistake)
        assert place is not None, mistake
        assert 1 <= int(place[1]) <= lines + 1 and int(place[2]) >= 1, mistake


@settings(max_examples=300)
@given(st.lists(st.one_of(SCRAPS, st.text(max_size=5)), max_size=30).map("".join))
def test_wild_text_is_a_pack_or_a_mistake_with_its_place(text: str) -> None:
    well_told(text)


@settings(max_examples=400)
@given(bent())
def test_a_bent_pack_is_a_pack_or_a_mistake_with_its_place(text: str) -> None:
    well_told(text)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120) | bent().map(lambda text: text.encode("utf-16")))
def test_wild_bytes_in_a_file_are_a_mistake(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "wild.yml"
    path.write_bytes(raw)
    try:
        load_packs(path)
    except PackErrors as found:
        assert all(re.search(r"wild\.yml:\d+:\d+: ", str(error)) for error in found.errors)
