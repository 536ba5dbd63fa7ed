"""Pictures come in and are looked at: uploads at once, the rest off the request's way, by the courier."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import Any, Protocol

from review_gate.domain import signoff, unattended
from review_gate.domain.change import Delivery, Moment
from review_gate.domain.draft import Draft, Media
from review_gate.domain.errors import Stale
from review_gate.domain.message import Message
from review_gate.domain.picture import Earlier, Look, Picture, Rejected, own_sha256, rejected_before
from review_gate.domain.submission import FINAL, Answer, Requirement, State, Submission
from review_gate.domain.verdict import Verdict
from review_gate.gate.apart import apart
from review_gate.gate.rhythm import Rhythm
from review_gate.gate.screening import Screening
from review_gate.media_ports import Eyes, Fetcher, MediaStore, NotAPicture, TextReader, Unfetchable
from review_gate.ports import Clock, NewId, Store, StoreDamaged, StoreError, Undeliverable

log = logging.getLogger(__name__)

TRIES = 3
"""So often an address that does not answer is asked; then the submission says so."""

BUDGET_SECONDS = 8.0
"""So long one delivery looks at pictures; what is left waits for its next try, so that a courier's lease holds."""

RACES = 5

NOT_FETCHED = Message(
    "Pictures at other addresses are not fetched here.", "Les images d'autres adresses ne sont pas téléchargées ici."
)
NOT_KEPT = Message(
    "No such picture is kept here: upload it, and hand the draft in with the address that is answered.",
    "Cette image n'est pas conservée ici : déposez-la, puis soumettez le brouillon avec l'adresse reçue.",
)
UNREAD = Message(
    "The text in it could not be read, something broke.", "Le texte qu'elle contient n'a pas pu être lu, une panne."
)

BROKEN = Message("It could not be looked at, something broke.", "Elle n'a pas pu être regardée, une panne.")


class Shelf(Store, MediaStore, Protocol):
    """Submissions and pictures in one store."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was uploaded, and the rejected one that it looks like."""

    picture: Picture
    earlier: Earlier | None


class Uploads:
    """Takes pictures that people and programs bring."""

    def __init__(self, store: MediaStore, eyes: Eyes, clock: Clock, most_bytes: int) -> None:
        self._store = store
        self._eyes = eyes
        self._clock = clock
        self.most_bytes = most_bytes

    def take(self, content: bytes, by: str) -> Taken:
        """Keeps a picture; the same one again changes nothing. Raises NotAPicture."""
        upload = self._eyes.look(content)
        self._store.keep_picture(upload, by, self._clock())
        return Taken(upload.picture, rejected_before(upload.picture, self._store.rejected_pictures()))


class Tidying:
    """A chore of the courier: uploads that no draft has named within `days` are forgotten."""

    def __init__(self, store: MediaStore, clock: Clock, days: float = 30, every: float = 600.0) -> None:
        self._store = store
        self._clock = clock
        self._days = timedelta(days=days)
        self._rhythm = Rhythm(clock, every)

    def __call__(self) -> int:
        """Runs, when `every` seconds have passed since the last time; answers how many went."""
        if not self._rhythm.due():
            return 0
        gone = 0
        for sha256 in self._store.unused_since(self._clock() - self._days):
            with apart(f"Forgetting the picture {sha256[:12]}"):
                gone += self._store.erase_pictures((sha256,))
        return gone


