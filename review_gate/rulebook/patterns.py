"""Patterns come from users, so they run in RE2, whose time grows with the text and never explodes.

What RE2 lacks is made up for here: it folds a pattern like the text it reads, and matches whole words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import re2

from review_gate.domain.message import Message
from review_gate.signals.normalise import fold, written

MAX_LENGTH = 2000
"""Longest pattern, in characters."""

SIGNS = frozenset("\\[](){}|+^")
"""One of these makes an entry of `terms` a pattern."""

_START = rb"(?:^|\W|\w\b)"
_END = rb"(?:$|\W|\b\w)"
_PIECE = re.compile(
    r"(?P<escape>\\(?:[pP](?:\{\^?\w+\}|\w)|x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})|.))"
    r"|(?P<class>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])"
    r"|(?P<header>\(\?(?:P?<\w+>|[imsU-]*[:)]))"
    r"|(?P<char>.)",
    re.DOTALL,
)
_TOGETHER = 800
_SENTINEL = b"\x00review gate\x00"
_MANY = re.compile(r"[*+]|\{\d+,\}")


class PatternError(ValueError):
    """A pattern that cannot be used. `at` is the place in it where that shows, or 0; `hint` says what to do."""

    def __init__(self, message: Message, at: int = 0, hint: Message | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.at = at
        self.hint = hint


def is_pattern(entry: str) -> bool:
    """Whether an entry of `terms` is a pattern rather than plain words."""
    return not SIGNS.isdisjoint(entry)


def pieces(pattern: str) -> Iterator[tuple[str, str, int]]:
    """The pattern in its parts: ('escape' | 'class' | 'header' | 'char', text, place)."""
    for match in _PIECE.finditer(pattern):
        yield match.lastgroup or "char", match.group(), match.start()


def alternatives(pattern: str) -> list[str]:
    """`a|b|c` in its parts; a bar inside brackets stays where it is."""
    parts = [""]
    depth = 0
    for kind, text, _ in pieces(pattern):
        depth += (text == "(" and kind == "char") or (kind == "header" and not text.endswith(")"))
        depth -= text == ")" and kind == "char"
        if text == "|" and kind == "char" and depth == 0:
            parts.append("")
        else:
            parts[-1] += text
    return parts


def folded(pattern: str, exact: bool = False) -> str:
    """The pattern as it reads a folded text (or, `exact`, one with its case and accents). A blank is any space."""
    out = []
    for kind, text, _ in pieces(pattern):
        if kind == "char":
            plain = (text if exact else text.lower()) if text.isascii() else _folded_sign(text, exact)
            out.append(r"\s" if plain == " " else plain if len(plain) < 2 else f"(?:{plain})")
        elif kind == "class":
            out.append("".join(part if part.startswith("\\") else _fold_class(part, exact) for part in _in_class(text)))
        else:
            out.append(text)
    return "".join(out)


@lru_cache(maxsize=1024)
def _folded_sign(sign: str, exact: bool) -> str:
    return written(sign).text if exact else fold(sign)


def _in_class(text: str) -> list[str]:
    return re.findall(r"\\.|\[:\^?\w+:\]|[^\\]", text, re.DOTALL)


def _fold_class(part: str, exact: bool) -> str:
    if part.startswith("[:"):
        return part
    return written(part).text if exact else fold(part)


def _check_repetition(pattern: str) -> None:
    """Refuses an endless repetition of an endless repetition: always a slip, and no bound says what was meant."""
    inside = [False]
    closed_many = False
    for kind, text, at in pieces(pattern):
        if kind == "header" and text.endswith(")"):
            continue
        if kind == "header" or (kind == "char" and text == "("):
            inside.append(False)
        elif kind == "char" and text == ")" and len(inside) > 1:
            closed_many = inside.pop()
            inside[-1] = inside[-1] or closed_many
            continue
        elif kind == "char" and _MANY.match(pattern, at):
            if closed_many:
                raise PatternError(
                    Message(
                        "a repetition without end inside another one",
                        "une répétition sans fin à l'intérieur d'une autre",
                    ),
                    at,
                    Message(
                        "give the outer one a bound, such as {0,5}: patterns of this shape are what makes engines blow"
                        " up",
                        "bornez celle de dehors, par exemple {0,5} : ce sont ces motifs qui font exploser les moteurs",
                    ),
                )
            inside[-1] = True
        closed_many = False


def _options(memory: int) -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options


@lru_cache(maxsize=8192)
def compiled(pattern: str) -> re2._Regexp:
    """A regular expression over UTF-8 whose group 1 is a match of whole words. Raises PatternError."""
    if len(pattern) > MAX_LENGTH:
        raise PatternError(
            Message(
                f"the pattern has {len(pattern)} characters, {MAX_LENGTH} at most",
                f"le motif a {len(pattern)} caractères, {MAX_LENGTH} au plus",
            ),
            0,
            Message("split it up", "découpez-le"),
        )
    _check_repetition(pattern)
    try:
        bare = re2.compile(pattern.encode(), _options(1 << 20))
        whole = re2.compile(_START + b"(" + pattern.encode() + b")" + _END, _options(2 << 20))
    except re2.error as error:
        raise _explained(pattern, error) from None
    if bare.programsize > MAX_LENGTH and not _fits_alone(pattern):
        raise PatternError(
            Message(
                "the pattern is too long: written out, its repetitions are more than can be looked for",
                "le motif est trop long : une fois écrites, ses répétitions dépassent ce qui peut être cherché",
            ),
            max(pattern.find("{"), 0),
            Message("make the bounds smaller, or split it up", "réduisez les bornes, ou découpez-le"),
        )
    if bare.fullmatch(b"") is not None:
        raise PatternError(
            Message(
                "the pattern matches the empty text, so it would hit everywhere",
                "le motif correspond au texte vide : il se déclencherait partout",
            ),
            0,
            Message("make a part of it needed", "rendez-en une partie obligatoire"),
        )
    return whole


def _explained(pattern: str, error: Exception) -> PatternError:
    raw = error.args[0] if error.args else ""
    what = raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)
    reason, _, where = what.partition(": ")
    at = max(pattern.find(where), 0) if where else 0
    hint = None
    if "perl operator" in reason:
        hint = Message(
            "there is no look-ahead or look-behind here: say what must not be there under `except`",
            "pas d'anticipation ni de rétrospection ici : mettez sous `except` ce qui ne doit pas y être",
        )
    elif "missing" in reason or "unexpected" in reason:
        hint = Message(
            "to match a bracket as a sign, put a backslash before it",
            "pour chercher une parenthèse ou un crochet comme signe, mettez une barre oblique inverse devant",
        )
    elif re.fullmatch(r"\\\d", where):
        hint = Message("there are no back-references here", "pas de références arrière ici")
    elif "repetition" in reason or "large" in reason:
        hint = Message(
            "keep bounds under 1000 and do not multiply them", "gardez des bornes sous 1000 sans les multiplier"
        )
    return PatternError(Message(f"not a pattern: {what}", f"ce n'est pas un motif : {what}"), at, hint)


class PatternSet:
    """Which of many patterns may occur in a text at all, in one pass for each `_TOGETHER` of them."""

    def __init__(self, patterns: list[str]) -> None:
        self._parts = [
            part
            for start in range(0, len(patterns), _TOGETHER)
            for part in _filters(patterns[start : start + _TOGETHER], start)
        ]

    def possible(self, text: str, data: bytes) -> list[int]:
        """The indexes of the patterns that may match `text`; `data` is the same in UTF-8."""
        lowered = data if text.islower() else text.lower().encode(errors="surrogatepass")
        return [start + index for start, part in self._parts for index in part.possible(lowered, data)]


def _filters(patterns: list[str], start: int) -> Iterator[tuple[int, _Filter]]:
    """One filter for all of them; where their literals are too much for one, two for a half each, and so on. What
    `compiled` lets pass always fits alone. `start` is the index of the first."""
    try:
        yield start, _Filter(patterns)
    except re2.error:
        if len(patterns) == 1:
            raise
        half = len(patterns) // 2
        yield from _filters(patterns[:half], start)
        yield from _filters(patterns[half:], start + half)


def _fits_alone(pattern: str) -> bool:
    """Whether one filter holds this pattern, so that a set of any can be built. Only a long program is worth asking
    about: RE2 takes at most 16 readings of it for literals, and 16 times MAX_LENGTH signs are a third of what fits."""
    try:
        _Filter([pattern])
    except re2.error:
        return False
    return True


class _Filter:
    """So many patterns that one filter can hold: RE2 gives its literals 8 MB, filled by some 2,000 of our patterns, or
    by under a hundred that list two hundred words each. Raises re2.error when it is full.

    RE2's filter knows what literals each pattern needs and asks the text for all of them at once; the few patterns
    that need none go into a set that runs side by side. Both answer "nothing" when they run out of memory as they do
    when there is nothing: each has one entry that always matches, and where that is missing every pattern counts.
    """

    def __init__(self, patterns: list[str]) -> None:
        self._all = list(range(len(patterns)))
        self._filter = re2.Filter()
        for pattern in patterns:
            self._filter.Add(pattern.encode(), _options(2 << 20))
        self._filter.Add(_SENTINEL, _options(1 << 20))
        self._filter.Compile()
        always = set(self._filter.Match(b"", True) or ()) - {len(patterns)}
        self._always = sorted(always)
        self._set = re2.Set.SearchSet(_options(64 << 20))
        for index in self._always:
            self._set.Add(patterns[index].encode())
        self._set.Add(b"")
        self._set.Compile()

    def possible(self, lowered: bytes, data: bytes) -> list[int]:
        needed = self._filter.Match(lowered + _SENTINEL, True)
        aside = self._set.Match(data)
        if not needed or len(self._all) not in needed or not aside:
            return self._all
        known = set(self._always)
        found = [index for index in needed if index not in known and index < len(self._all)]
        return found + [self._always[index] for index in aside if index < len(self._always)]
