"""The shapes of the answers, for the OpenAPI document; `answers.py` and the routes make them, tests hold the two
together."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SeverityWord = Literal["none", "note", "warn", "hold", "block"]
ActionWord = Literal["allow", "hold", "block"]
StateWord = Literal["held", "approved", "changes_requested", "rejected", "withdrawn", "expired"]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Unit = Annotated[float, Field(ge=0, le=1)]
Span = Annotated[list[int], Field(min_length=2, max_length=2)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reason(Shape):
    """Why the verdict is what it is. `rule`, `pack` and `version` for a rule, `scorer`, `label` and `score` for a
    scorer. `span`: start and end in the text, in code points."""

    source: Literal["rule", "scorer", "policy"]
    rule: str | None = None
    pack: str | None = None
    version: int | None = None
    scorer: str | None = None
    label: str | None = None
    score: Unit | None = None
    category: str | None
    severity: SeverityWord
    message: str
    span: Span | None
    found: str | None
    suggestion: str | None
    evidence: list[dict[str, Any]] | None = None


class Signal(Shape):
    """A score from 0 to 1; null, with a `state`, where there is none."""

    scorer: str
    label: str
    score: Unit | None
    state: Literal["inapplicable", "errored"] | None = None
    detail: str | None = None


class Verdict(Shape):
    """The machine's answer. `rules` tells the packs, to the letter, from others of the same versions. `holding_text`:
    what a bot may send while a person takes over."""

    action: ActionWord
    severity: SeverityWord
    lang: str | None
    reasons: list[Reason]
    signals: list[Signal]
    text_sha256: Sha256
    model: str
    packs: dict[str, int]
    policy: str
    shadow: list[Reason]
    rules: str | None = None
    holding_text: str | None = None
    fallback: str | None = None


class Place(Shape):
    """Where a person's answer will be found."""

    id: str
    state: StateWord


class RememberedReply(Shape):
    """The id to report the outcome of a reply under."""

    id: str


class Checked(Verdict):
    """The verdict on a reply; with a `submission` where a person looks at it, with `reply` where it may go out and
    names its bot."""

    submission: Place | None = None
    reply: RememberedReply | None = None


class Decision(Shape):
    """A person's answer to one revision."""

    id: str
    answer: Literal["approve", "request_changes", "reject"]
    by: str
    by_name: str
    at: datetime
    revision: int
    text_sha256: Sha256
    comment: str
    reason_code: str


class Claim(Shape):
    """Who has it on their desk, and until when."""

    by: str
    until: datetime


class StillNeeded(Shape):
    """So many approvals are missing from people in any of `groups` (none: from anybody who reviews); `rule` is the
    policy's rule that asks for them."""

    rule: str | None
    groups: list[str]
    approvals: int


class Publication(Shape):
    """What a connector does with an approved post: `via` is its outlet, `due` the moment before which it does not go
    out, `at` when the stage was reached, `url` the post, `why` what went wrong."""

    via: str
    stage: Literal["planned", "published", "failed"]
    due: datetime
    at: datetime | None
    url: str | None
    why: str | None


class RejectedBefore(Shape):
    """That the same picture, or one that looks the same (`exact` false), went with a rejected draft."""

    submission: str
    reason_code: str
    at: datetime
    exact: bool


class Picture(Shape):
    """A picture that is kept here. `url` is what drafts name it by."""

    sha256: Sha256
    url: str
    type: Literal["image/jpeg", "image/png", "image/gif", "image/webp"]
    width: int
    height: int
    size: int
    rejected_before: RejectedBefore | None


class Look(Shape):
    """What was found on looking at a picture. `sha256` of its bytes, null where they could not be had, and `problem`
    says why; `text` that stands in it, null where nothing reads it."""

    sha256: Sha256 | None
    text: str | None
    problem: str | None
    rejected_before: RejectedBefore | None


class MediaItem(Shape):
    """`look` is null until the picture was looked at."""

    url: str
    alt: str | None
    look: Look | None


class Submission(Shape):
    """A draft inside the gate."""

    id: str
    state: StateWord
    version: int
    revision: int
    text: str
    kind: Literal["post", "reply"]
    channel: str | None
    account: str | None
    market: str | None
    lang: str | None
    planned_at: datetime | None
    media: list[MediaItem]
    author: str
    bot: str | None
    conversation: str | None
    in_reply_to: str | None
    submitted_by: str
    text_sha256: Sha256
    verdict: Verdict
    decisions: list[Decision]
    statement_of_reasons: str | None
    approvals_needed: int
    still_needed: list[StillNeeded]
    claim: Claim | None
    escalated: bool
    publication: Publication | None
    created_at: datetime
    updated_at: datetime


class Outcome(Shape):
    """All that was reported about something that went out; null: not known."""

    id: str
    about: Literal["submission", "reply"]
    complaints: Annotated[int, Field(ge=0)] | None
    deleted: bool | None
    csat: Annotated[float, Field(ge=1, le=5)] | None
    effort: Annotated[float, Field(ge=1, le=7)] | None
    nps: Annotated[float, Field(ge=0, le=10)] | None
    note: str | None
    bad: bool
    went_out_at: datetime
    reported_by: str
    reported_at: datetime
    version: int


class Submissions(Shape):
    """A page of a list: `next` is the cursor of the following one, `unread` are the ids of submissions on this page
    whose record is damaged and cannot be read."""

    items: list[Submission]
    next: str | None
    unread: list[str]


class Released(Shape):
    """It may go out."""

    valid: Literal[True]
    submission: str
    revision: int
    decision: str
    text_sha256: Sha256
    channel: str | None
    account: str | None
    expires_at: datetime
    used: bool


class Field_(Shape):
    """What is wrong with one field: `pointer` is a JSON Pointer into the body, or a parameter's name."""

    pointer: str
    detail: str


class ProblemDocument(Shape):
    """RFC 9457. `valid` and `reason` only where a release is refused."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Field_] | None = None
    valid: Literal[False] | None = None
    reason: str | None = None


class Alive(Shape):
    status: Literal["alive"]


class Readiness(Shape):
    status: Literal["ready", "not ready"]
    missing: list[str]


class PublicKeys(Shape):
    """RFC 7517: the keys that release tokens are verified with, the present one first."""

    keys: list[dict[str, Any]]


class ProblemType(Shape):
    type: str
    title: str
