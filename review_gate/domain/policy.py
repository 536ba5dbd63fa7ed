"""The brand's policy: what may go out without a person, from which score on something counts, how often is too often.

The numbers live in a file that a lead owns (review_gate/default_policy.yml is the first one), never in the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from review_gate.domain.breaker import BreakerPolicy
from review_gate.domain.duty import OnCall
from review_gate.domain.holding import DISTRESS
from review_gate.domain.signoff import Rule
from review_gate.domain.submission import Person
from review_gate.domain.verdict import Action, Severity, is_score

Thresholds = tuple[tuple[Severity, float], ...]
"""From which score on a label has which severity: ((hold, 0.7), (warn, 0.5)), highest severity first."""


@dataclass(frozen=True, slots=True)
class RepetitionPolicy:
    """How often the same bot may say the same thing.

    `window_hours`: what is older counts for nothing. `within_conversation` and `across_per_hour`: so many times are
    fine, the next one is held; the latter only when it also makes up `across_share` (0..1) of the bot's last replies.
    `similarity` (0..1): from here on two masked replies count as the same; `meaning` (cosine, 0..1): from here on two
    replies in one conversation say the same in other words; `meaning_across` is that limit for replies to anybody, when
    what all replies of the bot have in common is taken away. `minimum_words`: shorter replies ("You're welcome!") may
    repeat. `allowed`: texts that may always repeat (hours, legal lines). `remember_at_most`: so many replies.
    """

    window_hours: float = 24.0
    within_conversation: int = 2
    across_per_hour: int = 20
    similarity: float = 0.8
    minimum_words: int = 5
    allowed: tuple[str, ...] = ()
    across_share: float = 0.0
    meaning: float = 0.84
    meaning_across: float = 0.6
    remember_at_most: int = 1_000_000


@dataclass(frozen=True, slots=True)
class DistressPolicy:
    """`escalate`: the kinds of distress (holding.DISTRESS) that go to the senior group at once; `group` is its name."""

    group: str = "senior"
    escalate: frozenset[str] = frozenset(DISTRESS)


@dataclass(frozen=True, slots=True)
class DigestPolicy:
    """The daily look: made at `hour` (0..23) of `zone` (an IANA name), with `sample` replies that went out unseen."""

    hour: int = 8
    zone: str = "Europe/Paris"
    sample: int = 20


@dataclass(frozen=True, slots=True)
class DrillPolicy:
    """`rate`: beside which part (0..1) of the real drafts that wait a made-up one is put; 0: none ever. `per_day`: at
    most so many a day (UTC). `hours`: so long it waits for an answer. `packs`: scenarios of these alone; empty: all
    but those of a crisis, which are for exercises."""

    rate: float = 0.0
    per_day: int = 10
    hours: float = 8.0
    packs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """`replies_up_to`: the highest severity with which a reply goes out without a person. `new_bot`: what the first
    replies of a bot nobody has seen before get (`allow` means: by their severity). `required`: the scorers without
    which nothing is allowed. `remind_minutes`: so long before the planned time of a held draft its author is told, and
    at the last of them it goes to the senior group. `retention_days`: so long after their last change (what is
    approved: after its planned time, where that is later) the texts and authors of submissions that wait for nobody
    are kept, and the texts in digests and clusters (None: for good).
    `groups` are people by name of the group, as Slack ids or e-mail addresses; `sign_off` says whose approval a text
    needs besides."""

    name: str
    version: int
    thresholds: Mapping[str, Mapping[str, Thresholds]]
    required: frozenset[str] = frozenset({"toxicity"})
    replies_up_to: Severity = Severity.WARN
    new_bot: Action = Action.ALLOW
    repetition: RepetitionPolicy = field(default_factory=RepetitionPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    distress: DistressPolicy = field(default_factory=DistressPolicy)
    digest: DigestPolicy = field(default_factory=DigestPolicy)
    approvals_needed: int = 1
    claim_minutes: int = 15
    remind_minutes: tuple[int, ...] = (120, 30)
    retention_days: int | None = None
    languages: tuple[str, ...] = ("en", "fr")
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sign_off: tuple[Rule, ...] = ()
    on_call: OnCall = field(default_factory=OnCall)
    drills: DrillPolicy = field(default_factory=DrillPolicy)

    @property
    def label(self) -> str:
        """Name and version, as every verdict records it."""
        return f"{self.name}@{self.version}"

    def severity_of(self, scorer: str, label: str, score: float) -> Severity:
        """What `score` (0..1) under this label weighs; none where the policy does not speak of the label.

        Raises ValueError for what is no score: it would be below every threshold.
        """
        if not is_score(score):
            raise ValueError(f"{scorer}.{label}: {score} is no score: it has to be in 0..1")
        for severity, threshold in self.thresholds.get(scorer, {}).get(label, ()):
            if score >= threshold:
                return severity
        return Severity.NONE

    def groups_of(self, person: Person) -> frozenset[str]:
        """The groups that `person` is in, under any of their ids."""
        return frozenset(name for name, members in self.groups.items() if any(person.is_(one) for one in members))

    def called_for(self, *, escalated: bool, at: datetime) -> tuple[str, ...]:
        """Whom a card at `at` calls by name: out of hours those on call, in hours the senior group, for what was
        escalated."""
        if self.on_call.out_of_hours(at):
            return self.groups.get(self.on_call.group or "", ())
        return self.groups.get(self.distress.group, ()) if escalated else ()
