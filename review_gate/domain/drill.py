"""Drills: made-up risky drafts among the real ones, to keep the reviewers' eyes sharp. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from review_gate.domain.draft import Draft, Kind, Media
from review_gate.domain.message import Message
from review_gate.domain.submission import FINAL, Answer, Drill, Submission


@dataclass(frozen=True, slots=True)
class Scenario:
    """A made-up draft, and what is to be seen in it. `exercise`: for crisis exercises, never slipped in by itself."""

    marked: Drill
    text: str
    lang: str
    author: str
    kind: Kind = Kind.POST
    channel: str | None = None
    market: str | None = None
    in_reply_to: str | None = None
    media: tuple[Media, ...] = ()
    exercise: bool = False

    @property
    def name(self) -> str:
        return f"{self.marked.pack}/{self.marked.scenario}"

    def draft(self, now: datetime, hours: float) -> Draft:
        """It looks like any other draft, planned `hours` from `now`, at the quarter of an hour."""
        planned = now + timedelta(hours=hours)
        planned = planned.replace(minute=planned.minute // 15 * 15, second=0, microsecond=0)
        return Draft(
            text=self.text, kind=self.kind, channel=self.channel, market=self.market, lang=self.lang,
            planned_at=planned if planned > now else now + timedelta(hours=hours), media=self.media, author=self.author,
            in_reply_to=self.in_reply_to,
        )  # fmt: skip


HEADS = {
    True: Message("🎓 That was a drill, and it was caught.", "🎓 C'était un exercice, et le risque a été vu."),
    False: Message("🎓 That was a drill, and it got past us.", "🎓 C'était un exercice, et le risque est passé."),
    None: Message("🎓 That was a drill, and nobody answered.", "🎓 C'était un exercice, resté sans réponse."),
}


def drawn(key: str, rate: float) -> bool:
    """Whether a drill goes with the draft `key`: by chance, with probability `rate`, and the same whoever asks."""
    return _dice(f"drill:{key}") < rate


def choose(scenarios: Sequence[Scenario], used: Mapping[str, int], key: str) -> Scenario | None:
    """One of those that were used least, by chance; None when there is none."""
    least = min((used.get(one.name, 0) for one in scenarios), default=0)
    fresh = sorted((one for one in scenarios if used.get(one.name, 0) == least), key=lambda one: one.name)
    return fresh[int(_dice(f"scenario:{key}") * len(fresh))] if fresh else None


def caught(submission: Submission) -> bool | None:
    """Whether the risk was seen: sent back, refused, or edited out. None: no drill, or nobody has answered."""
    if submission.drill is None or not submission.decisions:
        return None
    if submission.decisions[0].answer is not Answer.APPROVE:
        return True
    return _plain(submission.drill.look_at) not in _plain(submission.draft.text)


def revealed(submission: Submission) -> Message | None:
    """What is said once it is over; None while it goes on and for real drafts."""
    drill = submission.drill
    if drill is None or submission.state not in FINAL:
        return None
    head = HEADS[caught(submission)]
    return Message(
        f"{head.en} Look at “{drill.look_at}”: {drill.lesson.en} Nothing was published; real figures do not count it.",
        f"{head.fr} Voyez « {drill.look_at} » : {drill.lesson.fr} Rien n'a été publié ; les vrais chiffres n'en "
        "tiennent pas compte.",
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _dice(key: str) -> float:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