class Looking:
    """Looks at the pictures of a submission: carries the deliveries of the kind `media`.

    Without a `fetcher` pictures at other addresses are passed over, without a `reader` the text in pictures is. `base`
    is this service's address. What is found becomes part of the draft, an event, and a new card; a rejected
    submission's pictures are remembered. Looking twice changes nothing.
    """

    def __init__(
        self,
        store: Shelf,
        screening: Callable[[], Screening],
        eyes: Eyes,
        fetcher: Fetcher | None,
        reader: TextReader | None,
        clock: Clock,
        new_id: NewId,
        base: str = "",
    ) -> None:
        self._store = store
        self._screening = screening
        self._eyes = eyes
        self._fetcher = fetcher
        self._reader = reader
        self._clock = clock
        self._new_id = new_id
        self._base = base

    def deliver(self, delivery: Delivery) -> Mapping[str, Any]:
        """The receipt counts the pictures looked at. Raises Undeliverable while there are some left."""
        submission = self._store.submission(delivery.submission_id or "")
        if submission is None:
            raise Undeliverable(f"No submission {delivery.submission_id}", final=True)
        if submission.state in (State.WITHDRAWN, State.EXPIRED) or submission.erased_at is not None:
            return {"looked": 0}
        until = monotonic() + BUDGET_SECONDS
        left: str | None = None
        looked = 0
        for media in submission.draft.media:
            if media.look is not None and not media.look.stale:
                continue
            if monotonic() > until:
                left = left or "Not all pictures were looked at yet"
                break
            try:
                look = self._look_apart(media, submission, last=delivery.attempts >= TRIES)
            except Unfetchable as error:
                left = str(error)
                continue
            looked += 1
            submission = self._write(submission, media.url, look)
        if left is not None:
            raise Undeliverable(left)
        if submission.state is State.REJECTED and submission.drill is None:
            self._remember(submission)
        return {"looked": looked}

    def _look_apart(self, media: Media, submission: Submission, *, last: bool) -> Look:
        """As `_look`. What breaks at one picture keeps the others of the submission from nothing, and reviewers from
        nothing they should know: after the last try the look says so."""
        try:
            return self._look(media, submission, last=last)
        except Unfetchable:
            raise
        except Exception as error:
            if isinstance(error, StoreError) and not isinstance(error, StoreDamaged):
                raise  # the others would meet the same
            log.exception("A picture of submission %s could not be looked at", submission.id)
            if last:
                return Look(problem=BROKEN)
            raise Unfetchable(BROKEN, passing=True) from error

    def _look(self, media: Media, submission: Submission, *, last: bool) -> Look:
        """Raises Unfetchable when another try is worth it."""
        own = own_sha256(media.url, self._base)
        try:
            picture = self._kept(own) if own else self._fetched(media.url, submission)
        except NotAPicture as refused:
            return Look(problem=refused.message)
        except Unfetchable as error:
            if error.passing and not last:
                raise
            return Look(problem=error.message)
        if picture is None:
            return Look(problem=NOT_KEPT) if own else Look(problem=NOT_FETCHED, chosen=True)
        others = (one for one in self._store.rejected_pictures() if one.submission != submission.id)
        look = Look(sha256=picture.sha256, earlier=rejected_before(picture, others))
        return self._read(look, picture.sha256)

    def _kept(self, sha256: str) -> Picture | None:
        return self._store.picture(sha256)

    def _fetched(self, url: str, submission: Submission) -> Picture | None:
        if self._fetcher is None:
            return None
        upload = self._eyes.look(self._fetcher.fetch(url))
        self._store.keep_picture(upload, f"submission {submission.id}", self._clock())
        return upload.picture

    def _read(self, look: Look, sha256: str) -> Look:
        if self._reader is None:
            return look
        words = self._store.picture_words(sha256, self._reader.name)
        if words is None:
            content = self._store.picture_content(sha256)
            if content is None:
                return look
            try:
                words = self._reader.read(content)
            except Exception:
                log.exception("The text in a picture could not be read")
                return replace(look, problem=UNREAD)
            self._store.put_picture_words(sha256, self._reader.name, words)
        return replace(look, words=words)

    def _write(self, submission: Submission, url: str, look: Look) -> Submission:
        """Writes the look into the submission as it is by now. A closed one stays as it is: its look is for the caller
        alone."""
        for _ in range(RACES):
            fresh = self._store.submission(submission.id) or submission
            media = tuple(
                replace(one, look=look) if one.url == url and (one.look is None or one.look.stale) else one
                for one in fresh.draft.media
            )
            draft = replace(fresh.draft, media=media)
            if fresh.state in FINAL or media == fresh.draft.media:
                return replace(fresh, draft=draft)
            verdict = self._screening().with_pictures(fresh.verdict, draft, self._clock())
            data: dict[str, Any] = {"picture": look.sha256, "revision": fresh.revision}
            if look.problem is not None:
                data["problem"] = look.problem.en
            if look.words:
                data["letters"] = len(look.words)
            if look.earlier is not None:
                data["rejected_before"] = look.earlier.submission
            moment, asks = Moment(self._clock(), self._new_id), self._asks(fresh, draft, verdict)
            change = unattended.looked(fresh, draft, verdict, asks, moment, data)
            try:
                self._store.commit(change)
            except Stale:
                continue
            assert change.submission is not None
            return change.submission
        raise Undeliverable("The submission kept changing while it was looked at")

    def _asks(self, before: Submission, draft: Draft, verdict: Verdict) -> tuple[Requirement, ...]:
        """Whose approval the policy wants because of what was found, besides those it has asked for."""
        rules = self._screening().policy.sign_off
        asked = (*before.sign_off, *signoff.asked(rules, before.draft, before.verdict))
        return tuple(one for one in signoff.asked(rules, draft, verdict) if one not in asked)

    def _remember(self, submission: Submission) -> None:
        decision = next((d for d in reversed(submission.decisions) if d.answer is Answer.REJECT), None)
        if decision is None:
            return
        for media in submission.draft.media:
            picture = self._store.picture(media.sha256) if media.sha256 else None
            if picture is not None:
                self._store.remember_rejected(
                    Rejected(picture.sha256, submission.id, decision.reason_code, decision.at, picture.looks)
                )
