"""What reviewers find below the lists on their home: the bots, and the figures of the last seven days. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from review_gate.domain.message import Message
from review_gate.gate.bots import BotSeen
from review_gate.insight.figures import Figures
from review_gate.slack import blockkit as bk
from review_gate.slack.bot_commands import bot_line
from review_gate.slack.setting import Setting

DAYS = 7
SHOWN_BOTS = 15


@dataclass(frozen=True, slots=True)
class Numbers:
    """The bots and the figures as they stand now."""

    bots: Sequence[BotSeen]
    figures: Figures


def numbers(found: Numbers, setting: Setting) -> list[bk.Block]:
    """Two headings, each with what belongs to it."""
    lines = [bk.section(bk.mrkdwn(bot_line(seen, setting.language))) for seen in found.bots[:SHOWN_BOTS]]
    more = len(found.bots) - SHOWN_BOTS
    if more > 0:
        lines.append(bk.context(bk.plain(setting.say(Message(f"and {more} more", f"et {more} de plus")))))
    none = bk.context(bk.plain(setting.say(Message("No bot has called yet.", "Aucun bot n'a encore appelé."))))
    heading = Message(f"The last {DAYS} days", f"Les {DAYS} derniers jours")
    return [
        bk.header(setting.say(Message("Bots", "Bots"))),
        *(lines or [none]),
        bk.header(setting.say(heading)),
        bk.context(*(bk.plain(setting.say(one)) for one in _told(found.figures))),
    ]


def _told(figures: Figures) -> list[Message]:
    speed = figures.speed
    told = [
        Message(f"{figures.handed_in} handed in", f"{figures.handed_in} déposés"),
        Message(f"{speed.decisions} decisions", f"{speed.decisions} décisions"),
        Message(f"{figures.waiting} still waiting", f"{figures.waiting} encore en attente"),
    ]
    if speed.median is not None:
        told.append(
            Message(f"{speed.median:.0f} min to an answer (median)", f"réponse en {speed.median:.0f} min (médiane)")
        )
    if speed.planned:
        told.append(
            Message(f"{speed.on_time} of {speed.planned} in time", f"{speed.on_time} sur {speed.planned} à temps")
        )
    told.append(
        Message(
            f"bots: {figures.allowed} sent, {figures.held_replies} held",
            f"bots : {figures.allowed} envoyées, {figures.held_replies} retenues",
        )
    )
    return told
