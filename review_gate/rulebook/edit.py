"""Puts an example into a pack's text and leaves every other character as it stands: comments, order, quotes. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from review_gate.domain.draft import Draft, Kind
from review_gate.domain.message import Message
from review_gate.rulebook.errors import PackError, PackErrors
from review_gate.rulebook.source import parse_source

# What YAML 1.1 reads as a line break or refuses inside quotes is written as \uXXXX.
_ODD = re.compile("[^\t\n\\x20-\\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Put:
    """`text` goes in at `index`, in place of the `over` characters there."""

    index: int
    text: str
    over: int = 0


def example_of(draft: Draft) -> str:
    """The draft as an example: its text alone where that is all there is, else a group with what rules look at."""
    beside: dict[str, object] = {}
    if draft.kind is Kind.REPLY and not draft.in_reply_to:
        beside["kind"] = draft.kind.value
    for name in ("channel", "market", "in_reply_to"):
        if value := getattr(draft, name):
            beside[name] = value
    if draft.planned_at is not None:
        beside["planned_at"] = draft.planned_at.isoformat()
    if draft.media:
        beside["media"] = [{"url": one.url, **({"alt": one.alt} if one.alt else {})} for one in draft.media]
    return flow({"text": draft.text, **beside}) if beside else flow(draft.text)


def flow(value: object) -> str:
    """A value in YAML on one line; texts in double quotes."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    return _ODD.sub(lambda found: _escaped(found.group()), json.dumps(value, ensure_ascii=False))


def with_examples(text: str, shown: str, rule_id: str, hit: str, harmless: str = "") -> str:
    """The pack's `text` with `hit` (see `example_of`) among the examples that the rule must hit, `harmless` (when
    there is one) among those that it must pass, and the next version number. `shown` names the file in errors.

    Raises PackErrors when the text is no pack or has no such rule. Whether the examples are true is not looked at.
    """
    if not text.endswith("\n"):
        text += "\n"
    _, root = parse_source(text, shown)
    rule = _rule(root, rule_id)
    if root is None or rule is None:
        missing = Message(f"there is no rule '{rule_id}' here", f"il n'y a pas de règle « {rule_id} » ici")
        raise PackErrors([PackError(shown, 1, 1, missing)])
    puts = [_example(text, rule, "should_hit", hit)]
    if harmless:
        puts.append(_example(text, rule, "should_pass", harmless))
    version = _value(root, "version")
    if isinstance(version, yaml.ScalarNode) and re.fullmatch("[0-9]{1,9}", version.value):
        start, end = version.start_mark.index, version.end_mark.index
        puts.append(Put(start, str(int(version.value) + 1), end - start))
    for put in sorted(puts, key=lambda one: one.index, reverse=True):
        text = text[: put.index] + put.text + text[put.index + put.over :]
    return text


def _rule(root: yaml.Node | None, rule_id: str) -> yaml.MappingNode | None:
    rules = _value(root, "rules")
    for node in rules.value if isinstance(rules, yaml.SequenceNode) else ():
        name = _value(node, "id")
        if isinstance(name, yaml.ScalarNode) and name.value == rule_id:
            assert isinstance(node, yaml.MappingNode)
            return node
    return None


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if isinstance(name, yaml.ScalarNode) and name.value == key), None)


def _example(text: str, rule: yaml.MappingNode, key: str, example: str) -> Put:
    """Where an example goes: to the end of a list of lines, to the start of a list in brackets, else into a new one."""
    node = _value(rule, key)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        column = node.start_mark.column
        return Put(_line_after(text, node.value[-1]), f"{' ' * column}- {example}\n")
    if isinstance(node, yaml.SequenceNode):
        comma = ", " if node.value else ""
        return Put(node.start_mark.index + 1, example + comma)
    if isinstance(node, yaml.ScalarNode) and node.value and node.style in (None, "", "'", '"'):
        start, end = node.start_mark.index, node.end_mark.index
        return Put(start, f"[{text[start:end]}, {example}]" if node.style else f"[{flow(node.value)}, {example}]",
                   end - start)  # fmt: skip
    name = rule.value[0][0]
    if rule.flow_style:
        return Put(name.start_mark.index, f"{key}: [{example}], ")
    return Put(
        name.start_mark.index, f"{key}:\n{' ' * name.start_mark.column}  - {example}\n{' ' * name.start_mark.column}"
    )


def _line_after(text: str, node: yaml.Node) -> int:
    """The start of the line behind the last one that belongs to `node`; comments and blank lines behind it do not."""
    end = node.end_mark.index
    while end > node.start_mark.index and text[end - 1 : end].isspace():
        end -= 1
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        end = _without_comments(text, node.start_mark.index, end)
    line = text.find("\n", end)
    assert line >= 0, "with_examples ends the text with a line break"
    return line + 1


def _without_comments(text: str, start: int, end: int) -> int:
    """A block text ends where the next token begins: comments between the two are not its own."""
    lines = text[start:end].split("\n")
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return start + len("\n".join(lines))


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
