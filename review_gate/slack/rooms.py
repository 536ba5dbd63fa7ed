"""The review channels: one for everything, and others for some markets or channels, each with its language. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from review_gate.domain.draft import Draft


@dataclass(frozen=True, slots=True)
class Room:
    """A Slack channel (id) whose cards are in `language`. It takes drafts for one of `markets` and one of `channels`;
    an empty set takes any."""

    channel: str
    language: str = "en"
    markets: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()

    def takes(self, draft: Draft) -> bool:
        return (not self.markets or (draft.market or "").upper() in self.markets) and (
            not self.channels or (draft.channel or "").casefold() in self.channels
        )


@dataclass(frozen=True, slots=True)
class Rooms:
    """`home` takes what no other room takes; of several that would, the first. Who can click in one of them reviews."""

    home: Room
    others: Sequence[Room] = ()

    def __iter__(self) -> Iterator[Room]:
        yield self.home
        yield from self.others

    def __contains__(self, channel: object) -> bool:
        return any(room.channel == channel for room in self)

    def of(self, draft: Draft) -> Room:
        """Where the card of `draft` goes."""
        return next((room for room in self.others if room.takes(draft)), self.home)

    def language(self, channel: str) -> str:
        """What is spoken there; home's where the channel is none of them."""
        return next((room.language for room in self if room.channel == channel), self.home.language)
