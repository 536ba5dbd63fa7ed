"""The texts beside a rule that must hit or pass: they are run whenever the pack is read."""

from __future__ import annotations

from datetime import UTC, datetime

import yaml

from review_gate.domain.context import Context
from review_gate.domain.draft import MAX_TEXT, Draft, Kind, Media
from review_gate.domain.message import Message
from review_gate.rulebook.evaluate import hits_of
from review_gate.rulebook.fields import LANGUAGES, Fields
from review_gate.rulebook.rule import BY_MEANING, KINDS_OF_DRAFT, Example, Pack, Packs, Rule
from review_gate.rulebook.scene import Scene
from review_gate.rulebook.scope import channel, market
from review_gate.rulebook.source import Source

_EXAMPLE = Message("an example", "un exemple")
SOME_DAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""When an example without `planned_at` happens: a Wednesday on which nothing is remembered."""


def read_examples(fields: Fields, key: str, own_channels: frozenset[str]) -> tuple[Example, ...]:
    """The examples of one field: texts, or groups with `text` and what else the rule looks at. Their channels are known
    ones or the pack's own."""
    node = fields.get(key)
    if node is None:
        return ()
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return tuple(example for item in items if (example := _example(fields, item, own_channels)) is not None)


def _example(fields: Fields, node: yaml.Node, own_channels: frozenset[str]) -> Example | None:
    source = fields.source
    line, column = node.start_mark.line, node.start_mark.column
    if isinstance(node, yaml.ScalarNode):
        text = source.text(node, _EXAMPLE)
        return Example(Draft(text), (), line, column) if text else None
    group = Fields(source, node, _EXAMPLE, fields)
    planned = group.name("planned_at")
    draft = Draft(
        text=group.text("text", required=True)[:MAX_TEXT],
        kind=Kind(group.one_of("kind", KINDS_OF_DRAFT, "reply" if "in_reply_to" in group else "post")),
        channel=channel(group, own_channels),
        market=market(group),
        planned_at=_moment(group, planned) if planned else None,
        in_reply_to=group.text("in_reply_to") or None,
        media=tuple(_media(media) for media in group.groups("media")),
    )
    lang = group.one_of("lang", LANGUAGES, "")
    group.done()
    return Example(draft, (lang,) if lang else (), line, column)


def _media(group: Fields) -> Media:
    media = Media(group.text("url") or "https://example.org/picture.jpg", group.text("alt") or None)
    group.done()
    return media


def _moment(group: Fields, written: str) -> datetime | None:
    """A date (noon is meant) or a date and time; without a zone it is the audience's noon as good as anybody's."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        group.error(
            "planned_at",
            Message(
                "'planned_at' must be a date, or date and time", "« planned_at » doit être une date, avec ou sans heure"
            ),
            Message("such as 2026-11-13T18:00+01:00", "par exemple 2026-11-13T18:00+01:00"),
        )
        return None
    if "T" not in written and " " not in written:
        moment = moment.replace(hour=12)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def check_examples(source: Source, pack: Pack, packs: Packs) -> None:
    """Notes an error for each example that does not do what it says. Rules without an encoder are left out."""
    blind = set(packs.blind)
    for rule in pack.rules:
        if rule.status == "retired" or rule.id in blind or (rule.check.word in BY_MEANING and packs.encoder is None):
            continue
        for example, must_hit in [(e, True) for e in rule.should_hit] + [(e, False) for e in rule.should_pass]:
            found = _found(rule, example, packs)
            if must_hit and not found:
                misses = Message(
                    f"this must hit '{rule.id}' and does not",
                    f"ceci doit déclencher « {rule.id} » et ne le déclenche pas",
                )
                source.error_at(example.line, example.column, misses)
            elif found and not must_hit:
                en = ", ".join(f"'{word}'" for word in found if word) or "it hits"
                fr = ", ".join(f"« {word} »" for word in found if word) or "la règle se déclenche"
                hits = Message(
                    f"this must pass '{rule.id}' and does not: {en}",
                    f"ceci ne doit pas déclencher « {rule.id} » et le fait : {fr}",
                )
                source.error_at(example.line, example.column, hits)


def _found(rule: Rule, example: Example, packs: Packs) -> list[str]:
    languages = example.languages or tuple(sorted(rule.languages))
    now = example.draft.planned_at or SOME_DAY
    customer = example.languages[0] if example.languages else None
    context = Context(now=now, lang=customer, languages=languages, customer_lang=customer)
    scene = Scene(packs.matcher, example.draft, context, packs.encoder)
    return [hit.found or "" for hit in hits_of(rule, scene, today=None)]
