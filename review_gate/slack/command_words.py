"""The words of `/gate`: what was typed, and what is said of a word that is none. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from review_gate.domain.message import Message
from review_gate.signals.normalise import fold
from review_gate.slack import blockkit as bk
from review_gate.slack.submitting import unescaped

HELP = Message(
    "*/gate check* _text_ – what the screening says, for you alone\n"
    "*/gate submit* _text_ – hand in a draft\n"
    "*/gate who* – what waits, and who looks at it\n"
    "*/gate bots*, */gate pause* _bot_ _why_, */gate resume* _bot_ _why_ – the automated authors\n"
    "*/gate freeze* _market_ _why_, */gate unfreeze* _market_ _why_ – leads stop everything for a market, or `brand`\n"
    "*/gate drills* – for leads: how the drills went",
    "*/gate check* _texte_ – ce que dit le contrôle, pour vous seul\n"
    "*/gate submit* _texte_ – déposer un brouillon\n"
    "*/gate who* – ce qui attend, et qui s'en occupe\n"
    "*/gate bots*, */gate pause* _bot_ _raison_, */gate resume* _bot_ _raison_ – les auteurs automatiques\n"
    "*/gate freeze* _marché_ _raison_, */gate unfreeze* _marché_ _raison_ – les responsables arrêtent tout pour un "
    "marché, ou `brand`\n"
    "*/gate drills* – pour les responsables : le résultat des exercices",
)
MEANT = {
    "check": ("check", "controle", "verifier", "verify", "screen"),
    "submit": ("submit", "soumettre", "deposer", "brouillon", "draft"),
    "who": ("who", "qui", "queue", "attente", "waiting"),
    "bots": ("bots", "bot"),
    "pause": ("pause", "stop", "arreter"),
    "resume": ("resume", "reprendre", "relancer", "restart"),
    "freeze": ("freeze", "geler", "gel"),
    "unfreeze": ("unfreeze", "degeler", "degel"),
    "drills": ("drills", "drill", "exercice", "exercices"),
}
"""By command: what people may type who mean it, without accents."""
HELPING = frozenset({"", "help", "aide", "?", "check"})
"""What is answered with the list of commands and no more; `check` comes to that without a text."""
SHOWN = 40


def typed(body: Mapping[str, Any]) -> tuple[str, str]:
    """The command's word and what follows it, whatever blank or new line is between them."""
    word, *rest = str(body.get("text") or "").split(None, 1) or [""]
    return word.casefold(), rest[0].strip() if rest else ""


def helped(word: str, language: str) -> str:
    """The list of commands in `mrkdwn`; before it, for a word that is none of them, which one may be meant."""
    everything = HELP.in_(language)
    if word in HELPING:
        return everything
    shown = bk.escape(bk.clip(unescaped(word), SHOWN))
    told = Message(f"There is no command “{shown}”.", f"Il n'y a pas de commande « {shown} ».").in_(language)
    meant = nearest(word)
    if meant is not None:
        asked = Message(f"Did you mean */gate {meant}*?", f"Vouliez-vous dire */gate {meant}* ?").in_(language)
        told = f"{told} {asked}"
    return f"{told}\n{everything}"


def nearest(word: str) -> str | None:
    """The command that somebody may have meant; None where nothing is near."""
    commands = {way: command for command, ways in MEANT.items() for way in ways}
    near = get_close_matches(fold(word), commands, 1)
    return commands[near[0]] if near else None
