"""The daily look: what happened, what was held and why, and a sample of what nobody saw. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from review_gate.domain.breaker import Breaker, BreakerState
from review_gate.domain.submission import Answer, State, Submission
from review_gate.insight.sample import Estimate, Stratum, wilson


@dataclass(frozen=True, slots=True)
class Sampled:
    """A reply of the sample, as a reviewer reads it. `mark` is None until somebody has said whether it should have
    been held; `by` is who."""

    id: str
    bot: str
    conversation: str | None
    text: str
    at: datetime
    score: float
    mark: bool | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ClusterSeen:
    """A cluster that the team was told of: `count` findings of `kind` in the hour before `at`, where `usual` is the
    mean of an hour; `examples` are the beginnings of texts, `submissions` their ids."""

    at: datetime
    kind: str
    count: int
    usual: float
    examples: tuple[str, ...] = ()
    submissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """One day, from `since` until before `until`. `sent` are replies that went out without a person, by bot; `held`
    and `reasons` count the submissions of that time by bot and by category; `late` those decided after their planned
    time or never; `stopped` the bots whose switch is not closed. `scores` counts what went out by bot and by score in
    hundredths, rounded down, so that a limit can be tried when the replies themselves are long forgotten.
    `unread` are the ids of submissions of that time whose record could not be read, and which nothing here counts."""

    day: date
    since: datetime
    until: datetime
    sent: Mapping[str, int]
    held: Mapping[str, int]
    reasons: Mapping[str, int]
    late: int
    rightly: int
    wrongly: int
    stopped: Mapping[str, str]
    strata: tuple[Stratum, ...]
    sample: tuple[Sampled, ...]
    clusters: tuple[ClusterSeen, ...] = ()
    scores: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.sent or self.held or self.late or self.stopped or self.clusters)

    @property
    def marks(self) -> Mapping[str, bool]:
        """Which replies of the sample should have been held, as far as people have said."""
        return {item.id: item.mark for item in self.sample if item.mark is not None}

    @property
    def undecided(self) -> int:
        """The holds that nobody had decided on when the digest was made."""
        return max(0, sum(self.held.values()) - self.rightly - self.wrongly)

    @property
    def precision(self) -> Estimate | None:
        """Which part of what people decided on had been held rightly: they asked for changes or said no."""
        return wilson(self.rightly, self.rightly + self.wrongly)


def digest(
    day: date,
    since: datetime,
    until: datetime,
    scores: Mapping[str, Mapping[int, int]],
    submissions: Sequence[Submission],
    breakers: Sequence[Breaker],
    strata: Sequence[Stratum],
    sample: Sequence[Sampled],
    clusters: Sequence[ClusterSeen] = (),
    unread: Sequence[str] = (),
) -> Digest:
    """The digest of what is given: `scores` counts the replies that went out (see `counted`), `submissions` are those
    of bots."""
    held = [s for s in submissions if s.draft.bot is not None]
    answers = [s.decisions[-1].answer for s in held if s.decisions]
    return Digest(
        day,
        since,
        until,
        {bot: sum(found.values()) for bot, found in sorted(scores.items())},
        dict(sorted(Counter(s.draft.bot or "" for s in held).items())),
        dict(Counter(category for s in held for category in categories(s)).most_common()),
        sum(is_late(s) for s in submissions),
        sum(answer is not Answer.APPROVE for answer in answers),
        sum(answer is Answer.APPROVE for answer in answers),
        {b.bot: b.told.en for b in breakers if b.state is not BreakerState.CLOSED},
        tuple(strata),
        tuple(sample),
        tuple(clusters),
        {bot: dict(sorted(found.items())) for bot, found in sorted(scores.items())},
        tuple(unread),
    )


def counted(sent: Iterable[tuple[str, int, int]]) -> dict[str, Counter[int]]:
    """How many replies there are by bot and by score in hundredths; `sent` has both, and how many, in any parts."""
    scores: dict[str, Counter[int]] = defaultdict(Counter)
    for bot, score, count in sent:
        scores[bot][score] += count
    return scores


def hundredths(score: float) -> int:
    """A score (0..1) in hundredths, rounded down (0..100); what is a hair below a hundredth counts as it."""
    return int(score * 100 + 1e-9)


def categories(submission: Submission) -> tuple[str, ...]:
    """The categories of what was found, each once; a reason of the policy counts by its name."""
    return tuple(dict.fromkeys(reason.category or reason.name for reason in submission.verdict.findings))


def is_late(submission: Submission) -> bool:
    """Decided after its planned time, or expired."""
    planned = submission.draft.planned_at
    if submission.state is State.EXPIRED:
        return True
    return planned is not None and any(decision.at > planned for decision in submission.decisions)
