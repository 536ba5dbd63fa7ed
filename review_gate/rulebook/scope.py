"""Where a rule counts: the markets, channels and languages that there are, so that a slip does not silence it for
good."""

from __future__ import annotations

import difflib

import yaml
from holidays.registry import COUNTRIES

from review_gate.domain.message import Message
from review_gate.rulebook.errors import did_you_mean
from review_gate.rulebook.fields import LANGUAGES, Fields
from review_gate.rulebook.shapes import LENGTHS

CHANNELS = frozenset(LENGTHS) | {
    "chat", "discord", "email", "messenger", "newsletter", "reddit", "snapchat", "telegram", "twitch", "whatsapp",
}  # fmt: skip
"""The channels that are known by name. Others are written down in the pack's `own_channels`."""

Slip = tuple[Message, Message]
"""What is wrong with a word, and what to write."""

_OTHER_NAMES = {"facebook messenger": "messenger", "fb": "facebook", "ig": "instagram", "mail": "email",
                "twitter": "x", "yt": "youtube"}  # fmt: skip
_CODES = frozenset(names[1] for names in COUNTRIES.values())
_CALLED = {name.casefold(): names[1] for names in COUNTRIES.values() for name in names if name.isalpha()}
_CALLED |= {"angleterre": "GB", "allemagne": "DE", "belgique": "BE", "espagne": "ES", "england": "GB", "italie": "IT",
            "suisse": "CH", "uk": "GB", "en": "GB", "usa": "US"}  # fmt: skip


def markets(fields: Fields) -> frozenset[str]:
    """The countries of `markets`, in capitals; an error for each that is none."""
    found = fields.texts("markets")
    for word, node in found:
        _check_market(fields, word, node)
    return frozenset(word.upper() for word, _ in found)


def market(fields: Fields) -> str | None:
    """The country of `market`, in capitals; an error where it is none."""
    word, node = fields.text("market"), fields.get("market")
    if not word or node is None:
        return None
    _check_market(fields, word, node)
    return word.upper()


def channels(fields: Fields, own: frozenset[str]) -> frozenset[str]:
    """The channels of `channels`, in small letters; an error for each that is neither known nor one of the pack's
    `own`."""
    found = fields.texts("channels")
    for word, node in found:
        _check_channel(fields, word, node, own)
    return frozenset(word.casefold() for word, _ in found)


def channel(fields: Fields, own: frozenset[str]) -> str | None:
    """The channel of `channel`, in small letters; an error where it is neither known nor one of the pack's `own`."""
    word, node = fields.text("channel"), fields.get("channel")
    if not word or node is None:
        return None
    _check_channel(fields, word, node, own)
    return word.casefold()


def _check_market(fields: Fields, word: str, node: yaml.Node) -> None:
    if slip := no_market(word):
        fields.source.error(node, *slip)


def _check_channel(fields: Fields, word: str, node: yaml.Node, own: frozenset[str]) -> None:
    if slip := no_channel(word, own):
        fields.source.error(node, *slip)


def no_market(word: str) -> Slip | None:
    """What is wrong with this market, if anything."""
    if word.upper() in _CODES:
        return None
    unknown = Message(
        f"'{word}' is not a market: no such country", f"« {word} » n'est pas un marché : ce pays n'existe pas"
    )
    return unknown, _country(word)


def no_language(word: str) -> Slip | None:
    """What is wrong with this language, if anything; a region (fr-CA) may follow it."""
    if word.split("-")[0].lower() in LANGUAGES:
        return None
    unknown = Message(
        f"'{word}' is not a language that rules know", f"« {word} » n'est pas une langue connue des règles"
    )
    return unknown, did_you_mean(word, LANGUAGES, name_all=True)


def no_channel(word: str, own: frozenset[str]) -> Slip | None:
    """What is wrong with this channel, if anything; `own` are those that packs write down."""
    if word.casefold() in CHANNELS | own:
        return None
    unknown = Message(f"'{word}' is not a known channel", f"« {word} » n'est pas un canal connu")
    near = did_you_mean(_OTHER_NAMES.get(word.casefold(), word.casefold()), CHANNELS | own, name_all=True)
    hint = Message(
        f"{near.en}; a channel of your own: own_channels: [{word}] at the head of the pack",
        f"{near.fr} ; un canal à vous : own_channels: [{word}] en tête du pack",
    )
    return unknown, hint


def _country(word: str) -> Message:
    """The code of the country that was meant, by its name or another code; else how codes look."""
    near = difflib.get_close_matches(word.casefold(), _CALLED, n=1, cutoff=0.75)
    if near:
        code = _CALLED[near[0]]
        return Message(f"did you mean '{code}'?", f"vouliez-vous dire « {code} » ?")
    return Message("two letters for a country, such as FR", "deux lettres pour un pays, par exemple FR")
