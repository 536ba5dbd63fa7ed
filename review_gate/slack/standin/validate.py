"""Slack's own limits, checked as Slack checks them: what it would refuse, the stand-in refuses. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Problem = str

TEXT_LIMITS = {"header": 150, "section": 3000, "context": 3000}
BLOCKS = frozenset(
    {"section", "header", "context", "divider", "actions", "image", "input", "rich_text", "markdown", "video", "file"}
)
ELEMENTS = frozenset(
    {
        *("button", "overflow", "static_select", "users_select", "radio_buttons", "checkboxes"),
        *("plain_text_input", "datetimepicker", "datepicker", "timepicker"),
    }
)
RICH_ELEMENTS = frozenset({"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"})
RICH_RUNS = frozenset({"text", "link", "user", "channel", "usergroup", "emoji", "date", "broadcast", "color"})
STYLES = frozenset({"bold", "italic", "strike", "code", "underline"})
MAX_RICH_TEXT = 4000


def message_problems(message: dict[str, Any]) -> list[Problem]:
    """What is wrong with a message: too many blocks, texts too long, wrong types."""
    text, blocks = message.get("text"), message.get("blocks")
    problems = []
    if isinstance(text, str) and width(text) > 40_000:
        problems.append("msg_too_long")
    if blocks is None:
        return problems if text else ["no_text"]
    return problems + list(_blocks(blocks, 50, "message"))


def view_problems(view: dict[str, Any]) -> list[Problem]:
    """What is wrong with a modal or a home."""
    home = view.get("type") == "home"
    problems = list(_blocks(view.get("blocks"), 100, "home" if home else "modal"))
    if view.get("type") not in {"modal", "home"}:
        problems.append("type is neither modal nor home")
    if len(str(view.get("private_metadata") or "")) > 3000:
        problems.append("private_metadata is longer than 3000")
    if len(str(view.get("callback_id") or "")) > 255:
        problems.append("callback_id is longer than 255")
    if not home:
        for field in ("title", "submit", "close"):
            if field in view:
                problems += _text(view[field], 24, field, plain=True)
        if "title" not in view:
            problems.append("title is missing")
        if any(block.get("type") == "input" for block in view.get("blocks") or []) and "submit" not in view:
            problems.append("submit is missing")
    return problems


def width(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _blocks(blocks: Any, limit: int, surface: str) -> Iterator[Problem]:
    if not isinstance(blocks, list):
        yield "blocks is not a list"
        return
    if len(blocks) > limit:
        yield f"more than {limit} blocks"
    ids = [block.get("block_id") for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "block_id is used twice"
    for index, block in enumerate(blocks):
        for problem in _block(block, surface):
            yield f"blocks/{index}: {problem}"


def _block(block: Any, surface: str) -> Iterator[Problem]:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in BLOCKS:
        yield f"unknown block {kind!r}"
        return
    if len(str(block.get("block_id") or "")) > 255:
        yield "block_id is longer than 255"
    if kind == "header":
        yield from _text(block.get("text"), 150, "text", plain=True)
    elif kind == "section":
        if "text" not in block and "fields" not in block:
            yield "a section needs text or fields"
        if "text" in block:
            yield from _text(block["text"], 3000, "text")
        if len(block.get("fields") or []) > 10:
            yield "more than 10 fields"
        for field in block.get("fields") or []:
            yield from _text(field, 2000, "field")
        if "accessory" in block:
            yield from _element(block["accessory"])
    elif kind == "context":
        elements = block.get("elements") or []
        if not 1 <= len(elements) <= 10:
            yield "a context has 1 to 10 elements"
        for element in elements:
            yield from _text(element, 3000, "element")
    elif kind == "actions":
        elements = block.get("elements") or []
        if not 1 <= len(elements) <= 25:
            yield "actions has 1 to 25 elements"
        names = [element.get("action_id") for element in elements]
        if len(names) != len(set(names)):
            yield "action_id is used twice"
        for element in elements:
            yield from _element(element)
    elif kind == "input":
        if surface == "message":
            yield "no input in a message"
        yield from _text(block.get("label"), 2000, "label", plain=True)
        yield from _element(block.get("element"))
    elif kind == "rich_text":
        yield from _rich_text(block)
    elif kind == "image":
        if not str(block.get("image_url") or "").startswith(("https://", "http://")) or len(block["image_url"]) > 3000:
            yield "image_url is missing, or longer than 3000"
        if not 1 <= len(str(block.get("alt_text") or "")) <= 2000:
            yield "alt_text has 1 to 2000 characters"


def _element(element: Any) -> Iterator[Problem]:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in ELEMENTS:
        yield f"unknown element {kind!r}"
        return
    if len(str(element.get("action_id") or "")) > 255:
        yield "action_id is longer than 255"
    if kind == "button":
        yield from _text(element.get("text"), 75, "button text", plain=True)
        if len(str(element.get("value") or "")) > 2000:
            yield "value is longer than 2000"
        if element.get("style") not in {None, "primary", "danger"}:
            yield "style is primary or danger"
        if len(str(element.get("url") or "")) > 3000:
            yield "url is longer than 3000"
    options = element.get("options")
    if kind in {"static_select", "overflow", "radio_buttons", "checkboxes"}:
        most = {"static_select": 100, "overflow": 5}.get(kind, 10)
        if not isinstance(options, list) or not 1 <= len(options) <= most:
            yield f"1 to {most} options"
        for option in options or []:
            yield from _text(option.get("text"), 75, "option text")
            if len(str(option.get("value") or "")) > 150:
                yield "option value is longer than 150"
    if kind == "plain_text_input" and not 1 <= int(element.get("max_length", 3000)) <= 3000:
        yield "max_length is 1 to 3000"


def _text(text: Any, limit: int, name: str, *, plain: bool = False) -> Iterator[Problem]:
    if not isinstance(text, dict) or text.get("type") not in {"plain_text", "mrkdwn"}:
        yield f"{name} is no text object"
        return
    if plain and text["type"] != "plain_text":
        yield f"{name} must be plain_text"
    words = text.get("text")
    if not isinstance(words, str) or not words:
        yield f"{name} is empty"
    elif width(words) > limit:
        yield f"{name} is longer than {limit}"


def _rich_text(block: dict[str, Any]) -> Iterator[Problem]:
    total = 0
    for element in block.get("elements") or []:
        kind = element.get("type")
        if kind not in RICH_ELEMENTS:
            yield f"unknown rich text {kind!r}"
            continue
        inner = element.get("elements") or []
        lists = [one.get("elements") or [] for one in inner] if kind == "rich_text_list" else [inner]
        if not inner or not all(lists):
            yield f"an empty {kind}"
        for one in (item for items in lists for item in items):
            if one.get("type") not in RICH_RUNS:
                yield f"unknown run {one.get('type')!r}"
            if one.get("type") == "text" and not one.get("text"):
                yield "an empty run"
            if not set(one.get("style") or {}) <= STYLES:
                yield "unknown style"
            total += width(str(one.get("text") or ""))
    if not block.get("elements"):
        yield "rich_text without elements"
    if total > MAX_RICH_TEXT:
        yield f"rich_text is longer than {MAX_RICH_TEXT}"
