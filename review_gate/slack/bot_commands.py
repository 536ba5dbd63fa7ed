"""`/gate pause`, `/gate resume`, `/gate bots`: an automated author is stopped from the channel where it is noticed."""

from __future__ import annotations

from review_gate.domain.breaker import BreakerState
from review_gate.domain.errors import GateError, NotPermitted
from review_gate.domain.message import Message
from review_gate.domain.submission import Person, Role
from review_gate.gate.bots import Bots, BotSeen
from review_gate.slack.blockkit import clip, escape

STATES = {
    BreakerState.CLOSED: Message("running", "en marche"),
    BreakerState.OPEN: Message("paused", "en pause"),
    BreakerState.HALF_OPEN: Message("watched", "sous surveillance"),
}
USAGE = Message(
    "Write */gate {word}* _bot_ _why_: the reason goes on record with your name.",
    "Écrivez */gate {word}* _bot_ _raison_ : la raison est consignée avec votre nom.",
)
REVIEWERS_ONLY = Message(
    "Only reviewers pause a bot: write this in the review channel.",
    "Seuls les relecteurs mettent un bot en pause : écrivez ceci dans le canal de relecture.",
)
LEADS_ONLY = Message("Only a lead lets a bot in again.", "Seul un responsable peut remettre un bot en marche.")
MAX_SHOWN = 30


class BotCommands:
    """Each method answers a sentence in `mrkdwn`. Stopping takes a reviewer, letting in again a lead."""

    def __init__(self, bots: Bots) -> None:
        self._bots = bots

    def pause(self, rest: str, person: Person, language: str) -> str:
        bot, _, why = rest.partition(" ")
        if not bot or not why.strip():
            return USAGE.in_(language).replace("{word}", "pause")
        try:
            if not person.roles & {Role.REVIEWER, Role.LEAD}:
                raise NotPermitted(REVIEWERS_ONLY)
            seen = self._bots.pause(bot, why.strip(), person)
        except GateError as refused:
            return escape(refused.message.in_(language))
        told = Message(
            "Stopped. From now on every reply of this bot waits for a person.",
            "Arrêté. Désormais, chaque réponse de ce bot attend une personne.",
        )
        return f"{bot_line(seen, language)}\n{told.in_(language)}"

    def resume(self, rest: str, person: Person, language: str) -> str:
        bot, _, why = rest.partition(" ")
        if not bot or not why.strip():
            return USAGE.in_(language).replace("{word}", "resume")
        try:
            if Role.LEAD not in person.roles:
                raise NotPermitted(LEADS_ONLY)
            return bot_line(self._bots.resume(bot, why.strip(), person), language)
        except GateError as refused:
            return escape(refused.message.in_(language))

    def all(self, language: str) -> str:
        lines = [bot_line(seen, language) for seen in self._bots.all()[:MAX_SHOWN]]
        return "\n".join(lines) or Message("No bot has called yet.", "Aucun bot n'a encore appelé.").in_(language)


def bot_line(seen: BotSeen, language: str) -> str:
    """One bot in `mrkdwn`: its switch and its last hour."""
    state = STATES[seen.breaker.state].in_(language)
    hour = Message(
        f"{seen.replies} replies in the last hour, {seen.held} held",
        f"{seen.replies} réponses depuis une heure, {seen.held} retenues",
    )
    return f"*{escape(clip(seen.breaker.bot, 80))}* – {state}, {hour.in_(language)}"
