"""The machine's answer: signals, reasons, verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from review_gate.domain.message import Message

Span = tuple[int, int]
"""Start and end (exclusive) in code points of the original text."""

CATEGORIES = frozenset(
    {
        # what the text says
        *("newsjack", "solemn_date", "hashtag_hijack", "stereotype", "hate", "profanity", "violence", "history"),
        *("religion", "politics", "hidden_word", "handle", "emoji", "evasion"),
        # how it was made
        *("placeholder", "personal_data", "media", "disclosure", "style"),
        # how a reply answers
        *("repetition", "tone", "distress", "commitment", "off_script", "wrong_language"),
    }
)


class Severity(IntEnum):
    """How much a finding weighs; ordered, so that the highest wins."""

    NONE = 0
    NOTE = 1
    WARN = 2
    HOLD = 3
    BLOCK = 4

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Severity:
        """The severity named `word`. Raises ValueError for any other word."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"'{word}' is not a severity: use note, warn, hold or block") from None


class Action(StrEnum):
    """What happens with the draft: it may go out, waits for a person, or never goes out as it is."""

    ALLOW = "allow"
    HOLD = "hold"
    BLOCK = "block"


class SignalState(StrEnum):
    """`INAPPLICABLE`: the scorer has nothing to say about such a text; `ERRORED`: it should have and could not."""

    SCORED = "scored"
    INAPPLICABLE = "inapplicable"
    ERRORED = "errored"


def is_score(value: float | None) -> bool:
    """Whether this is a number in 0..1; NaN, which is below every threshold, is none."""
    return value is not None and 0.0 <= value <= 1.0


@dataclass(frozen=True, slots=True)
class Signal:
    """What one scorer says under one label: a score in 0..1, or that it is inapplicable or errored, and why.

    `spans` are the places that carry the score, strongest first. `detail` is a word for the machine (a language code,
    an error's name), never the text itself. `evidence` holds what a person needs to judge, such as earlier replies.
    """

    scorer: str
    label: str
    score: float | None = None
    state: SignalState = SignalState.SCORED
    spans: tuple[Span, ...] = ()
    detail: str = ""
    evidence: tuple[Mapping[str, str], ...] = ()

    def sound(self) -> Signal:
        """The signal itself; errored where its scorer says that it scored and the score is none."""
        if self.state is not SignalState.SCORED or is_score(self.score):
            return self
        return replace(self, score=None, state=SignalState.ERRORED, detail="NotAScore")


class Source(StrEnum):
    RULE = "rule"
    SCORER = "scorer"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the verdict is what it is: a rule's hit, a scorer's score over a threshold, or a line of the policy.

    `rule`, `pack` and `version` are set for a rule; `scorer`, `label` and `score` for a scorer; `rule` names the line
    for a policy. `evidence` holds what a person needs to judge, such as the earlier replies of a repetition.
    """

    source: Source
    severity: Severity
    message: Message
    category: str | None = None
    span: Span | None = None
    found: str | None = None
    suggestion: Message | None = None
    rule: str | None = None
    pack: str | None = None
    version: int | None = None
    scorer: str | None = None
    label: str | None = None
    score: float | None = None
    evidence: tuple[Mapping[str, str], ...] = ()

    @property
    def name(self) -> str:
        """A short stable name: the rule's id, or scorer and label."""
        return self.rule or f"{self.scorer}.{self.label}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's match. `span` lies in the original text of the draft; None when the rule speaks of something else
    (a date, a picture, the customer's message). `shadow` hits are recorded and never counted."""

    rule: str
    pack: str
    version: int
    category: str
    severity: Severity
    message: Message
    span: Span | None = None
    found: str | None = None
    suggestion: Message | None = None
    shadow: bool = False

    def reason(self) -> Reason:
        return Reason(
            source=Source.RULE,
            severity=self.severity,
            message=self.message,
            category=self.category,
            span=self.span,
            found=self.found,
            suggestion=self.suggestion,
            rule=self.rule,
            pack=self.pack,
            version=self.version,
        )


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A text that people have written and a bot may send while a person takes over: `kind` names the occasion (see
    holding.py), `text` is None where there is none in a language that fits."""

    kind: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The machine's answer with all its reasons, and what produced it.

    `severity` is what the screening found, `action` what the policy does with the draft: for a post at least hold.
    """

    action: Action
    severity: Severity
    lang: str | None
    reasons: tuple[Reason, ...]
    signals: tuple[Signal, ...]
    text_sha256: str
    model: str
    packs: Mapping[str, int] = field(default_factory=dict)
    policy: str = ""
    shadow: tuple[Reason, ...] = ()
    holding: Meanwhile | None = None
    template: str | None = None
    """The approved template that the text is, with its slots filled."""
    rules: str = ""
    """What tells the packs, to the letter, from others of the same versions; empty where there were none."""

    @property
    def findings(self) -> tuple[Reason, ...]:
        """The reasons that ask for somebody's attention: `warn` or above."""
        return tuple(reason for reason in self.reasons if reason.severity >= Severity.WARN)
