"""Slips in how a text is built, told without any word list: one small function each.

Each takes the draft and the rule's numbers and words, and answers the places (None: no place in the text), with what
was found there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from review_gate.domain.draft import Draft
from review_gate.domain.picture import file_name
from review_gate.domain.verdict import Span

LENGTHS = {
    "bluesky": 300,
    "facebook": 63_206,
    "instagram": 2_200,
    "linkedin": 3_000,
    "mastodon": 500,
    "pinterest": 500,
    "sms": 160,
    "threads": 500,
    "tiktok": 2_200,
    "x": 280,
    "youtube": 5_000,
}
"""The longest post a channel takes, in characters."""

SHORTENERS = [
    "adf.ly", "bc.vc", "bit.do", "bit.ly", "bl.ink", "buff.ly", "clck.ru", "cutt.ly", "dlvr.it", "goo.gl",
    "is.gd", "lc.chat", "lnkd.in", "ow.ly", "qr.ae", "rb.gy", "rebrand.ly", "s.id", "shorte.st",
    "shorturl.at", "short.io", "t.co", "t.ly", "t2m.io", "tiny.cc", "tinyurl.com", "trib.al", "u.to", "v.gd",
    "x.gd",
]  # fmt: skip
"""Services whose links do not show where they lead."""

URL_ON_X = 23
"""What any link counts for on X."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a rule may set. `most`: how many are fine (-1: the check's own default); `share` in 0..1."""

    most: int = -1
    share: float = 0.7
    domains: frozenset[str] = frozenset()

    def above(self, default: int) -> int:
        return self.most if self.most >= 0 else default


Shape = tuple[Span | None, str, int, int]
"""Where, what, how many there are, how many are fine."""

_TEMPLATE = re.compile(
    r"\{\{[^{}\n]{0,60}\}\}|\{%[^%\n]{0,60}%\}|\$\{[^{}\n]{1,40}\}|\{[A-Za-z_]\w{0,30}\}|%%?[A-Z][A-Z_]{2,30}%%?|%\(\w{1,30}\)s"
    r"|\[\[[^\]\n]{1,40}\]\]|<%[^%\n]{0,60}%>|\*\|[A-Z_]{2,20}\|\*|<<[^<>\n]{1,40}>>|(?<!\w)lorem ipsum(?!\w)",
    re.IGNORECASE,
)
_TAG = re.compile(r"(?<![\w&/])#[^\W_][\w]*")
_MENTION = re.compile(r"(?<![\w.@/])@\w[\w.\-]{0,60}")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_HOST = re.compile(
    r"(?<![\w.@\-])(?:https?://)?(?:www\.)?((?:[a-z0-9\-]{1,40}\.){1,3}[a-z]{2,10})/[^\s]", re.IGNORECASE
)
_MARKS = re.compile(r"(?:[!?！？]\s?){2,}|\.{4,}|…{2,}")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[^.!?…\n]+")
_INVISIBLE = re.compile(r"(?<=\w)[\u200b\u2060\ufeff](?=\w)|[\u202a-\u202e\u2066-\u2069]")
_LATIN = re.compile(r"[a-zA-Z]")
_LOOK_ALIKE = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")


def template(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """A gap of a template that nobody filled in."""
    found = list(_TEMPLATE.finditer(draft.text))
    yield from ((m.span(), m.group(), len(found), 0) for m in found)


def capitals(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """More than `share` of the letters are capitals, in words of over four letters (no tags, handles, links)."""
    text = _URL.sub(_blank, _MENTION.sub(_blank, _TAG.sub(_blank, draft.text)))
    words = [m for m in _WORD.finditer(text) if len(m.group()) > 4]
    letters = sum(len(m.group()) for m in words)
    loud = [m for m in words if m.group().isupper()]
    if len(loud) > limits.above(2) and sum(len(m.group()) for m in loud) > limits.share * letters:
        yield (
            (loud[0].start(), loud[-1].end()),
            draft.text[loud[0].start() : loud[-1].end()],
            len(loud),
            limits.above(2),
        )


def length(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """Longer than the channel takes (or than `max`): the place is what is too much."""
    channel = (draft.channel or "").casefold()
    channel = {"twitter": "x"}.get(channel, channel)
    most = limits.most if limits.most >= 0 else LENGTHS.get(channel)
    if most is None:
        return
    size = len(draft.text)
    if channel == "x":
        size += sum(URL_ON_X - len(m.group()) for m in _URL.finditer(draft.text))
    if size > most:
        start = max(0, len(draft.text) - (size - most))
        yield (start, len(draft.text)), draft.text[start:], size, most


def hashtags(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """More than `max` hashtags (5)."""
    yield from _over(list(_TAG.finditer(draft.text)), limits.above(5))


def mentions(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """More than `max` handles (5)."""
    yield from _over(list(_MENTION.finditer(draft.text)), limits.above(5))


def repeated_punctuation(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """More than `max` (3) exclamation or question marks in a row."""
    for match in _MARKS.finditer(draft.text):
        marks = re.sub(r"\s", "", match.group())
        if len(marks) > limits.above(3):
            yield match.span(), match.group(), len(marks), limits.above(3)


def shortener(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """A link that hides where it leads."""
    for match in _HOST.finditer(draft.text):
        if match.group(1).lower() in limits.domains.union(SHORTENERS):
            yield match.span(1), match.group(1), 1, 0


def repeated_sentence(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """The same sentence of four words or more twice: pasted once too often."""
    seen: set[str] = set()
    for match in _SENTENCE.finditer(draft.text):
        plain = " ".join(match.group().casefold().split())
        if plain.count(" ") >= 3 and plain in seen:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            yield (start, match.end()), match.group().strip(), 2, 1
        seen.add(plain)


def invisible(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """Signs that nobody sees inside a word, or that turn the reading direction round."""
    found = list(_INVISIBLE.finditer(draft.text))
    yield from ((m.span(), f"U+{ord(m.group()):04X}", len(found), 0) for m in found[:3])


def mixed_script(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """A word with letters of two scripts that look alike."""
    if _LOOK_ALIKE.search(draft.text):
        for match in _WORD.finditer(draft.text):
            if _LATIN.search(match.group()) and _LOOK_ALIKE.search(match.group()):
                yield match.span(), match.group(), 1, 0


def alt_missing(draft: Draft, limits: Limits) -> Iterator[Shape]:
    """A picture that nobody has described: what it shows, nobody has looked at in words."""
    bare = [media.url for media in draft.media if not (media.alt and media.alt.strip())]
    yield from ((None, file_name(url) or url, len(bare), 0) for url in bare)


SHAPES: dict[str, Callable[[Draft, Limits], Iterator[Shape]]] = {
    check.__name__: check
    for check in (
        alt_missing, capitals, hashtags, invisible, length, mentions, mixed_script, repeated_punctuation,
        repeated_sentence, shortener, template,
    )
}  # fmt: skip


def _over(found: list[re.Match[str]], most: int) -> Iterator[Shape]:
    if len(found) > most:
        yield found[most].span(), found[most].group(), len(found), most


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
