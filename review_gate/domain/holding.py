"""Texts a bot may send while a person takes over, written by people, per language and kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from review_gate.domain.context import MARKET_LANGUAGES
from review_gate.domain.verdict import Action, Severity, Verdict

PAUSED = "paused"
GENERAL = "general"
DISTRESS = ("self_harm", "danger", "violence", "death", "accident", "illness", "vulnerable", "legal", "press")
"""The kinds of distress, the most urgent first."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A help line of one country: `text` is the sentence to add, by language; `source` is where the number was read,
    `checked` when."""

    kind: str
    market: str
    number: str
    text: Mapping[str, str]
    source: str
    checked: date


@dataclass(frozen=True, slots=True)
class Holding:
    """`texts` by kind and language (ISO 639-1). Every kind that is missing takes the text of `general`."""

    texts: Mapping[str, Mapping[str, str]]
    help_lines: tuple[HelpLine, ...] = ()

    def text(self, kind: str, lang: str | None, market: str | None) -> str | None:
        """The text of this kind in `lang`, else in a language of the market, else in English, with the market's help
        line where there is one. None when there is no such text in any of them."""
        by_lang = self.texts.get(kind) or self.texts.get(GENERAL, {})
        for language in (lang, *MARKET_LANGUAGES.get(market or "", ()), "en"):
            if language is not None and language in by_lang:
                line = self._line(kind, language, market)
                return f"{by_lang[language]} {line}" if line else by_lang[language]
        return None

    def _line(self, kind: str, lang: str, market: str | None) -> str | None:
        for line in self.help_lines:
            if line.kind == kind and line.market == market:
                return line.text.get(lang)
        return None


NO_TEXTS = Holding({})


def distress_kind(verdict: Verdict) -> str | None:
    """The most urgent kind of distress that a bot's reply answers, or that a rule holds a reply for; None for none."""
    kinds = {s.label for s in verdict.signals if s.scorer == "distress" and (s.score or 0.0) >= 1.0}
    known = [kind for kind in DISTRESS if kind in kinds]
    if known:
        return known[0]
    held = any(r.category == "distress" and r.severity >= Severity.HOLD for r in verdict.reasons)
    return GENERAL if held else None


def holding_kind(verdict: Verdict) -> str | None:
    """Which text fits a reply with this verdict; None for one that may go out."""
    if verdict.action is Action.ALLOW:
        return None
    distress = distress_kind(verdict)
    if distress is not None:
        return distress
    return PAUSED if any(reason.rule == "paused" for reason in verdict.reasons) else GENERAL
