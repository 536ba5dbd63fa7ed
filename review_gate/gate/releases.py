"""Release tokens are looked at before something is published, and used up where once is enough."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from review_gate.domain.change import Change, Event, Note
from review_gate.domain.days import moment_in_figures
from review_gate.domain.errors import Stale
from review_gate.domain.message import Message
from review_gate.domain.release import Publication, Refusal, refusal
from review_gate.domain.submission import Person, Submission
from review_gate.gate.freezes import freeze_of
from review_gate.ports import Clock, NewId, Store

USED = "release_used"


class Keyring(Protocol):
    """Knows the keys that tokens were signed with."""

    def claims(self, token: str) -> Mapping[str, Any] | None:
        """What `token` says; None for one that none of our keys has signed."""


@dataclass(frozen=True, slots=True)
class Released:
    """It may go out: the submission it was approved as, the decision, and until when."""

    submission: Submission
    decision: str
    until: datetime
    used: bool


NOT_OURS = Refusal(
    "signature",
    Message(
        "This is no release token of this gate, or its key was dropped: take the one from the approval's webhook.",
        "Ce n'est pas un jeton de publication d'ici, ou sa clé a été révoquée : prenez celui du webhook d'approbation.",
    ),
)


class Releases:
    """Verifies tokens. `use` is written to the audit log."""

    def __init__(self, store: Store, keyring: Keyring, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock
        self._new_id = new_id

    def verify(self, token: str, wanted: Publication) -> Released | Refusal:
        """Whether `wanted` may go out on `token`. One that was used up is refused."""
        found = self._look(token, wanted)
        if isinstance(found, Refusal):
            return found
        used = self._store.note(USED, found.decision)
        return found if used is None else _used(used)

    def use(self, token: str, wanted: Publication, person: Person, once: str | None = None) -> Released | Refusal:
        """Like `verify`, and uses the token up: of all who ask only the first may publish.

        `once`: the asker's key for this attempt (200 characters at most); asking again with it, after an answer that
        got lost, counts as the same attempt.
        """
        found = self._look(token, wanted)
        if isinstance(found, Refusal):
            return found
        while (kept := self._store.note(USED, found.decision)) is None:
            with contextlib.suppress(Stale):  # somebody else was faster: what they noted is read now
                self._use_up(found, person, once)
                return replace(found, used=True)
        if once is None or (kept["by"], kept["once"]) != (person.id, once):
            return _used(kept)
        return replace(found, used=True)

    def _use_up(self, found: Released, person: Person, once: str | None) -> None:
        """Raises Stale when somebody else did."""
        now, submission = self._clock(), found.submission
        mine = {"attempt": self._new_id(), "by": person.id, "once": once, "at": now.isoformat()}
        data = {"decision": found.decision, "revision": submission.revision, "channel": submission.draft.channel}
        event = Event(self._new_id(), now, "release.used", person.id, submission.id, data)
        self._store.commit(Change(events=(event,), notes=(Note(USED, found.decision, mine),)))

    def _look(self, token: str, wanted: Publication) -> Released | Refusal:
        said = self._keyring.claims(token)
        if said is None:
            return NOT_OURS
        submission = self._store.submission(said["sub"])
        refused = refusal(said, submission, wanted)
        if refused is not None or submission is None:
            return refused or NOT_OURS
        freeze = freeze_of(self._store, submission.draft.market)
        if freeze is not None:
            return Refusal("frozen", freeze.message)
        return Released(submission, said["jti"], datetime.fromtimestamp(said["exp"], UTC), used=False)


def _used(kept: Mapping[str, Any]) -> Refusal:
    at = moment_in_figures(datetime.fromisoformat(kept["at"]))
    return Refusal(
        "used",
        Message(
            f"This token was used up by {kept['by']} at {at.en}: it lets one publication through.",
            f"Ce jeton a été utilisé par {kept['by']} le {at.fr} : il ne laisse passer qu'une publication.",
        ),
    )
