"""Where a draft can go: how long a text may be there, and from where on a network folds it away."""

from __future__ import annotations

from dataclasses import dataclass

from review_gate.domain.places import COUNTRIES


@dataclass(frozen=True, slots=True)
class Channel:
    """`longest`: characters a post may have. `counting`: 'x' weighs as X does (links 23, emoji and CJK 2), 'graphemes'
    counts what people see as one character, 'points' Unicode code points. `folded`: characters shown before "more";
    None: all of them. `preview`: the look it is shown in."""

    longest: int
    counting: str = "points"
    folded: int | None = None
    preview: str = "plain"


CHANNELS = {
    "x": Channel(280, "x", None, "x"),
    "instagram": Channel(2200, "points", 125, "instagram"),
    "linkedin": Channel(3000, "points", 210, "linkedin"),
    "facebook": Channel(63206, "points", 477, "facebook"),
    "threads": Channel(500, "points", None, "x"),
    "bluesky": Channel(300, "graphemes", None, "x"),
    "mastodon": Channel(500, "points", None, "x"),
    "tiktok": Channel(4000, "points", 100, "instagram"),
    "youtube": Channel(5000, "points", 150, "plain"),
    "whatsapp": Channel(4096, "points", None, "chat"),
    "chat": Channel(20_000, "points", None, "chat"),
}
PREVIEWS = ("x", "instagram", "linkedin", "facebook", "chat")
"""The looks one can choose between, whatever the channel."""

MARKETS = tuple(COUNTRIES)
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")
