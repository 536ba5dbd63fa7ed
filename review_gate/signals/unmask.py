"""Disguises undone: look-alike letters, digits for letters, letters spaced out, letters repeated.

This garbles honest text (real Cyrillic, "10h30"), so the view it gives only ever adds to the plain one, and a match
counts only where the disguise was (`altered`).
"""

from __future__ import annotations

import re
from functools import partial

from review_gate.signals.normalise import normalise
from review_gate.signals.views import Normalised, rebuilt

_LOOK_ALIKES = str.maketrans(
    "авсԁеѕіјкӏмнорԛгтуүхѵԝьαβγεηικνορτυχωɑɡɩʏ",
    "abcdesijklmhopqrtyyxvwbabyenikvoptuxwagiy",
)
_ONE = r"(?:[^\W_]|[@$!€])(?![^\W_])"
_SPACED = re.compile(rf"(?<![^\W_]){_ONE}(?:([ .\-_*·•/|+]){_ONE})(?:\1{_ONE})+")
"""Single characters with the same sign between them: p u t a i n, p.u.t.a.i.n"""
_WORD = re.compile(r"[^\W_]+(?:[@$!€|*][^\W_]*)*|[@$€][^\W_]+(?:[@$!€|][^\W_]+)*")
_DIGITS = str.maketrans("013457689@$!€|", "oieastgbgasiei")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_UNITS = (
    "am|ans|cl|cm|d|e|eme|er|ere|ers|eur|g|gb|go|h|j|k|kg|km|kw|l|m|mb|mg|min|ml|mm|mn|mo|nd|o|p|pm|px|rd|re|s|st|th|to"
    "|tb|v|w|x"
)
_HONEST = re.compile(
    rf"\d+(?:{_UNITS})\d*"  # 1st, 2e, 16h30, 24x7, 1080p
    r"|[b-z]\d{1,2}|[b-df-hj-np-tv-xz]{2}\d|[a-z]{3,}\d{2,}"  # S10, PS5, iPhone15
    r"|[€$]\d+[a-z]{0,2}|\d*[km]?[€$]"  # $20k, 3m€
    r"|@(?!brut|nal|nus|rab|rs[ce]|ss|utis)[^\W_]+"  # @name; in these the sign stands for an a
)
_INITIALS = 3
"""So many letters make a spaced word; "à 8 h" has two."""
_LATIN = re.compile(r"[a-z]")
_RUN = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")


def unmask(text: str) -> Normalised:
    """The view of `text` with its disguises undone, offsets to the original.

    >>> unmask("p.u.t.@.1.n").text
    'putain'
    """
    return unmask_view(normalise(text))


def unmask_view(plain: Normalised, *, sparing: bool = False) -> Normalised:
    """The same from the plain view, for a caller who has it.

    `sparing` leaves alone what honest texts are full of (handles, hours, ordinals, names of models): for a caller who
    takes any change for a sign of a disguise.
    """
    view = plain
    looked = _latin(view.text)
    if looked != view.text:
        view = Normalised(looked, view.starts, view.ends)
    if _SPACED.search(view.text):
        view = rebuilt(view, _joined(view.text, _INITIALS if sparing else 0))
    if not view.text.isalpha():
        view = Normalised(_WORD.sub(partial(_letters, sparing=sparing), view.text), view.starts, view.ends)
    if _REPEATED.search(view.text):
        view = rebuilt(view, _once(view.text))
    return view


def _latin(text: str) -> str:
    """Look-alikes as Latin letters. In a text that is mostly of another script only words that mix scripts: the others
    are what they look like."""
    if text.isascii():
        return text
    latin = len(_LATIN.findall(text))
    if 2 * latin >= sum(character.isalpha() for character in text):
        return text.translate(_LOOK_ALIKES)
    return _RUN.sub(lambda run: run[0].translate(_LOOK_ALIKES) if _LATIN.search(run[0]) else run[0], text)


def _joined(text: str, least: int) -> list[tuple[str, int, int]]:
    """Spaced words of `least` letters put together."""
    pieces = []
    at = 0
    for match in _SPACED.finditer(text):
        if len(_LETTER.findall(match.group())) < least:
            continue
        pieces.append((text[at : match.start()], at, match.start()))
        pieces.extend((text[i], i, i + 1) for i in range(match.start(), match.end(), 2))
        at = match.end()
    pieces.append((text[at:], at, len(text)))
    return pieces


def _letters(match: re.Match[str], *, sparing: bool = False) -> str:
    """Digits and signs read as letters, in words that have a letter; a closing ! or * stays what it is."""
    word = match.group()
    if word.isalpha():  # as most are
        return word
    bare = word.rstrip("!*|")
    if sparing and _HONEST.fullmatch(bare):
        return word
    if not _LETTER.search(bare):
        return word
    return bare.translate(_DIGITS) + word[len(bare) :]


def _once(text: str) -> list[tuple[str, int, int]]:
    pieces = []
    at = 0
    for match in _REPEATED.finditer(text):
        pieces.append((text[at : match.start()], at, match.start()))
        pieces.append((match.group(1), match.start(), match.end()))
        at = match.end()
    pieces.append((text[at:], at, len(text)))
    return pieces
