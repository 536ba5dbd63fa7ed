"""What becomes of an approved post that a connector puts out: when, where, and the proof of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from review_gate.domain.message import Message


class Stage(StrEnum):
    PLANNED = "planned"  # waits for its time, or is tried again
    PUBLISHED = "published"
    FAILED = "failed"  # given up: a person has to look


@dataclass(frozen=True, slots=True)
class Publication:
    """One revision of a submission on its way out through the outlet `via` (its name in the settings).

    `due`: not before then. `at` says when `stage` was reached. `url` is the post's address, where the service tells it;
    `why` says in the service's own words what went wrong.
    """

    via: str
    revision: int
    due: datetime
    stage: Stage = Stage.PLANNED
    at: datetime | None = None
    url: str | None = None
    why: str = ""

    @property
    def told(self) -> Message:
        """How it stands, in a sentence; the time and the address stand beside it."""
        if self.stage is Stage.PUBLISHED:
            return Message(f"Published through {self.via}.", f"Publié par {self.via}.")
        if self.stage is Stage.FAILED:
            return Message(
                f"It did not go out through {self.via}: {self.why}. Look there first; an administrator can send it "
                "again (review-gate outbox replay).",
                f"N'est pas parti par {self.via} : {self.why}. Vérifiez d'abord sur place ; l'administration peut le "
                "renvoyer (review-gate outbox replay).",
            )
        return Message(
            f"Next: it goes out by itself through {self.via}, unless it is revised or withdrawn before.",
            f"Ensuite : il part tout seul par {self.via}, sauf révision ou retrait d'ici là.",
        )


def on_approval(outlet: str, planned: bool) -> Message:
    """What a reviewer must know before they approve a draft that `outlet` puts out."""
    when = Message("at its planned time", "à l'heure prévue") if planned else Message("at once", "tout de suite")
    return Message(
        f"Approving publishes it: it goes out by itself through {outlet}, {when.en}.",
        f"Approuver le publie : il part tout seul par {outlet}, {when.fr}.",
    )
