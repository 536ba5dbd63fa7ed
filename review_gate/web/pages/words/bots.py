"""Words about bots: what may repeat, the switches, the daily look, the approved templates."""

from __future__ import annotations

from review_gate.domain.message import Message

WORDS = {
    "repeat_hint": Message(
        "The bot may then say this again, whatever names and numbers are put in. This reply still waits for you.",
        "Le bot pourra redire cela, quels que soient les noms et les nombres. Cette réponse attend toujours.",
    ),
    "may_repeat": Message("{name}: the bot may say this again.", "{name} : le bot peut redire cela."),
    "said_allow_repeat": Message(
        "From now on the bot may say this again. The reply itself still waits for a decision.",
        "Désormais, le bot peut redire cela. La réponse elle-même attend toujours une décision.",
    ),
    "ev_repeat_allowed": Message("said that the bot may repeat this", "a permis au bot de répéter cela"),
}
