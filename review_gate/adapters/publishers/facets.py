"""Links, hashtags and mentions in a Bluesky post: without these marks (app.bsky.richtext.facet) they are dead words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'»]")
TAG = re.compile(r"(?<![\w/#&])#(?!\d+\b)(\w{1,64})")
MENTION = re.compile(r"(?<![\w/@.])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63})")
FEATURE = "app.bsky.richtext.facet#"


def facets(text: str, did_of: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """The marks, in order; places count bytes of UTF-8. `did_of` finds the account that a handle names."""
    found: list[tuple[int, int, dict[str, Any]]] = []
    for match in LINK.finditer(text):
        found.append((*match.span(), {"$type": FEATURE + "link", "uri": match.group()}))
    links = list(found)

    def free(match: re.Match[str]) -> bool:
        return not any(start <= match.start() < end for start, end, _ in links)

    for match in filter(free, TAG.finditer(text)):
        found.append((*match.span(), {"$type": FEATURE + "tag", "tag": match.group(1)}))
    for match in filter(free, MENTION.finditer(text)):
        did = did_of(match.group(1))
        if did is not None:
            found.append((*match.span(), {"$type": FEATURE + "mention", "did": did}))
    return [
        {"index": {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}, "features": [feature]}
        for start, end, feature in sorted(found, key=lambda one: one[:2])
    ]


def _bytes(text: str) -> int:
    return len(text.encode())
