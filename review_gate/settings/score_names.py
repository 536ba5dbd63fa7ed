"""Whether the scorers and labels that a policy names are there: a slip in a name would hold nothing, in silence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from review_gate.domain.message import Message
from review_gate.domain.policy import Thresholds
from review_gate.domain.verdict import Severity
from review_gate.rulebook.errors import did_you_mean

Levels = Mapping[str, Mapping[str, Thresholds]]

LANGUAGE = "language"
"""May be required, so that a text whose language nobody can tell is held; how sure it is has no severity."""


def slips(given: Levels, required: Collection[str], known: Levels) -> Sequence[Message]:
    """What is wrong with the names in `given` and `required`, by their place; `known` has all there are."""
    found = []
    for scorer, labels in given.items():
        if scorer not in known:
            found.append(_unknown(f"thresholds.{scorer}", Message("scorer", "ce contrôle"), scorer, known))
            continue
        for label in labels:
            if label not in known[scorer]:
                place, kind = f"thresholds.{scorer}.{label}", Message("label", "cette étiquette")
                found.append(_unknown(place, kind, label, known[scorer]))
    for scorer in sorted(required):
        if scorer not in known and scorer != LANGUAGE:
            kind = Message("scorer", "ce contrôle")
            found.append(_unknown(f"required.{scorer}", kind, scorer, {*known, LANGUAGE}))
        elif scorer != LANGUAGE and not _can_hold(given.get(scorer, {})):
            found.append(_never_holds(scorer))
    return found


def _unknown(place: str, kind: Message, word: str, known: Collection[str]) -> Message:
    hint = did_you_mean(word, known)
    return Message(f"{place}: there is no such {kind.en}: {hint.en}", f"{place} : {kind.fr} n'existe pas : {hint.fr}")


def _can_hold(labels: Mapping[str, Thresholds]) -> bool:
    return any(severity >= Severity.HOLD for levels in labels.values() for severity, _ in levels)


def _never_holds(scorer: str) -> Message:
    return Message(
        f"required.{scorer}: none of its labels can hold a text: write hold or block for one under thresholds.{scorer}",
        f"required.{scorer} : aucune de ses étiquettes ne peut retenir un texte : écrivez hold ou block pour l'une "
        f"d'elles sous thresholds.{scorer}",
    )
