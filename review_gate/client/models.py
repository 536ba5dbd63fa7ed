"""What the gate answers, as frozen records. Fields that a newer gate adds are found in `raw`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

Action = Literal["allow", "hold", "block"]
OnError = Literal["hold", "raise"]
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the verdict is what it is. `name` is the rule, or the scorer with its label; `span` counts code points."""

    name: str
    severity: str
    message: str
    category: str | None = None
    found: str | None = None
    suggestion: str | None = None
    span: tuple[int, int] | None = None

    @classmethod
    def of(cls, raw: Raw) -> Self:
        name = raw.get("rule") or f"{raw.get('scorer')}.{raw.get('label')}"
        span = raw.get("span")
        place = (int(span[0]), int(span[1])) if span else None
        return cls(str(name), str(raw["severity"]), str(raw["message"]), raw.get("category"), raw.get("found"),
                   raw.get("suggestion"), place)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a check. `failed`: the gate did not answer, and this is the safe answer in its place.

    `submission` names what a person decides about, `holding_text` what may be sent meanwhile, where there is one.
    `reply` is the id to report the outcome of an allowed reply under, where it named its bot.
    """

    action: Action
    severity: str
    reasons: tuple[Reason, ...] = ()
    lang: str | None = None
    text_sha256: str | None = None
    submission: str | None = None
    holding_text: str | None = None
    failed: bool = False
    reply: str | None = None
    raw: Raw = field(default_factory=dict, repr=False)

    @property
    def allowed(self) -> bool:
        """Whether the text may go out."""
        return self.action == "allow"

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """Raises KeyError, TypeError or ValueError for an answer that is no verdict."""
        if raw["action"] not in ("allow", "hold", "block"):
            raise ValueError("no such action")
        place, reply = raw.get("submission"), raw.get("reply")
        return cls(
            raw["action"],
            str(raw["severity"]),
            tuple(Reason.of(reason) for reason in raw["reasons"]),
            raw.get("lang"),
            raw.get("text_sha256"),
            str(place["id"]) if place else None,
            raw.get("holding_text"),
            reply=str(reply["id"]) if reply else None,
            raw=raw,
        )

    @classmethod
    def unanswered(cls, why: str) -> Self:
        """The verdict where there is none."""
        return cls("hold", "hold", (Reason("gate.unavailable", "hold", why),), failed=True)


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's answer: `approve`, `request_changes` or `reject`."""

    answer: str
    by: str
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A draft inside the gate. `state`: held, approved, changes_requested, rejected, withdrawn or expired."""

    id: str
    state: str
    version: int
    revision: int
    text: str
    verdict: Verdict
    decisions: tuple[Decision, ...] = ()
    raw: Raw = field(default_factory=dict, repr=False)

    @property
    def approved(self) -> bool:
        return self.state == "approved"

    @property
    def published_url(self) -> str | None:
        """Where the post is, once the gate has put it out itself and the service has told its address."""
        publication = self.raw.get("publication") or {}
        return str(publication["url"]) if publication.get("url") else None

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """Raises KeyError, TypeError or ValueError for an answer that is no submission."""
        decisions = tuple(
            Decision(str(d["answer"]), str(d["by"]), datetime.fromisoformat(d["at"]), str(d.get("comment", "")))
            for d in raw["decisions"]
        )
        return cls(str(raw["id"]), str(raw["state"]), int(raw["version"]), int(raw["revision"]), str(raw["text"]),
                   Verdict.of(raw["verdict"]), decisions, raw)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that was reported about something that went out; None: not known. `bad`: it went badly."""

    id: str
    bad: bool
    version: int
    complaints: int | None = None
    deleted: bool | None = None
    csat: float | None = None
    effort: float | None = None
    nps: float | None = None
    note: str | None = None
    raw: Raw = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """Raises KeyError, TypeError or ValueError for an answer that is no outcome."""
        return cls(
            str(raw["id"]), bool(raw["bad"]), int(raw["version"]), raw["complaints"], raw["deleted"], raw["csat"],
            raw["effort"], raw["nps"], raw["note"], raw,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Release:
    """Whether something may be published on its token; if not, `reason` is a word for the machine."""

    valid: bool
    reason: str | None = None
    message: str = ""
    submission: str | None = None
    failed: bool = False

    def __bool__(self) -> bool:
        return self.valid
