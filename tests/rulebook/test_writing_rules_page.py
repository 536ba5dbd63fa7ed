"""The examples of docs/writing-rules.md are rules that load."""

import re
from pathlib import Path
from textwrap import indent

from review_gate.rulebook.load import packs_from_text
from tests.rulebook.making import packs

PAGE = (Path(__file__).parents[2] / "docs" / "writing-rules.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_rule_from_start_to_finish() -> None:
    assert [rule.id for rule in packs_from_text(BLOCKS[0]).rules] == ["season.heatwave-promo"]


def test_the_days() -> None:
    assert len(packs("kind: calendar\n" + indent(BLOCKS[1], "")).rules) == 1


def test_all_kinds_are_told_of() -> None:
    from review_gate.rulebook.kinds import KINDS

    table = PAGE[PAGE.index("## Kinds of rules") :]
    assert [kind for kind in KINDS if f"| `{kind}` |" not in table] == []
