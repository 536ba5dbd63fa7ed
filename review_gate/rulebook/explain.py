"""Why a rule said nothing although some of what it looks for is there: for people who write rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

from review_gate.domain.context import Context
from review_gate.domain.days import in_figures
from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.rulebook.rule import Packs, Rule
from review_gate.rulebook.scene import Match, Scene, View


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that nearly fired: what of it was found, and why that was not enough."""

    rule: Rule
    found: tuple[str, ...]
    why: Message


def near(packs: Packs, draft: Draft, context: Context) -> tuple[Near, ...]:
    """The rules that have something in the text (or the customer's message) and did not hit, in the packs' order."""
    scene = Scene(packs.matcher, draft, context, packs.encoder)
    every = Scene(packs.matcher, draft, replace(context, languages=(), customer_lang=None), packs.encoder)
    answers = []
    for rule in packs.rules:
        found = _found(rule, every)
        if found and rule.status != "retired" and _set_off(rule, every):
            why = _why(rule, scene, every, found)
            if why is not None:
                words = tuple(dict.fromkeys(match.found for match in found))
                answers.append(Near(rule, words, why))
    return tuple(answers)


def _found(rule: Rule, scene: Scene) -> list[Match]:
    lists = [terms for terms in rule.lists if terms is not rule.excepted and terms is not rule.unless]
    found = [match for terms in lists for match in scene.reading.matches(terms)]
    if scene.customer is not None:
        found += [match for terms in lists for match in scene.customer.matches(terms)]
    return sorted(found)


def _set_off(rule: Rule, scene: Scene) -> bool:
    """Whether the part that sets the rule off is there: of a catastrophe and a promotion, the catastrophe."""
    triggers = rule.check.triggers
    readings = [reading for reading in (scene.reading, scene.customer) if reading is not None]
    return triggers is None or any(reading.matches(terms) for terms in triggers for reading in readings)


def _why(rule: Rule, scene: Scene, every: Scene, found: list[Match]) -> Message | None:
    """The first thing that kept the rule from hitting; None when it did hit."""
    if rule.check.find(View(scene, rule.excepted)) and rule.meant_for(scene):
        silenced = View(scene, None).matches(rule.unless)
        if silenced:
            word = silenced[0].found
            return Message(f"quiet, because of '{word}' (unless)", f"muette, à cause de « {word} » (unless)")
        if rule.expired(scene.context.now.date()):
            assert rule.expires is not None
            return Message(f"expired on {rule.expires}", f"expirée le {in_figures(rule.expires).fr}")
        return None
    if not rule.meant_for(scene):
        if rule.languages and scene.languages and rule.languages.isdisjoint(scene.languages):
            spoken = ", ".join(sorted(rule.languages))
            return Message(
                f"not for this language (languages: {spoken})", f"pas pour cette langue (languages : {spoken})"
            )
        return Message(
            "not for this kind of draft, channel or market", "pas pour ce genre de texte, ce canal ou ce marché"
        )
    if not _found(rule, scene):
        return Message("found only as words of another language", "trouvée seulement comme mots d'une autre langue")
    if rule.check.find(View(every, None)) and not rule.check.find(View(every, rule.excepted)):
        return Message("taken out by 'except'", "écartée par « except »")
    if rule.check.word == "calendar":
        return Message(
            "only a part of what it needs, or not the day", "une partie seulement de ce qu'il lui faut, ou pas le jour"
        )
    return Message("only a part of what it needs", "une partie seulement de ce qu'il lui faut")
