"""What a bot has said before: sayings, and how often each was said. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from review_gate.domain.change import RememberedReply, Saying, Trace
from review_gate.domain.message import Message

INSIDE, ACROSS = "conversation", "hour"
"""Within what something was said so often."""

DATED = timedelta(minutes=10)
"""A saying's date moves no more often than that: most replies of a bot were said a moment ago, and then nothing but the
reply itself is written."""


@dataclass(frozen=True, slots=True)
class Meant:
    """How often the bot has said this among its last replies of the hour, whatever the words; which part (0..1) of them
    that is, the present one included; in how many conversations, and the newest of them, newest last."""

    times: int = 0
    share: float = 0.0
    people: int = 0
    same: tuple[RememberedReply, ...] = ()


NOT_MEANT = Meant()


@dataclass(frozen=True, slots=True)
class Said:
    """What the memory holds of the reply that is about to go out, gathered before anything is judged.

    `saying` is what the reply counts as: an earlier one that it is almost the same as, or itself. `near` is how alike
    the two are (0..1, 1 for the same masked words). `inside` are the bot's earlier replies in this conversation,
    whatever they say (but those that may repeat), `same` the newest replies with this saying, to anybody; both newest
    last. `hour` is how often it was said within the last hour, `people` in how many conversations, `share` (0..1) which
    part of the bot's last replies within that hour said it, the present one included. `meant` counts those that say it
    in other words, too, as far as that is known.
    """

    saying: Saying
    near: float = 1.0
    inside: tuple[RememberedReply, ...] = ()
    same: tuple[RememberedReply, ...] = ()
    hour: int = 0
    share: float = 0.0
    people: int = 0
    meant: Meant = NOT_MEANT

    @property
    def allowed(self) -> bool:
        """Whether somebody has said that this may repeat."""
        return self.saying.allowed_by is not None

    @property
    def in_conversation(self) -> tuple[RememberedReply, ...]:
        """The earlier replies in this conversation that say the same."""
        return tuple(reply for reply in self.inside if reply.saying == self.saying.key)


def share(traces: Sequence[Trace], saying: int) -> float:
    """Which part (0..1) of these replies and the present one says `saying`, which the present one does."""
    return (sum(trace.saying == saying for trace in traces) + 1) / (len(traces) + 1)


def counted(times: int, within: str, conversations: int = 1) -> Mapping[str, str]:
    """How often, and to how many, as a piece of evidence; `within` is INSIDE or ACROSS."""
    return {"times": str(times), "within": within, "conversations": str(conversations)}


def how_often(evidence: Mapping[str, str]) -> Message | None:
    """What `counted` wrote down, in words; None for any other evidence."""
    times, people = evidence.get("times"), evidence.get("conversations", "")
    if times is None:
        return None
    if evidence.get("within") == INSIDE:
        return Message(f"Said {times} times before in this conversation.", f"Déjà dit {times} fois dans cet échange.")
    return Message(
        f"Said {times} times within the hour, in {people} conversations.",
        f"Dit {times} fois en une heure, dans {people} conversations.",
    )
