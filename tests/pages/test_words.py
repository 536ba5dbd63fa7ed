"""Every word that a page asks for is there, in both languages, with the same gaps; and none is there for nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from review_gate.web.pages import words
from review_gate.web.pages.words import WORDS

WEB = Path(words.__file__).parents[2]
TEMPLATES = sorted((WEB / "templates" / "pages").glob("*.html"))
SOURCES = [*TEMPLATES, *sorted((WEB / "pages").glob("*.py"))]
ASKED = re.compile(r"""\bt\(\s*f?['"]([a-z_0-9]+)['"][,)]""")
NAMED = re.compile(r"""['"]([a-z_0-9]+)['"]""")
BUILT = re.compile(r"""\bt\(\s*f?['"]([a-z_]+_)(?:['"] ?~|\{)""")
GAP = re.compile(r"\{(\w+)\}")
COLUMNS = r"<(?:h\d|p|span|button|th|dt|label|summary|strong|a)\b[^>]*>\s*([A-Za-zÀ-ÖØ-öø-ÿ][^<{]*)<"


def test_each_word_that_is_asked_for_exists() -> None:
    for source in SOURCES:
        for key in ASKED.findall(source.read_text(encoding="utf-8")):
            assert key in WORDS, f"{source.name} asks for '{key}'"


def test_no_word_is_left_over() -> None:
    everything = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    named = set(NAMED.findall(everything))
    built = tuple(BUILT.findall(everything))
    assert [key for key in WORDS if key not in named and not key.startswith(built)] == []


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_say_it_with_the_same_gaps(key: str) -> None:
    message = WORDS[key]
    assert message.en.strip() and message.fr.strip()
    assert sorted(GAP.findall(message.en)) == sorted(GAP.findall(message.fr))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_sentence_stands_in_a_template(template: Path) -> None:
    written = [found.strip() for found in re.findall(COLUMNS, template.read_text(encoding="utf-8"))]
    assert [
        words for words in written if words not in {"EN", "FR", "Bot", "review-gate user create --email … --role"}
    ] == []
