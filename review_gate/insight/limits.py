"""What the marks of many days tell together, and what another limit of the score would have held. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from review_gate.insight.digest import Digest, Sampled, hundredths
from review_gate.insight.sample import Estimate, recall, suggest, wilson

EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Lately:
    """What is known of `days` digests. `precision`: which part of the holds were right, by people's decisions;
    `recall`: which part of what had to be held was, by the marks; `limit` (0..1, in hundredths) is one to try, None
    while no marked reply should have been held, or those scored so low that no limit would help."""

    days: int
    looked: int
    marked: int
    missed: int
    precision: Estimate | None
    recall: Estimate | None
    limit: float | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What a hold from `limit` on would have held besides what was held, over `days` digests: `held` of `sent` replies
    that went out, by bot and by day. Of the marked ones, `caught` of `bad` (should have been held) and `disturbed` of
    `fine` ones; `examples` are the sampled replies it would have held, the highest scores first."""

    limit: float
    days: int
    sent: int
    held: int
    by_bot: Mapping[str, int]
    by_day: Mapping[date, int]
    caught: int
    bad: int
    disturbed: int
    fine: int
    examples: tuple[Sampled, ...]

    @property
    def a_day(self) -> float:
        return self.held / self.days if self.days else 0.0


def lately(digests: Sequence[Digest], dice: random.Random) -> Lately:
    """The estimates over all these days; each mark counts for the part of its day, bot and score that it stands for."""
    strata = [stratum for found in digests for stratum in found.strata]
    marks = {i: held for found in digests for i, held in found.marks.items()}
    scores = {item.id: item.score for found in digests for item in found.sample}
    rightly, wrongly = sum(found.rightly for found in digests), sum(found.wrongly for found in digests)
    suggestion = suggest(strata, marks, scores)
    limit = 0 if suggestion is None else hundredths(suggestion.threshold)
    return Lately(
        days=len(digests),
        looked=len(scores),
        marked=len(marks),
        missed=sum(marks.values()),
        precision=wilson(rightly, rightly + wrongly),
        recall=recall(strata, marks, rightly, dice, sum(found.undecided for found in digests)),
        limit=limit / 100 if limit else None,
    )


def replay(digests: Sequence[Digest], limit: float) -> Replay:
    """What a hold from `limit` (0..1; rounded down to hundredths) on would have done. Counts every reply that went
    out, by the scores that the digests keep; days made before they kept scores count nothing."""
    least = hundredths(limit)
    by_bot: Counter[str] = Counter()
    by_day: Counter[date] = Counter()
    sent = 0
    for found in digests:
        for bot, scores in found.scores.items():
            over = sum(count for score, count in scores.items() if score >= least)
            by_bot[bot] += over
            by_day[found.day] += over
            sent += sum(scores.values())
    sample = [item for found in digests for item in found.sample]
    over_it = sorted((item for item in sample if hundredths(item.score) >= least), key=lambda item: -item.score)
    return Replay(
        limit=least / 100,
        days=len(digests),
        sent=sent,
        held=by_bot.total(),
        by_bot={bot: count for bot, count in by_bot.most_common() if count},
        by_day=dict(sorted(by_day.items())),
        caught=sum(item.mark is True for item in over_it),
        bad=sum(item.mark is True for item in sample),
        disturbed=sum(item.mark is False for item in over_it),
        fine=sum(item.mark is False for item in sample),
        examples=tuple(over_it[:EXAMPLES]),
    )
