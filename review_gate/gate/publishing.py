"""Puts approved posts out at their planned time, once, and only what may still go out at that very moment."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from review_gate.courier import PUBLISH_SECONDS
from review_gate.domain import lifecycle, unattended
from review_gate.domain.change import Change, Delivery, Moment
from review_gate.domain.errors import Stale
from review_gate.domain.freeze import Freeze, frozen
from review_gate.domain.message import Message
from review_gate.domain.publication import Publication, Stage
from review_gate.domain.release import GRACE
from review_gate.domain.submission import State, Submission
from review_gate.gate.freezes import freeze_of
from review_gate.gate.releases import USED
from review_gate.ports import Clock, NewId, Posted, Posting, Publisher, Store, StoreError, Undeliverable

log = logging.getLogger(__name__)

TOPIC = "publishing"
"""Notes by delivery: what a publisher remembers between two tries."""
TRIES = 5
"""So often a record is written again because somebody changed the submission meanwhile."""

Tell = Callable[[Submission, Message, str], None]
"""Tells the author of a submission something, once for the same key."""


class Publishing:
    """Carries deliveries of the kind PUBLISH. `publishers` go by the names of their outlets.

    Just before it goes out it looks again: approved, in exactly this revision and text, not called back, not frozen,
    not a day late, and the release token not used up by another publisher. A post whose market is frozen by then goes
    back to the queue. Between that look and the service's answer lies one request: what is withdrawn in that moment is
    out all the same, and the record says so.
    """

    def __init__(
        self, store: Store, publishers: Mapping[str, Publisher], clock: Clock, new_id: NewId, tell: Tell
    ) -> None:
        self._store = store
        self._publishers = publishers
        self._clock = clock
        self._new_id = new_id
        self._tell = tell

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        """The receipt names the post, or says why none was made. Raises Undeliverable, and StoreError."""
        payload = delivery.payload
        submission = self._store.submission(str(payload["submission_id"]))
        if submission is None:
            raise Undeliverable("There is no such submission", final=True)
        publication = _wanted(submission, payload)
        if publication is None:
            return {"skipped": "it is no longer approved as it was, or it is out"}
        freeze = freeze_of(self._store, submission.draft.market)
        if freeze is not None:
            return self._back_to_the_queue(submission, freeze)
        try:
            posted = self._put_out(delivery, submission, publication)
        except Undeliverable as error:
            if error.final or delivery.attempts > len(PUBLISH_SECONDS):
                self._given_up(submission.id, publication, str(error))
                raise Undeliverable(str(error), final=True) from error
            raise
        self._write(submission.id, lambda now, moment: unattended.published(now, publication, posted.url, moment))
        return {"post": posted.id, "url": posted.url}

    def _put_out(self, delivery: Delivery, submission: Submission, publication: Publication) -> Posted:
        """Raises Undeliverable or StoreError and nothing else."""
        if submission.text_sha256 != delivery.payload["text_sha256"]:
            raise Undeliverable("The text is not the one that was approved", final=True)
        if self._clock() >= publication.due + GRACE:
            raise Undeliverable("Its time was more than a day ago", final=True)
        publisher = self._publishers.get(publication.via)
        if publisher is None:
            raise Undeliverable(f"The outlet '{publication.via}' is not set up: see `review-gate doctor`")
        self._use_up(delivery, publication)
        draft = submission.draft
        posting = Posting(
            key=delivery.id,
            text=draft.text,
            lang=draft.lang or submission.verdict.lang,
            media=draft.media,
            since=publication.due,
            # A try that met trouble of the store is not counted, and may have got through all the same.
            again=delivery.attempts > 1 or bool(delivery.last_error),
            known=self._store.note(TOPIC, delivery.id) or {},
            remember=lambda value: self._store.put_note(TOPIC, delivery.id, value),
        )
        try:
            return publisher.publish(posting)
        except (Undeliverable, StoreError):
            raise
        except Exception as error:
            log.exception("Outlet %s failed", publication.via)
            raise Undeliverable(type(error).__name__) from error

    def _use_up(self, delivery: Delivery, publication: Publication) -> None:
        """The approval's release token lets one publication through: this one, or another publisher's."""
        mine = {
            "attempt": delivery.id,
            "by": publication.via,
            "once": delivery.id,
            "at": self._clock().isoformat(),
        }
        kept = self._store.put_note_once(USED, str(delivery.payload["decision"]), mine)
        if kept["attempt"] != delivery.id:
            raise Undeliverable(f"{kept['by']} has published it already, at {kept['at']}", final=True)

    def _back_to_the_queue(self, submission: Submission, freeze: Freeze) -> Mapping[str, Any]:
        verdict = frozen(submission.verdict, freeze)
        moment = Moment(self._clock(), self._new_id)
        try:
            self._store.commit(lifecycle.recall(submission, verdict, freeze.by, freeze.why, moment))
        except Stale as error:  # somebody was faster: look again
            raise Undeliverable("The submission changed meanwhile") from error
        return {"skipped": f"frozen: {freeze.scope}"}

    def _given_up(self, submission_id: str, publication: Publication, why: str) -> None:
        def change(now: Submission, moment: Moment) -> Change:
            return unattended.not_published(now, publication, why, moment)

        submission = self._write(submission_id, change)
        self._tell(submission, _failed(submission, publication, why), f"not-published:{submission.version}")

    def _write(self, submission_id: str, change: Callable[[Submission, Moment], Change]) -> Submission:
        """Writes what happened, whoever changed the submission meanwhile. Raises Stale after some tries."""
        for _ in range(TRIES):
            submission = self._store.submission(submission_id)
            assert submission is not None
            made = change(submission, Moment(self._clock(), self._new_id))
            try:
                self._store.commit(made)
            except Stale:
                continue
            assert made.submission is not None
            return made.submission
        raise Undeliverable("The submission changes all the time")


def _wanted(submission: Submission, payload: Mapping[str, Any]) -> Publication | None:
    """The publication that this delivery is for, if it may still go out."""
    publication = submission.publication
    if submission.state is not State.APPROVED or publication is None or submission.erased_at is not None:
        return None
    if submission.revision != payload["revision"] or publication.stage is Stage.PUBLISHED:
        return None
    decided = any(decision.id == payload["decision"] for decision in submission.approvals)
    return publication if decided and publication.via == payload["via"] else None


def _failed(submission: Submission, publication: Publication, why: str) -> Message:
    text = " ".join(submission.draft.text.split())
    text = text if len(text) <= 80 else text[:79] + "…"
    return Message(
        f"🚫 Your approved post “{text}” did not go out through {publication.via}: {why}. Nobody tries again by "
        "itself. Look there first; then ask an administrator to send it again, or hand in a revised text.",
        f"🚫 Votre publication approuvée « {text} » n'est pas partie par {publication.via} : {why}. Plus rien n'est "
        "retenté automatiquement. Vérifiez d'abord sur place ; puis demandez à l'administration de la renvoyer, ou "
        "soumettez un texte révisé.",
    )
