"""How a rule says what it looks for: plain words, words with any ending, patterns.

code promo      whole words, with the endings of the rule's languages on each; a blank also matches a hyphen
=con            exactly this
incendi*        any letters at the end
\\d+ ?% off      a pattern: there is one of \\ [ ] ( ) { } | + ^ in it
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from review_gate.domain.message import Message
from review_gate.rulebook.inflection import INCLUSIVE, forms
from review_gate.rulebook.patterns import PatternError, alternatives, compiled, folded, is_pattern
from review_gate.signals.normalise import fold, normalise, written

View = Literal["plain", "written"]

_WORD = re.compile(r"[^\W_]+")
_MASKING_STAR = re.compile(r"\*(?![\s\-']|$)|(?<![^\W_]{2})\*")
_MAYBE = re.compile(r"(?<=[^\W\d_])\?")
_GAP = r"[\s\-]{1,5}"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for. One of `regex` (empty for a simple one) and `pattern` is set.

    `keys` are the first words it can begin with (`prefixes` where any ending will do), `seconds` those that can come
    next (none: there is no second one, or any will do), `lead` the number of characters before the first.
    `simple`: being one of its keys is all it takes. `needs`: what must follow within `reach` characters, quick to
    look for.
    """

    entry: str
    languages: frozenset[str]
    pattern: str | None = None
    regex: str | None = None
    keys: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    seconds: frozenset[str] = frozenset()
    lead: int = 0
    simple: bool = False
    needs: str = ""
    reach: int = 0


@dataclass(frozen=True, eq=False)
class TermList:
    """The terms of one field of one rule. Told apart by identity, as its place in the index."""

    terms: tuple[Term, ...]
    view: View = "plain"
    disguised: bool = False

    def __bool__(self) -> bool:
        return bool(self.terms)


def parse(
    entry: str, languages: Iterable[str], *, inflect: bool = True, exact: bool = False, pattern: bool = False
) -> list[Term]:
    """What `entry` looks for; several terms for `a|b`. Languages: those it is for, none meaning every text.

    Raises PatternError, also for a plain entry with a sign that could be meant as a pattern's.
    """
    spoken = frozenset(languages)
    if not (pattern or is_pattern(entry)):
        return [_plain(entry, spoken, inflect and not exact, exact)]
    terms = []
    at = 0
    for part in alternatives(entry):
        if part == "":
            raise PatternError(
                Message("an empty alternative matches everywhere", "une alternative vide correspond partout"),
                at,
                Message("take one | away", "retirez un |"),
            )
        try:
            if pattern or is_pattern(part) or re.search(r"[?*.$]", part):
                source = folded(part, exact)
                compiled(source)
                terms.append(Term(part, spoken, pattern=source))
            else:
                terms.append(_plain(part.strip(), spoken, inflect and not exact, exact))
        except PatternError as error:
            raise PatternError(error.message, at + error.at, error.hint) from None
        at += len(part) + 1
    return terms


def _plain(entry: str, languages: frozenset[str], inflect: bool, exact: bool) -> Term:
    text = entry
    if text.startswith("=") and len(text) > 1:
        text, inflect = text[1:], False
    maybe = _MAYBE.search(text)
    if maybe:
        raise PatternError(
            Message(
                "a ? after a letter: a question mark, or 'perhaps'?",
                "un ? après une lettre : un point d'interrogation, ou « peut-être » ?",
            ),
            maybe.start(),
            Message(
                r"write \\? for the sign, or use the field `patterns` for 'perhaps'",
                r"écrivez \\? pour le signe, ou le champ `patterns` pour « peut-être »",
            ),
        )
    star = _MASKING_STAR.search(text)
    if star:
        raise PatternError(
            Message(
                "a * is for 'any ending', at the end of a word of two letters or more",
                "un * veut dire « toute terminaison », à la fin d'un mot de deux lettres ou plus",
            ),
            star.start(),
            Message(r"write \\* for the sign", r"écrivez \\* pour le signe"),
        )
    shown = written(text).text if exact else normalise(text).text
    if not shown.strip():
        raise PatternError(
            Message(
                "nothing to look for is left once the text is normalised",
                "il ne reste rien à chercher une fois le texte normalisé",
            )
        )
    return _words(entry, shown, text, languages, inflect)


def _words(entry: str, shown: str, text: str, languages: frozenset[str], inflect: bool) -> Term:
    """The term for words: `shown` as the view has it, `text` as it was written (for the endings)."""
    found = list(_WORD.finditer(shown))
    if not found:
        return Term(entry, languages, regex=re.escape(shown))
    spelled = [m.group() for m in _WORD.finditer(written(text).text)]
    accents_known = len(spelled) == len(found)
    choices: list[frozenset[str]] = []
    for i, match in enumerate(found):
        word = spelled[i] if accents_known else match.group()
        choices.append(forms(word, languages) if inflect else frozenset({match.group()}))
    first = found[0]
    wild_first = shown[first.end() : first.end() + 1] == "*"
    simple = len(found) == 1 and shown == first.group()
    return Term(
        entry,
        languages,
        regex="" if simple else _regex(shown, found, choices, "fr" in languages and inflect),
        keys=frozenset() if wild_first else choices[0],
        prefixes=frozenset({first.group()}) if wild_first else frozenset(),
        seconds=choices[1] if len(found) > 1 and shown[found[1].end() : found[1].end() + 1] != "*" else frozenset(),
        lead=first.start(),
        simple=simple,
        needs=max((_beginning(words) for words in choices[1:]), key=len, default=""),
        reach=3 * len(shown) + 40 * len(found),
    )


def _beginning(words: frozenset[str]) -> str:
    """What all the words begin with."""
    first, last = min(words), max(words)
    shared = next((i for i, (one, two) in enumerate(zip(first, last, strict=False)) if one != two), len(first))
    return first[:shared]


def _regex(shown: str, found: list[re.Match[str]], choices: list[frozenset[str]], inclusive: bool) -> str:
    out = []
    at = 0
    for match, words in zip(found, choices, strict=True):
        gap = shown[at : match.start()]
        if gap.startswith("*"):
            out.append(r"[^\W_]{0,30}")
            gap = gap[1:]
        elif inclusive and at:
            out.append(f"(?:{INCLUSIVE})?")
        out.append(_gap(gap) if at else re.escape(gap))
        out.append("(?:" + "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w))) + ")")
        at = match.end()
    tail = shown[at:]
    if tail.startswith("*"):
        out.append(r"[^\W_]{0,30}")
        tail = tail[1:]
    elif inclusive:
        out.append(f"(?:{INCLUSIVE})?")
    out.append(re.escape(tail.rstrip()))
    if not tail:
        out.append(r"(?![^\W_])")
    start = "" if shown[: found[0].start()] else r"(?<![^\W_])"
    return start + "".join(out)


def _gap(gap: str) -> str:
    """What stands between two words: blanks and hyphens for each other, other signs as they are (where blanks are
    beside them, any number of blanks)."""
    if gap.strip(" -\t\n") == "":
        return _GAP
    return r"\s*".join(["", *map(re.escape, "".join(gap.split())), ""]) if " " in gap else re.escape(gap)


def squeezed(word: str) -> str:
    """A folded word with each run of a letter once: how disguised words are compared."""
    return re.sub(r"(.)\1+", r"\1", fold(word))
