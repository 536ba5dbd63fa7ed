"""check, submit, revise, withdraw, claim, decide, escalate: one transaction each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from review_gate.domain import lifecycle, permits, signoff
from review_gate.domain.change import Change, Idempotency, Moment
from review_gate.domain.draft import Draft, require_time
from review_gate.domain.errors import IdempotencyConflict, NotFound
from review_gate.domain.holding import distress_kind
from review_gate.domain.looks import looked_before
from review_gate.domain.message import Message
from review_gate.domain.policy import Policy
from review_gate.domain.submission import Answer, Person, Submission
from review_gate.domain.verdict import Action, Verdict
from review_gate.gate.again import again
from review_gate.gate.bots import Bots
from review_gate.gate.digests import Digests
from review_gate.gate.freezes import Freezes
from review_gate.gate.judge import Judge
from review_gate.gate.meanings import Encoder
from review_gate.gate.memory import Memory
from review_gate.gate.outcomes import Outcomes
from review_gate.gate.screening import Screening
from review_gate.gate.templates import ApprovedTemplates
from review_gate.ports import Clock, NewId, Store


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person looked at when they clicked: a decision about another text is refused."""

    revision: int
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to a bot: the verdict, and the submission a person looks at when it may not go out. `reply`: the id
    under which one that may is remembered, where it names its bot."""

    verdict: Verdict
    submission: Submission | None
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """One idempotent request: who asks, their key, the hash of the body, and how the answer is written down."""

    scope: str
    key: str
    body_sha256: str
    status: int
    render: Callable[[Checked], Mapping[str, Any]]


class Gate:
    """The gate. Every method that writes commits one Change; a lost race raises Stale."""

    def __init__(
        self,
        store: Store,
        screening: Callable[[], Screening],
        clock: Clock,
        new_id: NewId,
        outlet_of: Callable[[Draft], str | None] = lambda draft: None,
        encoder: Encoder | None = None,
    ) -> None:
        """`outlet_of` names what puts an approved draft out by itself; None: a publisher takes it from the webhook.
        With `encoder` a bot's replies to anybody are compared by meaning, too."""
        self._store = store
        self.outlet_of = outlet_of
        self._screening = screening
        self._clock = clock
        self._new_id = new_id
        self._memory = Memory(store, lambda: screening().policy, encoder)
        self.templates = ApprovedTemplates(store, clock, new_id)
        self._judge = Judge(store, screening, self._memory, self.templates)
        self.freezes = Freezes(store, clock, new_id)
        self.outcomes = Outcomes(store, self.preview, clock, new_id)
        self.bots = Bots(store, self._memory, clock, new_id)
        self.digests = Digests(store, lambda: screening().policy, clock, new_id)

    @property
    def policy(self) -> Policy:
        """The one that holds now."""
        return self._screening().policy

    def known(self, person: Person) -> Person:
        """`person` with the groups that the policy puts them in."""
        return replace(person, groups=person.groups | self.policy.groups_of(person))

    # --- reading

    def get(self, submission_id: str) -> Submission:
        """Raises NotFound."""
        submission = self._store.submission(submission_id)
        if submission is None:
            raise NotFound(
                Message(
                    f"There is no submission '{submission_id}'.",
                    f"La soumission « {submission_id} » n'existe pas.",
                )
            )
        return submission

    def preview(self, draft: Draft) -> Verdict:
        """The screening alone: nothing is stored, and nothing may be published on it."""
        return self._judge.screen(draft, self._clock())

    def answered(self, once: Once) -> Idempotency | None:
        """The earlier answer to the same request, if there was one. Raises IdempotencyConflict for another body."""
        earlier = self._store.answered(once.scope, once.key)
        if earlier is not None and earlier.body_sha256 != once.body_sha256:
            raise IdempotencyConflict(
                Message(
                    "This Idempotency-Key was used with another body: send a new key with a new request.",
                    "Cette Idempotency-Key a servi pour un autre contenu : une nouvelle requête demande une autre clé.",
                )
            )
        return earlier

    # --- drafts come in

    def check(self, draft: Draft, person: Person, once: Once | None = None) -> Checked:
        """Screens a reply that a bot is about to send. What may not go out becomes a submission with a card.

        Raises IdempotencyConflict when another request with the same key was answered meanwhile, and TimeOver.
        """
        return again(lambda: self._check(draft, person, once))

    def _check(self, draft: Draft, person: Person, once: Once | None) -> Checked:
        moment = self._moment()
        require_time(draft, moment.now)
        verdict, kept = self._judge.watch(draft, moment)
        if verdict.action is Action.ALLOW:
            answer = Checked(verdict, None, kept.replies[0].id if kept.replies else None)
            change = replace(kept, idempotency=self._record(once, moment, answer))
        else:
            opened = self._open(draft, verdict, person, moment)
            answer = Checked(verdict, opened.submission)
            change = _both(kept, opened, self._record(once, moment, answer))
        self._store.commit(change)
        return answer

    def submit(self, draft: Draft, person: Person, once: Once | None = None) -> Submission:
        """A draft for a person to sign off: screened and held. Raises IdempotencyConflict and TimeOver
        like `check`."""
        return again(lambda: self._submit(draft, person, once))

    def _submit(self, draft: Draft, person: Person, once: Once | None) -> Submission:
        moment = self._moment()
        require_time(draft, moment.now)
        verdict, kept = self._judge.watch(draft, moment)
        held = verdict if verdict.action is not Action.ALLOW else replace(verdict, action=Action.HOLD)
        opened = self._open(draft, held, person, moment)
        record = self._record(once, moment, Checked(held, opened.submission))
        self._store.commit(_both(kept, opened, record))
        assert opened.submission is not None
        return opened.submission

    def revise(self, submission_id: str, draft: Draft, person: Person, seen: Seen | None = None) -> Submission:
        """New text for a submission: a new revision, screened and held; earlier approvals are void.

        `draft` replaces the old one but for its author. Raises NotFound, NotPermitted, Stale, TimeOver.
        """
        submission = self._seen(submission_id, seen)
        require_time(draft, self._clock())
        draft = replace(draft, author=submission.draft.author or draft.author)
        draft = replace(draft, media=looked_before(draft.media, submission.draft.media))
        verdict = self._judge.screen(draft, self._clock())
        held = verdict if verdict.action is not Action.ALLOW else replace(verdict, action=Action.HOLD)
        policy = self.policy
        asks = signoff.asked(policy.sign_off, draft, held)
        change = lifecycle.revise(
            submission, draft, held, self.known(person), self._moment(), policy.approvals_needed, asks
        )
        return self._commit(change)

    # --- people decide

    def decide(
        self,
        submission_id: str,
        answer: Answer,
        person: Person,
        seen: Seen,
        comment: str = "",
        reason_code: str = "",
    ) -> Submission:
        """A reviewer's answer to what they saw. Raises NotFound, NotPermitted, Stale."""
        submission = self._seen(submission_id, seen)
        known = self.known(person)
        return self._commit(
            lifecycle.decide(
                submission,
                answer,
                known,
                self._moment(),
                comment=comment,
                reason_code=reason_code,
                outlet=self.outlet_of(submission.draft),
            )
        )

    def claim(self, submission_id: str, person: Person, seen: Seen | None = None, comment: str = "") -> Submission:
        """Raises NotFound, NotPermitted, Stale."""
        minutes = self._screening().policy.claim_minutes
        return self._commit(lifecycle.claim(self._seen(submission_id, seen), person, self._moment(), minutes))

    def hand_back(self, submission_id: str, person: Person, seen: Seen | None = None, comment: str = "") -> Submission:
        """Raises NotFound, NotPermitted, Stale."""
        return self._commit(lifecycle.hand_back(self._seen(submission_id, seen), person, self._moment()))

    def escalate(self, submission_id: str, person: Person, seen: Seen | None = None, comment: str = "") -> Submission:
        """Raises NotFound, NotPermitted, Stale."""
        return self._commit(lifecycle.escalate(self._seen(submission_id, seen), person, self._moment(), comment))

    def allow_repeat(self, submission_id: str, person: Person, seen: Seen | None = None,
                     comment: str = "") -> Submission:  # fmt: skip
        """The bot may say this text again, to anybody; the reply itself still waits. Raises NotFound, NotPermitted,
        Stale."""
        submission = self._seen(submission_id, seen)
        change = lifecycle.allow_repeat(submission, person, self._moment())
        return self._commit(replace(change, sayings=(self.bots.allowed_saying(submission.draft, person),)))

    def withdraw(self, submission_id: str, person: Person) -> Submission:
        """Raises NotFound, NotPermitted, Stale."""
        return self._commit(lifecycle.withdraw(self.get(submission_id), person, self._moment()))

    # --- inside

    def _seen(self, submission_id: str, seen: Seen | None) -> Submission:
        submission = self.get(submission_id)
        if seen is not None:
            permits.check_seen(submission, seen.revision, seen.text_sha256)
        return submission

    def _commit(self, change: Change) -> Submission:
        self._store.commit(change)
        assert change.submission is not None
        return change.submission

    def _open(self, draft: Draft, verdict: Verdict, person: Person, moment: Moment) -> Change:
        policy = self._screening().policy
        asks = signoff.asked(policy.sign_off, draft, verdict)
        needed = policy.approvals_needed
        opened = lifecycle.open_submission(moment.id(), draft, verdict, person.id, moment, needed, asks)
        kind = distress_kind(verdict)
        if kind in policy.distress.escalate:
            return lifecycle.urgent(opened, moment, {"group": policy.distress.group, "why": f"distress: {kind}"})
        return opened

    def _record(self, once: Once | None, moment: Moment, answer: Checked) -> Idempotency | None:
        if once is None:
            return None
        return Idempotency(once.scope, once.key, once.body_sha256, once.status, once.render(answer), moment.now)

    def _moment(self) -> Moment:
        return Moment(self._clock(), self._new_id)


def _both(kept: Change, opened: Change, record: Idempotency | None) -> Change:
    """A submission together with what is remembered of its bot."""
    events = (*kept.events, *opened.events)
    return replace(kept, submission=opened.submission, events=events, deliveries=opened.deliveries, idempotency=record)
