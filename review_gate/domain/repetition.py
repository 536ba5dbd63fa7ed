"""What a bot has said before: sayings, and how often each was said. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from review_gate.domain.change import RememberedReply, Saying, Trace


@dataclass(frozen=True, slots=True)
class Said:
    """What the memory holds of the reply that is about to go out, gathered before anything is judged.

    `saying` is what the reply counts as: an earlier one that it is almost the same as, or itself. `near` is how alike
    the two are (0..1, 1 for the same masked words). `inside` are the bot's earlier replies in this conversation,
    whatever they say (but those that may repeat), `same` the newest replies with this saying, to anybody; both newest
    last. `hour` is how often it was said within the last hour, `share` (0..1) which part of the bot's last replies
    within that hour said it, the present one included.
    """

    saying: Saying
    near: float = 1.0
    inside: tuple[RememberedReply, ...] = ()
    same: tuple[RememberedReply, ...] = ()
    hour: int = 0
    share: float = 0.0

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
