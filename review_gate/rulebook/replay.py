"""Rules held against what reviewers decided: before a rule counts, and while it does. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer
from review_gate.domain.verdict import Hit, Severity
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.rule import Packs, Rule


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft with what people made of it. `answer` None: nobody has decided. `hits`: ids of the rules that said
    something when it came in, shadow ones too; None: not known."""

    id: str
    draft: Draft
    context: Context
    answer: Answer | None
    hits: tuple[str, ...] | None = None

    @property
    def refused(self) -> bool:
        """Whether a person did not let it go out as it was."""
        return self.answer in (Answer.REQUEST_CHANGES, Answer.REJECT)


@dataclass(frozen=True, slots=True)
class Change:
    """A draft about which the rules now say something else."""

    judged: Judged
    now: Severity
    before: Severity | None
    new: tuple[Hit, ...]
    gone: tuple[str, ...]


@dataclass
class Record:
    """What a rule said, and what people decided about those drafts."""

    hits: int = 0
    refused: int = 0
    approved: int = 0

    def note(self, judged: Judged) -> None:
        """Counts a draft about which it said something."""
        self.hits += 1
        self.refused += judged.refused
        self.approved += judged.answer is Answer.APPROVE

    @property
    def precision(self) -> float | None:
        """The share of decided hits that a person refused as well, 0..1; None when nothing is decided."""
        decided = self.refused + self.approved
        return self.refused / decided if decided else None


@dataclass
class Replay:
    """All drafts counted by (what the rules say now, what people decided), the drafts that changed, and the rules.
    `compared`: of how many it is known what the rules said before. `first` and `last`: when the oldest and the newest
    came in."""

    drafts: int = 0
    compared: int = 0
    first: datetime | None = None
    last: datetime | None = None
    table: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    rules: dict[str, Record] = field(default_factory=dict)
    shadow: dict[str, Record] = field(default_factory=dict)


def replay(packs: Packs, judged: Iterable[Judged], before: Packs | None = None) -> Replay:
    """What `packs` would say about each draft. What it is compared with: the packs `before`, else the stored hits."""
    answer = Replay()
    for each in judged:
        hits = evaluate(packs, each.draft, each.context)
        old = evaluate(before, each.draft, each.context) if before is not None else None
        answer.drafts += 1
        at = each.context.now
        answer.first, answer.last = min(answer.first or at, at), max(answer.last or at, at)
        live = [hit for hit in hits if not hit.shadow]
        answer.table[_level(_worst(live)), _people(each)] += 1
        for records, some in ((answer.rules, live), (answer.shadow, [hit for hit in hits if hit.shadow])):
            for rule in {hit.rule for hit in some}:
                records.setdefault(rule, Record()).note(each)
        known = {hit.rule for hit in old} if old is not None else set(each.hits) if each.hits is not None else None
        if known is None:
            continue
        answer.compared += 1
        new = tuple(hit for hit in hits if hit.rule not in known)
        gone = tuple(sorted(known - {hit.rule for hit in hits}))
        if new or gone:
            before_level = _worst([hit for hit in old if not hit.shadow]) if old is not None else None
            answer.changes.append(Change(each, _worst(live), before_level, new, gone))
    return answer


@dataclass(frozen=True)
class Stats:
    """How each rule did by the reviewers' decisions; those that never said anything; those past their day; those
    whose day comes soon."""

    drafts: int
    decided: int
    rules: dict[str, Record]
    never: tuple[str, ...]
    expired: tuple[str, ...]
    expiring: tuple[Rule, ...]


def stats(packs: Packs, judged: Sequence[Judged], today: date) -> Stats:
    """Counts by the hits that were stored with each draft; a draft without any on record is evaluated now."""
    records: dict[str, Record] = {}
    for each in judged:
        hits = each.hits
        if hits is None:
            hits = tuple(dict.fromkeys(hit.rule for hit in evaluate(packs, each.draft, each.context)))
        for rule in dict.fromkeys(hits):
            records.setdefault(rule, Record()).note(each)
    expired = tuple(rule.id for rule in packs.expired(today))
    never = tuple(
        rule.id
        for rule in packs.rules
        if rule.id not in records and rule.status != "retired" and rule.id not in expired
    )
    return Stats(
        len(judged), sum(each.answer is not None for each in judged), records, never, expired, packs.expiring(today)
    )


def _worst(hits: Sequence[Hit]) -> Severity:
    return max((hit.severity for hit in hits), default=Severity.NONE)


def _level(severity: Severity) -> str:
    """hold (hold or block), warn, or quiet."""
    return "hold" if severity >= Severity.HOLD else "warn" if severity >= Severity.WARN else "quiet"


def _people(judged: Judged) -> str:
    return "refused" if judged.refused else "approved" if judged.answer is Answer.APPROVE else "undecided"
