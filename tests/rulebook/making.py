"""Packs for tests: one rule, with what every rule must have filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import dedent, indent
from typing import Any

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.verdict import Hit
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.load import packs_from_text
from review_gate.rulebook.rule import Packs

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def pack_text(*rules: str) -> str:
    """A pack's text around rules that only give what matters to the test."""
    body = "".join("  - " + indent(_rule(rule, number), "    ").lstrip() for number, rule in enumerate(rules))
    return f'pack: testing\nversion: 3\nowner: "@brand"\nrules:\n{body}'


def _rule(rule: str, number: int) -> str:
    rule = dedent(rule).strip() + "\n"
    defaults = {
        "id": f"testing.rule-{number}",
        "kind": "existence",
        "category": "style",
        "severity": "warn",
        "status": "shadow",
        "message": "{en: Hello, fr: Bonjour}",
        "rationale": "a test",
        "source": "tests",
    }
    keys = {line.partition(":")[0] for line in rule.splitlines() if line[:1].strip()}
    head = "".join(f"{key}: {value}\n" for key, value in defaults.items() if key not in keys)
    return head + rule


def packs(*rules: str, similarity: Any = None) -> Packs:
    return packs_from_text(pack_text(*rules), similarity=similarity)


def hits(rules: Packs | str, text: str, *languages: str, now: datetime = NOON, customer_lang: str | None = None,
         **draft: Any) -> tuple[Hit, ...]:  # fmt: skip
    """What the rules say about a text."""
    loaded = packs(rules) if isinstance(rules, str) else rules
    lang = languages[0] if languages else None
    context = Context(now=now, lang=lang, languages=languages, customer_lang=customer_lang)
    return evaluate(loaded, Draft(text, **draft), context)


def found(rules: Packs | str, text: str, *languages: str, **more: Any) -> list[str | None]:
    """What was found, in the order of the hits; each span is checked against the text."""
    answer = hits(rules, text, *languages, **more)
    for hit in answer:
        assert hit.span is None or text[hit.span[0] : hit.span[1]] == hit.found
    return [hit.found for hit in answer]
