"""Small builders for Slack's Block Kit that keep its limits. Pure.

Whatever people wrote (drafts, names, comments) goes into `rich_text` or `plain_text`, where Slack interprets nothing:
no mention rings, no link appears, no star turns bold. `mrkdwn` carries only our own words and date tokens.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Block = dict[str, Any]

MAX_BLOCKS = 50
MAX_SECTION = 3000
MAX_RICH_TEXT = 4000
MAX_HEADER = 150
MAX_BUTTON_TEXT = 75
MAX_VALUE = 2000
MAX_ID = 255
MAX_MODAL_TITLE = 24
MAX_METADATA = 3000
MAX_CONTEXT_ELEMENTS = 10
MAX_ALT = 2000
MAX_MODAL_BLOCKS = 100
MAX_LINK = 1000
"""Of an address in a card: our own limit, so that one alone does not fill it."""


_PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"} | {127: 0x2421}


def visible(text: str) -> str:
    """Control characters as the signs that stand for them: a reviewer sees what hides in a text, one sign for each."""
    return text.translate(_PICTURES)


def width(text: str) -> int:
    """Length as Slack may count it: in UTF-16 units, so that an emoji counts two."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def clip(text: str, limit: int) -> str:
    """`text`, or its beginning with an ellipsis, at most `limit` wide (limit >= 1)."""
    if width(text) <= limit:
        return text
    room, kept = limit - 1, []
    for character in text:
        room -= 2 if ord(character) > 0xFFFF else 1
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + "…"


def escape(text: str) -> str:
    """Text that Slack shows literally in `mrkdwn` and in a message's `text`: no link, no mention, no entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip_escaped(text: str, limit: int) -> str:
    """As `escape`, clipped so that the *escaped* text is at most `limit` wide and no entity is cut in two."""
    if width(escape(text)) <= limit:
        return escape(text)
    room, kept = limit - 1, []
    for piece in map(escape, text):
        room -= width(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept) + "…"


def plain(text: str, limit: int = MAX_SECTION) -> Block:
    """A plain text object. Slack refuses an empty one: nothing becomes a dash."""
    return {"type": "plain_text", "text": clip(visible(text), limit) or "–", "emoji": False}


def mrkdwn(text: str) -> Block:
    """A formatted text object: for our own words only."""
    return {"type": "mrkdwn", "text": clip(text, MAX_SECTION), "verbatim": True}


def mention(user: str) -> str:
    """Rings for the person with this Slack user id; for `mrkdwn` and a message's `text`."""
    return f"<@{user}>"


def header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": clip(text, MAX_HEADER), "emoji": True}}


def context(*elements: Block, block_id: str | None = None) -> Block:
    block: Block = {"type": "context", "elements": list(elements[:MAX_CONTEXT_ELEMENTS])}
    return block if block_id is None else {**block, "block_id": block_id}


def section(text: Block, accessory: Block | None = None, block_id: str | None = None) -> Block:
    block: Block = {"type": "section", "text": text}
    if accessory is not None:
        block["accessory"] = accessory
    return block if block_id is None else {**block, "block_id": clip(block_id, MAX_ID)}


def image(url: str, alt: str) -> Block:
    return {"type": "image", "image_url": url, "alt_text": clip(visible(alt), MAX_ALT)}


def divider() -> Block:
    return {"type": "divider"}


def run(text: str, **style: bool) -> Block:
    """A stretch of literal text; `style` is any of bold, italic, strike, code."""
    element: Block = {"type": "text", "text": visible(text)}
    return {**element, "style": style} if style else element


def date_run(at: str, pattern: str = "{date_short_pretty} {time}") -> Block:
    """A time (ISO 8601) among the runs of rich text, in each reader's own zone."""
    utc = datetime.fromisoformat(at).astimezone(UTC)
    told = f"{utc:%Y-%m-%d %H:%M} UTC"
    return {"type": "date", "timestamp": int(utc.timestamp()), "format": pattern, "fallback": told}


def rich_text(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*runs: Block) -> Block:
    return {"type": "rich_text_section", "elements": [item for item in runs if item.get("text", True)]}


def quote(*runs: Block) -> Block:
    return {"type": "rich_text_quote", "elements": [item for item in runs if item.get("text", True)]}


def bullets(*sections: Block) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(sections)}


def button(text: str, action_id: str, value: str = "", *, style: str | None = None, url: str | None = None) -> Block:
    block: Block = {"type": "button", "text": plain(text, MAX_BUTTON_TEXT), "action_id": action_id}
    if value:
        block["value"] = value
    if style:
        block["style"] = style
    if url:
        block["url"] = url
    return block


def actions(block_id: str, *elements: Block) -> Block:
    return {"type": "actions", "block_id": clip(block_id, MAX_ID), "elements": list(elements)}


def date_token(at: datetime, pattern: str = "{date_short_pretty} {time}") -> str:
    """A time that Slack shows in each reader's own zone; `at` carries its zone."""
    utc = at.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{pattern}|{utc:%Y-%m-%d %H:%M} UTC>"
