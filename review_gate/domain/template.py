"""Texts with slots that a lead has approved once: a reply that is one of them needs no second review. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from review_gate.domain.draft import Draft, Kind
from review_gate.domain.errors import NotPermitted
from review_gate.domain.message import Message
from review_gate.domain.verdict import Reason, Severity, Source, Span, Verdict

LONGEST_SLOT = 80
"""Characters a slot may be filled with."""

LEAST_WORDS = 5
"""So many words must be fixed, and twice as many as there are slots: a template that is all slot approves anything."""

CRISIS = "crisis"

ABOUT_CUSTOMER = frozenset({"wants_human", "already_said"})
"""Labels that speak of what the customer wants, whatever the reply says."""

NAME_MOST = 200
"""Characters of a name."""

_SLOT = re.compile(r"\{([a-z][a-z0-9_]{0,30})\}")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Template:
    """`text` has slots such as {name}. `owner` answers for it, `approved_by` is the lead; it is good until `expires`.
    Where `channel`, `market` or `lang` is given, only replies with the same one may use it. `uses` counts them.
    `occasion` is CRISIS for a text prepared for one; `source` names the file it stands in, if it comes from one."""

    name: str
    text: str
    owner: str
    approved_by: str
    approved_at: datetime
    expires: datetime
    channel: str | None = None
    market: str | None = None
    lang: str | None = None
    uses: int = 0
    occasion: str | None = None
    source: str | None = None

    @property
    def draft(self) -> Draft:
        """A post that starts from it, the slots still to be filled in."""
        return Draft(self.text, kind=Kind.POST, channel=self.channel, market=self.market, lang=self.lang)


@dataclass(frozen=True, slots=True)
class Filled:
    """A template found in a reply, with the places (in code points) and the values of its slots."""

    template: Template
    slots: Mapping[str, str]
    spans: tuple[Span, ...]


def check(template: Template) -> Template:
    """The template, when it can be one. Raises NotPermitted, with what to change."""
    names = _SLOT.findall(template.text)
    fixed = _SLOT.sub(" ", template.text)
    words = len(_WORD.findall(fixed))
    if not template.name.strip() or len(template.name) > NAME_MOST:
        raise _refused(f"its name has 1 to {NAME_MOST} characters, this one {len(template.name)}",
                       f"son nom compte de 1 à {NAME_MOST} caractères, celui-ci {len(template.name)}")  # fmt: skip
    if "{" in fixed or "}" in fixed:
        raise _refused("a slot is written {name}: small letters, digits and _, no other braces",
                       "un emplacement s'écrit {nom} : minuscules, chiffres et _, pas d'autres accolades")  # fmt: skip
    if len(set(names)) != len(names):
        raise _refused("every slot needs a name of its own", "chaque emplacement doit avoir son propre nom")
    if re.search(r"\}\s*\{", template.text):
        raise _refused("put words between two slots", "mettez des mots entre deux emplacements")
    if words < max(LEAST_WORDS, 2 * len(names)):
        raise _refused(
            f"at least {LEAST_WORDS} words must be fixed, and two for each slot: {words} are",
            f"au moins {LEAST_WORDS} mots doivent être fixes, et deux par emplacement : il y en a {words}",
        )
    if template.expires <= template.approved_at:
        raise _refused("it has expired already: give a later date", "déjà expiré : donnez une date plus lointaine")
    return template


def _refused(en: str, fr: str) -> NotPermitted:
    return NotPermitted(Message(f"This cannot be a template: {en}.", f"Ce modèle est impossible : {fr}."))


def find(templates: Iterable[Template], draft: Draft, now: datetime) -> Filled | None:
    """The template that `draft` is, with its slots filled; None when it is none that counts now."""
    if draft.kind is not Kind.REPLY or draft.media:
        return None
    for template in templates:
        if template.expires <= now or not _meant_for(template, draft):
            continue
        match = _pattern(template.text).fullmatch(draft.text.strip())
        if match is not None and all(_fits(name, value) for name, value in match.groupdict().items()):
            offset = len(draft.text) - len(draft.text.lstrip())
            spans = tuple((start + offset, end + offset) for start, end in (match.span(n) for n in match.groupdict()))
            return Filled(template, match.groupdict(), spans)
    return None


def _meant_for(template: Template, draft: Draft) -> bool:
    wanted = ((template.channel, draft.channel), (template.market, draft.market), (template.lang, draft.lang))
    return all(ours is None or ours == theirs for ours, theirs in wanted)


def _fits(name: str, value: str) -> bool:
    """A link only goes into a slot that is there for one."""
    return bool(value.strip()) and ("://" not in value or "link" in name or "url" in name)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    parts = _SLOT.split(text.strip())
    made = [
        re.escape(part).replace(r"\ ", r"\s+") if place % 2 == 0 else rf"(?P<{part}>[^\n]{{1,{LONGEST_SLOT}}}?)"
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(made))


def slots_only(draft: Draft, filled: Filled) -> Draft | None:
    """The draft with everything but its slots blanked, so that places stay; None when no slot has a letter."""
    blank = [" "] * len(draft.text)
    for start, end in filled.spans:
        blank[start:end] = draft.text[start:end]
    text = "".join(blank)
    return replace(draft, text=text, lang=draft.lang or filled.template.lang) if _WORD.search(text) else None


def approved(whole: Verdict, slots: Verdict | None, filled: Filled) -> tuple[Reason, ...]:
    """The reasons that still count for a reply that is a template.

    Of the `whole` reply: what the customer needs (distress, a person), the wrong language, and what stops every reply.
    Of its `slots`: whatever was found in them. The fixed words were approved.
    """
    kept = [r for r in whole.reasons if _stays(r)]
    for reason in slots.reasons if slots else ():
        found = reason.span is None or any(
            start < reason.span[1] and reason.span[0] < end for start, end in filled.spans
        )
        own = reason.source is not Source.POLICY and not _stays(reason)
        if own and found and reason.severity >= Severity.WARN and reason.category not in ("repetition", "tone"):
            kept.append(reason)
    return tuple(sorted(kept, key=lambda r: -r.severity))


def _stays(reason: Reason) -> bool:
    if reason.source is Source.POLICY:
        return reason.rule != "new_bot"
    return reason.category in ("distress", "wrong_language") or reason.label in ABOUT_CUSTOMER
