"""`/gate freeze`, `/gate unfreeze`: in a crisis a lead stops a market, or the whole brand, from inside Slack."""

from __future__ import annotations

from review_gate.domain.errors import GateError
from review_gate.domain.freeze import BRAND
from review_gate.domain.message import Message
from review_gate.domain.submission import Person
from review_gate.gate.freezes import Freezes, scope_of
from review_gate.slack.blockkit import clip, escape

WORDS = frozenset({"freeze", "unfreeze"})
MAX_WHY = 500
USAGE = Message(
    f"Write */gate {{word}}* _market_ _why_, as in `/gate {{word}} FR …`; `{BRAND}` stands for every market. The "
    "reason goes on record with your name.",
    f"Écrivez */gate {{word}}* _marché_ _raison_, comme `/gate {{word}} FR …` ; `{BRAND}` vaut pour tous les "
    "marchés. La raison est consignée avec votre nom.",
)


class FreezeCommands:
    """Each method answers a sentence in `mrkdwn`. The gate refuses everybody but leads."""

    def __init__(self, freezes: Freezes) -> None:
        self._freezes = freezes

    def answer(self, word: str, rest: str, person: Person, language: str) -> str:
        """`word` is one of WORDS. `freeze` alone tells what is frozen."""
        if word == "freeze" and not rest:
            return self._now(language)
        place, _, why = rest.partition(" ")
        try:
            scope = scope_of(place.lower() if place.lower() == BRAND else place.upper())
        except ValueError:
            return USAGE.in_(language).replace("{word}", word)
        why = clip(why.strip(), MAX_WHY)
        if not why:
            return USAGE.in_(language).replace("{word}", word)
        try:
            told = self._freeze(scope, why, person) if word == "freeze" else self._lift(scope, why, person)
        except GateError as refused:
            return escape(refused.message.in_(language))
        return told.in_(language)

    def _freeze(self, scope: str, why: str, person: Person) -> Message:
        freeze, back = self._freezes.freeze(scope, why, person)
        name = escape(freeze.scope)
        return Message(
            f"❄️ *{name}* is frozen: nothing goes out. {back} approved for later wait for a reviewer again. "
            f"`/gate unfreeze {name} WHY` lifts it.",
            f"❄️ *{name}* est gelé : rien ne sort. {back} contenus déjà approuvés attendent de nouveau un "
            f"relecteur. `/gate unfreeze {name} RAISON` lève le gel.",
        )

    def _lift(self, scope: str, why: str, person: Person) -> Message:
        name = escape(self._freezes.lift(scope, why, person).scope)
        return Message(
            f"☀️ *{name}* is no longer frozen. What was called back still needs its approval.",
            f"☀️ *{name}* n'est plus gelé. Ce qui a été rappelé attend toujours son approbation.",
        )

    def _now(self, language: str) -> str:
        lines = [escape(freeze.message.in_(language)) for freeze in self._freezes.all()]
        usage = USAGE.in_(language).replace("{word}", "freeze")
        return "\n".join([*lines, usage])
