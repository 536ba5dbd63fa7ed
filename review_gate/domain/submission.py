"""A draft inside the gate: its state, its version, who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from review_gate.domain.draft import Draft
from review_gate.domain.message import Message
from review_gate.domain.publication import Publication, Stage
from review_gate.domain.verdict import Verdict


class State(StrEnum):
    HELD = "held"  # waits for a person
    APPROVED = "approved"  # this version may go out
    CHANGES_REQUESTED = "changes_requested"  # waits for its author
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by its author
    EXPIRED = "expired"  # nobody decided in time


FINAL = frozenset({State.REJECTED, State.WITHDRAWN, State.EXPIRED})


class Answer(StrEnum):
    """What a reviewer decides."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"


class Operation(StrEnum):
    """What somebody may do to a submission: the names are those of the buttons."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    CLAIM = "claim"
    HAND_BACK = "hand_back"
    ESCALATE = "escalate"
    EDIT = "edit"  # a reviewer changes the text instead of asking its author to
    REVISE = "revise"
    WITHDRAW = "withdraw"
    COMMENT = "comment"
    ALLOW_REPEAT = "allow_repeat"  # the bot may say this again, to anybody


class Role(StrEnum):
    AUTHOR = "author"
    REVIEWER = "reviewer"
    LEAD = "lead"
    RULE_OWNER = "rule_owner"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts. `id` is stable (an API key's name, an e-mail address, a Slack user id); `aliases` are the
    same person's other ids, so that an author does not approve their own draft under another name."""

    id: str
    name: str = ""
    roles: frozenset[Role] = frozenset({Role.AUTHOR})
    groups: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()

    def is_(self, other_id: str | None) -> bool:
        """Whether `other_id` names this person."""
        return other_id is not None and other_id.casefold() in {a.casefold() for a in (self.id, *self.aliases)}

    @property
    def display_name(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a rule of the policy asked for this text: `approvals` by people in any of `groups` (by any reviewer, when
    there are none), or, with `each`, so many from each of them (see signoff.py)."""

    rule: str
    approvals: int = 1
    groups: tuple[str, ...] = ()
    each: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's answer to one version of a submission. `groups` are those they were in when they gave it."""

    id: str
    answer: Answer
    by: str
    by_name: str
    at: datetime
    revision: int
    text_sha256: str
    comment: str = ""
    reason_code: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drill:
    """Marks a made-up draft that trains the reviewers: which `scenario` of which `pack` it is, the risk's `category`,
    the words to see (`look_at`, part of the text), and what to learn from it. It can never be published."""

    pack: str
    scenario: str
    category: str
    look_at: str
    lesson: Message


@dataclass(frozen=True, slots=True)
class Claim:
    """A reviewer's temporary lock; it ends by itself at `until`."""

    by: str
    by_name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """A draft inside the gate. `version` counts every change of the record, so that a write names what it saw;
    `revision` counts the texts, starting at 1. `author` wrote it, `submitted_by` handed it in (an API key's name, say):
    neither may decide about it."""

    id: str
    draft: Draft
    verdict: Verdict
    state: State
    version: int
    revision: int
    author: str
    created_at: datetime
    updated_at: datetime
    decisions: tuple[Decision, ...] = ()
    claim: Claim | None = None
    escalated: bool = False
    approvals_needed: int = 1
    submitted_by: str = ""
    earlier: tuple[tuple[str, str], ...] = ()
    """Earlier texts, oldest first: (text, its SHA-256)."""
    may_repeat: str = ""
    """The name of who said that the bot may say this text again; empty while nobody has."""
    sign_off: tuple[Requirement, ...] = ()
    """What the policy asked besides `approvals_needed` when this text came in, and when its pictures were looked at."""
    drill: Drill | None = None
    """What nobody sees before they have decided: it is made up."""
    publication: Publication | None = None
    """What a connector does with it, once it is approved and where one is set up."""
    erased_at: datetime | None = None
    """When its texts and its author's name were erased."""

    @property
    def is_published(self) -> bool:
        """Whether a connector has put this very text out: what is out cannot be revised or taken back here."""
        out = self.publication
        return out is not None and out.stage is Stage.PUBLISHED and out.revision == self.revision

    @property
    def text_sha256(self) -> str:
        return self.draft.text_sha256

    def is_own(self, person: Person) -> bool:
        """Whether `person` wrote it or handed it in."""
        return any(person.is_(name) for name in (self.author, self.submitted_by) if name)

    @property
    def repeats(self) -> bool:
        """Whether it is a bot's reply that was held for saying the same again."""
        return self.draft.bot is not None and any(reason.scorer == "repetition" for reason in self.verdict.reasons)

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """The approvals of the present text; those of an earlier one are void."""
        return tuple(d for d in self.decisions if d.revision == self.revision and d.answer is Answer.APPROVE)

    def claim_holds(self, now: datetime) -> bool:
        """Whether there is a claim that has not ended at `now`."""
        return self.claim is not None and self.claim.until > now

    def claimed_by_other(self, person: Person, now: datetime) -> bool:
        """Whether somebody else holds a claim that has not ended at `now`."""
        return self.claim is not None and self.claim_holds(now) and not person.is_(self.claim.by)
