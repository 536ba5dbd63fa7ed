"""Rules over a draft: `evaluate(packs, draft, context) -> hits`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.domain.verdict import Hit, Severity
from review_gate.rulebook.rule import BY_MEANING, Packs, Rule
from review_gate.rulebook.scene import Find, Scene, View

MOST = 20
"""Hits of one rule on one draft, at most."""

SHOWN = 80
"""Characters of the text that a message quotes, at most."""

_GAP = re.compile(r"\{(\w+)\}")


def evaluate(packs: Packs, draft: Draft, context: Context) -> tuple[Hit, ...]:
    """What the rules say about the draft, the most severe first, then by place.

    Retired and expired rules say nothing; hits of shadow rules carry `shadow`. Spans lie in `draft.text`; what was
    found in a picture's alt text or file name has none. A rule that judges by meaning stays silent where one that names
    the words has said as much under the same category: a reader wants to be told once.
    """
    scene = Scene(packs.matcher, draft, context, packs.encoder)
    today = context.now.date()
    named: list[Hit] = []
    meant: list[Hit] = []
    for rule in candidates(packs, scene):
        (meant if rule.check.word in BY_MEANING else named).extend(hits_of(rule, scene, today))
    hits = named + [hit for hit in meant if not _said(hit, named)]
    return tuple(sorted(hits, key=lambda hit: (-hit.severity, hit.span is None, hit.span or (0, 0), hit.rule)))


def _said(hit: Hit, named: Iterable[Hit]) -> bool:
    return any(
        other.category == hit.category and other.severity >= hit.severity and (hit.shadow or not other.shadow)
        for other in named
    )


def candidates(packs: Packs, scene: Scene) -> Iterable[Rule]:
    """The rules that can have something to say: those always asked, and those with a term in the text."""
    asked = dict.fromkeys(packs.untriggered)
    found = list(scene.reading.everything)
    if scene.customer is not None:
        found += scene.customer.everything
    for terms in found:
        asked.update(dict.fromkeys(packs.by_list.get(terms, ())))
    return asked


def hits_of(rule: Rule, scene: Scene, today: date | None) -> list[Hit]:
    """One rule over a scene; `today` None: whether it has expired or not."""
    if rule.status == "retired" or (today and rule.expired(today)) or not rule.meant_for(scene):
        return []
    view = View(scene, rule.excepted)
    finds = rule.check.find(view)
    if not finds or (rule.unless is not None and View(scene, None).matches(rule.unless)):
        return []
    length = len(scene.draft.text)
    hits = []
    for find in finds[:MOST]:
        span = find.span if find.span is not None and find.span[0] < length else None
        if span is not None:
            span = span[0], min(span[1], length)
        hits.append(_hit(rule, find, span))
        if find.disguised:
            hits.append(_disguise(rule, find, span))
    return hits


def _hit(rule: Rule, find: Find, span: tuple[int, int] | None) -> Hit:
    plain = {"found": find.found or "", **find.fills}
    fills = {name: Message(value, value) for name, value in plain.items()} | dict(find.named)
    return Hit(
        rule=rule.id,
        pack=rule.pack,
        version=rule.version,
        category=rule.category,
        severity=rule.severity,
        message=filled(rule.message, fills),
        span=span,
        found=find.found,
        suggestion=find.suggestion or (filled(rule.suggestion, fills) if rule.suggestion else None),
        shadow=rule.status == "shadow",
    )


def _disguise(rule: Rule, find: Find, span: tuple[int, int] | None) -> Hit:
    """A word in disguise is a finding of its own: somebody meant to get past a filter."""
    return Hit(
        rule=rule.id,
        pack=rule.pack,
        version=rule.version,
        category="evasion",
        severity=max(Severity.WARN, min(rule.severity, Severity.HOLD)),
        message=Message(
            f"'{find.found}' is spelled so that a filter does not see it.",
            f"« {find.found} » est écrit de façon à échapper à un filtre.",
        ),
        span=span,
        found=find.found,
        shadow=rule.status == "shadow",
    )


def filled(message: Message, fills: Mapping[str, Message]) -> Message:
    """The message with its {gaps} filled. Which gaps there may be was checked when the pack was read."""

    def fill(gap: re.Match[str], language: str) -> str:
        if gap.group(1) not in fills:
            return gap.group()
        value = fills[gap.group(1)].in_(language)
        return value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"

    return Message(_GAP.sub(lambda gap: fill(gap, "en"), message.en), _GAP.sub(lambda gap: fill(gap, "fr"), message.fr))
