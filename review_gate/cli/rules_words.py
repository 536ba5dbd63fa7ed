"""What `review-gate rules` prints, in English and French. Ids, severities and decisions stay as packs write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from review_gate.domain.days import SOON, in_figures, moment_in_figures
from review_gate.domain.message import Message

if TYPE_CHECKING:
    from review_gate.domain.context import Context
    from review_gate.domain.draft import Draft
    from review_gate.domain.verdict import Hit
    from review_gate.rulebook.explain import Near
    from review_gate.rulebook.replay import Change, Record, Replay, Stats
    from review_gate.rulebook.rule import Packs, Rule

_LEVELS = {"hold": Message("hold", "hold"), "warn": Message("warn", "warn"), "quiet": Message("quiet", "rien")}
_PEOPLE = {
    "refused": Message("refused", "refusés"),
    "approved": Message("approved", "approuvés"),
    "undecided": Message("undecided", "en attente"),
}


def expired(rule: Rule) -> Message:
    """A note on a rule past its day, with its place."""
    place = f"{rule.path}:{rule.line}:"
    assert rule.expires is not None
    return Message(
        f"{place} note: '{rule.id}' expired on {rule.expires}: it no longer fires",
        f"{place} note : « {rule.id} » a expiré le {in_figures(rule.expires).fr} : elle ne se déclenche plus",
    )


def expiring(rules: Iterable[Rule]) -> list[Message]:
    """A note on each pack with rules whose day comes soon; `rules` are in the order of their days."""
    notes = []
    for pack, (count, first) in _by_pack(rules).items():
        s = "s" if count > 1 else ""
        assert first.expires is not None
        notes.append(
            Message(
                f"{first.path}:{first.line}: note: {count} rule{s} of the pack '{pack}' expire{'' if s else 's'} within"
                f" {SOON.days} days, the first on {first.expires}",
                f"{first.path}:{first.line}: note : {count} règle{s} du pack « {pack} » expire{'nt' if s else ''} dans"
                f" les {SOON.days} jours, la première le {in_figures(first.expires).fr}",
            )
        )
    return notes


def _by_pack(rules: Iterable[Rule]) -> dict[str, tuple[int, Rule]]:
    """How many there are in each pack, and the first of them."""
    found: dict[str, tuple[int, Rule]] = {}
    for rule in rules:
        count, first = found.get(rule.pack, (0, rule))
        found[rule.pack] = count + 1, first
    return found


def all_good(packs: Packs, gone: int) -> Message:
    """What was read; `gone` of the rules have expired."""
    examples = sum(len(rule.should_hit) + len(rule.should_pass) for rule in packs.rules)
    count, rules = len(packs.packs), len(packs.rules)
    return Message(
        f"{count} packs, {rules} rules ({gone} expired), {examples} examples: all good",
        f"{count} packs, {rules} règles (dont {gone} expirées), {examples} exemples : tout est bon",
    )


def unusable(count: int) -> Message:
    """The last line under so many mistakes."""
    s = "s" if count > 1 else ""
    return Message(
        f"{count} mistake{s}: these packs cannot be used", f"{count} erreur{s} : ces packs ne peuvent pas servir"
    )


def no_moment(text: str) -> Message:
    return Message(
        f"'{text}' is no time with a zone: write 2026-11-13T18:00:00+01:00",
        f"« {text} » n'est pas un moment avec son fuseau : écrivez 2026-11-13T18:00:00+01:00",
    )


def spoken(told_by: str, context: Context, draft: Draft) -> Message:
    """Which languages' rules count, and how they were told: by the text, the customer's message or the market."""
    all_of, lang = ", ".join(context.languages), context.lang
    if lang is None:
        return Message(
            f"language: cannot be told; rules of {all_of} count (--lang to choose)",
            f"langue : impossible à reconnaître ; les règles de {all_of} comptent (--lang pour choisir)",
        )
    if told_by == "text" and len(context.languages) > 1:
        return Message(
            f"language: {lang}, not sure; rules of {all_of} count (--lang to choose)",
            f"langue : {lang}, sans certitude ; les règles de {all_of} comptent (--lang pour choisir)",
        )
    how = {
        "text": Message("told from the text", "reconnue dans le texte"),
        "customer": Message("that of the customer's message", "celle du message du client"),
        "market": Message(f"that of the market {draft.market}", f"celle du marché {draft.market}"),
    }[told_by]
    return Message(f"language: {all_of}, {how.en}", f"langue : {all_of}, {how.fr}")


def explained(text: str, hits: Iterable[Hit], nears: Iterable[Near], language: str) -> str:
    """The hits with their places and messages, and the rules that were near with what kept them."""
    nothing = Message("no rule hits this text", "aucune règle ne se déclenche sur ce texte")
    shown = ["\n\n".join(_hit(text, hit, language) for hit in hits) or nothing.in_(language)]
    near = Message("near ", "près ").in_(language)
    for each in nears:
        found = ", ".join(f"«{word}»" for word in each.found[:5])
        colon = Message(":", " :").in_(language)
        shown.append(f"\n{near} {each.rule.id}{colon} {found}{colon} {each.why.in_(language)}")
    return "\n".join(shown)


def _hit(text: str, hit: Hit, language: str) -> str:
    place = f" {hit.span[0]}-{hit.span[1]} «{text[hit.span[0] : hit.span[1]]}»" if hit.span else f" «{hit.found or ''}»"
    shadow = Message(" (shadow)", " (dans l'ombre)").in_(language) if hit.shadow else ""
    lines = [f"{hit.severity.word:<5} {hit.rule} [{hit.category}]{shadow}{place}"]
    lines.append(f"      {hit.message.in_(language)}")
    if hit.suggestion:
        lines.append(f"      → {hit.suggestion.in_(language)}")
    return "\n".join(lines)


def replayed(answer: Replay, most: int, language: str) -> str:
    """How the packs would have done, and `most` of the drafts about which they would say something else."""
    heads = [Message("rules now", "les règles").in_(language), *(word.in_(language) for word in _PEOPLE.values())]
    decided = Message("(what reviewers decided)", "(ce que les relecteurs ont décidé)").in_(language)
    lines = [_span(answer).in_(language) + "\n"]
    lines.append("".join(f"{head:>11}" for head in heads) + f"   {decided}")
    for level, word in _LEVELS.items():
        lines.append(f"{word.in_(language):>11}" + "".join(f"{answer.table[level, people]:>11}" for people in _PEOPLE))
    shadow = Message("shadow rules (not counted above)", "règles dans l'ombre (pas comptées plus haut)")
    lines += _records(Message("rules", "règles"), answer.rules, language) + _records(shadow, answer.shadow, language)
    count = _texts(len(answer.changes))
    changed = Message(
        f"\n{count.en} on which the packs say something else than before",
        f"\n{count.fr} dont les packs disent autre chose qu'avant",
    )
    lines.append(changed.in_(language))
    for change in answer.changes[:most]:
        lines += _change(change, language)
    return "\n".join(lines)


def _span(answer: Replay) -> Message:
    """How many drafts, from when to when, and how many of them changed."""
    count = _texts(answer.drafts)
    if answer.first is None or answer.last is None:
        return count
    first, last = moment_in_figures(answer.first), moment_in_figures(answer.last)
    changed = Message(f"changed: {len(answer.changes)}", f"changés : {len(answer.changes)}")
    if not answer.compared:
        changed = Message("what the rules said before is not known", "sans avis d'avant à quoi les comparer")
    return Message(
        f"{count.en}, from {first.en} to {last.en}; {changed.en}",
        f"{count.fr}, du {first.fr} au {last.fr} ; {changed.fr}",
    )


def _texts(count: int) -> Message:
    """So many drafts: French counts none as one."""
    return Message(f"{count} draft{'' if count == 1 else 's'}", f"{count} texte{'s' if count > 1 else ''}")


def _change(change: Change, language: str) -> list[str]:
    judged = change.judged
    answered = judged.answer.value if judged.answer else _PEOPLE["undecided"].in_(language)
    new = ", ".join(f"+{hit.rule} «{hit.found or ''}»" for hit in change.new)
    gone = ", ".join(f"-{rule}" for rule in change.gone)
    now = Message(f"now {change.now.word}:", f"maintenant {change.now.word} :").in_(language)
    return [
        f"  {judged.id} [{answered}] {now} {', '.join(filter(None, (new, gone)))}",
        f"      {' '.join(judged.draft.text.split())[:100]}",
    ]


def measured(answer: Stats, language: str) -> str:
    """Each rule's precision by the reviewers' decisions, the rules that never fired and the expired ones."""
    count, s = _texts(answer.drafts), "s" if answer.decided > 1 else ""
    told = Message(f"{count.en}, {answer.decided} decided", f"{count.fr}, dont {answer.decided} décidé{s}")
    lines = [told.in_(language), *_records(Message("rules", "règles"), answer.rules, language)]
    never = Message("never fired:", "jamais déclenchées :").in_(language)
    past = Message("expired: no longer fire:", "expirées, ne se déclenchent plus :").in_(language)
    for title, names in ((never, answer.never), (past, answer.expired)):
        lines += [f"\n{title} {len(names)}", *(f"  {name}" for name in names)]
    soon = Message(f"expire within {SOON.days} days:", f"expirent dans les {SOON.days} jours :").in_(language)
    lines.append(f"\n{soon} {len(answer.expiring)}")
    for pack, (number, first) in _by_pack(answer.expiring).items():
        assert first.expires is not None
        day = in_figures(first.expires)
        line = Message(f"{pack}: {number}, the first on {day.en}", f"{pack} : {number}, la première le {day.fr}")
        lines.append(f"  {line.in_(language)} ({first.id})")
    return "\n".join(lines)


def _records(title: Message, records: dict[str, Record], language: str) -> list[str]:
    if not records:
        return []
    width = max(*(len(name) for name in records), len(title.in_(language)))
    head = Message("   hits  refused  approved  precision", " trouvés refusés approuvés  précision").in_(language)
    lines = [f"\n{title.in_(language):<{width}}{head}"]
    for name, record in sorted(records.items(), key=lambda item: (-item[1].hits, item[0])):
        precision = "" if record.precision is None else f"{record.precision:.0%}"
        lines.append(f"{name:<{width}} {record.hits:>6} {record.refused:>8} {record.approved:>9} {precision:>10}")
    return lines
