"""The button below a bot's card that stops the bot, and what its click does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App

from review_gate.domain.breaker import BreakerState
from review_gate.domain.errors import GateError, NotFound, NotPermitted
from review_gate.domain.message import Message
from review_gate.domain.permits import REVIEWING
from review_gate.domain.submission import Person, State, Submission
from review_gate.gate import Gate
from review_gate.slack import blockkit as bk
from review_gate.slack.bot_commands import REVIEWERS_ONLY
from review_gate.slack.clicks import GARBLED, Clicks
from review_gate.slack.setting import Setting

STOP = "gate_stop_bot"
MAX_WHY = 160


def bot_buttons(submission: Submission, value: str, setting: Setting) -> list[bk.Block]:
    """The row of buttons about the bot whose reply waits; none for what people wrote, or what is decided."""
    bot = submission.draft.bot
    if not bot or submission.state is not State.HELD:
        return []
    word = setting.say(Message(f"Stop {bk.clip(bot, 40)}", f"Arrêter {bk.clip(bot, 40)}"))
    return [bk.actions(f"bot:{submission.id}", bk.button(word, STOP, value, style="danger"))]


@dataclass(frozen=True, slots=True)
class BotButtons:
    """Stopping takes a reviewer, as `/gate pause` does. Whoever clicked is told privately what came of it."""

    gate: Gate
    clicks: Clicks

    def stop(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        try:
            clicked, person = self.clicks.read(body, str(action.get("value") or ""))
        except ValueError:
            self.clicks.tell(body, GARBLED)
            return
        try:
            told = self._stop(self.gate.get(clicked.id), person)
        except GateError as refused:
            told = refused.message
        self.clicks.tell(body, told, clicked.id)

    def _stop(self, submission: Submission, person: Person) -> Message:
        bot = submission.draft.bot
        if not bot:
            raise NotPermitted(GARBLED)
        if not person.roles & REVIEWING:
            raise NotPermitted(REVIEWERS_ONLY)
        if self._is_stopped(bot):
            return Message(f"{bot} is stopped already.", f"{bot} est déjà arrêté.")
        self.gate.bots.pause(bot, _why(submission), person)
        return Message(
            f"{bot} is stopped: from now on every reply of it waits for a person. A lead lets it in again with"
            f" `/gate resume {bot} WHY`, or on the page.",
            f"{bot} est arrêté : chaque réponse attend désormais une personne. Un responsable le remet en marche par"
            f" `/gate resume {bot} RAISON`, ou sur la page.",
        )

    def _is_stopped(self, bot: str) -> bool:
        try:
            return self.gate.bots.get(bot).breaker.state is BreakerState.OPEN
        except NotFound:
            return False


def _why(submission: Submission) -> str:
    """What goes on record: what was found in the reply whose card was clicked."""
    found = max(submission.verdict.reasons, key=lambda reason: reason.severity, default=None)
    said = "" if found is None else f"{found.message.en} – "
    return bk.clip(f"{said}“{' '.join(submission.draft.text.split())}”", MAX_WHY)


def listen(app: App, buttons: BotButtons) -> None:
    """Adds the button to the App."""

    def stops(body: dict[str, Any], action: dict[str, Any], ack: Ack) -> None:
        buttons.stop(body, action)
        ack()

    app.action(STOP)(stops)
